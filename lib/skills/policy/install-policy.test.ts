/** What scans, approvals and yanks mean for installs. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  approvalOf,
  blockersOf,
  describeBlocker,
  needsApproval,
  type Verdict,
  warningsOf,
} from './install-policy.ts';
import { SEVERITIES, type Severity } from '../scan/rule.ts';

function finding(fingerprint: string, severity: Severity) {
  const rest = { title: 'bad thing', advice: 'remove it', file: 'a.sh', line: 3, column: 1, excerpt: null };
  return { rule: `R-${fingerprint}`, severity, fingerprint, ...rest };
}

const CLEAN: Verdict = { scan: 'done', findings: [], approval: null, yank: null };

const verdicts: fc.Arbitrary<Verdict> = fc.record({
  scan: fc.constantFrom('pending', 'done', 'timed_out', 'failed'),
  findings: fc.array(
    fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(...SEVERITIES)).map(([id, s]) => finding(id, s)),
  ),
  approval: fc.option(
    fc.record({ fingerprints: fc.subarray(['a', 'b', 'c']), coversIncomplete: fc.boolean() }),
  ),
  yank: fc.option(fc.record({ reason: fc.string() })),
});

function typesOf(verdict: Verdict): string[] {
  return blockersOf(verdict).map(({ type }) => type);
}

describe('content may be installed', () => {
  it('when its scan found nothing critical', () => {
    assert.deepEqual(blockersOf(CLEAN), []);
    const found = [finding('a', 'high'), finding('b', 'medium'), finding('c', 'low')];
    assert.deepEqual(blockersOf({ ...CLEAN, findings: found }), []);
    assert.deepEqual(warningsOf({ ...CLEAN, findings: found }), ['high finding R-a in a.sh:3: bad thing']);
  });

  it('not with a critical finding, until that very finding is approved', () => {
    const critical = { ...CLEAN, findings: [finding('a', 'critical')] };
    assert.deepEqual(typesOf(critical), ['critical']);
    const approved = { ...critical, approval: approvalOf(critical) };
    assert.deepEqual(typesOf(approved), []);
    const more = { ...approved, findings: [...approved.findings, finding('b', 'critical')] };
    assert.deepEqual(blockersOf(more), [{ type: 'critical', findings: [finding('b', 'critical')] }]);
  });

  it('not when an approved lesser finding turns critical under new rules', () => {
    const found = { ...CLEAN, findings: [finding('a', 'critical'), finding('b', 'high')] };
    const approval = approvalOf(found);
    const worse = { ...CLEAN, approval, findings: [finding('a', 'critical'), finding('b', 'critical')] };
    assert.deepEqual(typesOf(worse), ['critical']);
  });

  it('not without a complete scan, until that is approved; the scan then made counts again', () => {
    for (const scan of ['pending', 'timed_out', 'failed'] as const) {
      assert.deepEqual(typesOf({ ...CLEAN, scan }), ['unscanned']);
      const approval = approvalOf({ ...CLEAN, scan });
      assert.deepEqual(typesOf({ ...CLEAN, scan, approval }), []);
      assert.deepEqual(typesOf({ ...CLEAN, approval, findings: [finding('a', 'critical')] }), ['critical']);
    }
    const approval = approvalOf({ ...CLEAN, findings: [finding('a', 'critical')] });
    assert.deepEqual(typesOf({ ...CLEAN, scan: 'timed_out', approval }), ['unscanned']);
  });

  it('never when it was yanked, whatever is approved', () => {
    fc.assert(
      fc.property(verdicts, (verdict) => {
        const yanked = { ...verdict, yank: { reason: 'bad' } };
        assert.ok(typesOf({ ...yanked, approval: approvalOf(yanked) }).includes('yanked'));
      }),
    );
  });
});

it('an approval covers all there is, keeps what was covered, and is then not needed', () => {
  fc.assert(
    fc.property(verdicts, (verdict) => {
      const approval = approvalOf(verdict);
      assert.equal(needsApproval({ ...verdict, approval }), false);
      for (const old of verdict.approval?.fingerprints ?? []) assert.ok(approval.fingerprints.includes(old));
      if (verdict.yank === null) assert.equal(blockersOf(verdict).length > 0, needsApproval(verdict));
    }),
  );
});

it('every reason is said in words, and many findings are not all listed', () => {
  fc.assert(
    fc.property(verdicts, (verdict) => {
      for (const blocker of blockersOf(verdict)) assert.ok(describeBlocker(blocker).length > 0);
    }),
  );
  const findings = Array.from({ length: 500 }, (_, index) => finding(String(index), 'critical'));
  const lines = blockersOf({ ...CLEAN, findings }).flatMap(describeBlocker);
  assert.equal(lines.length, 21);
  assert.match(lines.at(-1) ?? '', /^480 more/);
});
