/** What is taken for a trace of a caller, and what is not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noTracing, traceFields, traceParentOf } from './tracing.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

function passedOn(parent: string | null): string | null {
  return traceParentOf(noTracing.begin('a span', { kind: 'server', parent, attributes: {} }));
}

describe('without a collector', () => {
  it('the trace of a caller is passed on', () => {
    assert.equal(passedOn(`00-${TRACE}-${SPAN}-01`), `00-${TRACE}-${SPAN}-01`);
    assert.equal(passedOn(`00-${TRACE}-${SPAN}-00`), `00-${TRACE}-${SPAN}-00`);
    assert.equal(passedOn(`cc-${TRACE}-${SPAN}-03-more`), `00-${TRACE}-${SPAN}-01`, 'a version to come');
    const span = noTracing.begin('a span', {
      kind: 'server',
      parent: `00-${TRACE}-${SPAN}-01`,
      attributes: {},
    });
    assert.deepEqual(traceFields(span), { traceId: TRACE });
  });

  it('there is none without a caller, and nothing is recorded', () => {
    const span = noTracing.begin('a span', { kind: 'server', parent: null, attributes: {} });
    assert.equal(span.isRecording(), false);
    assert.deepEqual(traceFields(span), {});
    assert.equal(traceParentOf(span), null);
    assert.equal(traceParentOf(undefined), null);
  });

  for (const text of [
    '',
    'nonsense',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
    ` 00-${TRACE}-${SPAN}-01\n`,
  ]) {
    it(`${JSON.stringify(text)} is no trace`, () => assert.equal(passedOn(text), null));
  }
});
