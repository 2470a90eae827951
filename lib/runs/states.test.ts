/** The transition table, the chart in the documents and the CHECKs of the migrations say the same. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { batchStatus, isTerminal, RUN_STATUSES, TERMINAL_STATUSES, TRANSITIONS } from './states.ts';

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

describe('run states', () => {
  it('are drawn in docs/run-states.md as the table has them', () => {
    const drawn = [...read('docs/run-states.md').matchAll(/^ {2}(\w+) --> (\w+): (run\.\w+)$/gm)].map(
      ([, from, to, event]) => `${from} ${event} ${to}`,
    );
    const table = Object.entries(TRANSITIONS).flatMap(([event, { from, to }]) =>
      from.map((status) => `${status} ${event} ${to}`),
    );
    assert.deepEqual(drawn.sort(), table.sort());
  });

  it('are those of the CHECKs in the migrations', () => {
    const migration = read('migrations/0003_install_runs.sql');
    const statuses = (pattern: RegExp) =>
      [...(pattern.exec(migration)?.[1] ?? '').matchAll(/'(\w+)'/g)].map((match) => match[1]);
    assert.deepEqual(statuses(/install_runs_status_check\s+check \(status in \(([^)]*)\)/), [
      ...RUN_STATUSES,
    ]);
    assert.deepEqual(
      statuses(/install_runs_finished_check\s+check \(\(finished_at is not null\) = \(status in \(([^)]*)\)/),
      [...TERMINAL_STATUSES],
    );
  });

  it('never leave a terminal status', () => {
    for (const { from } of Object.values(TRANSITIONS)) assert.ok(!from.some(isTerminal));
  });
});

describe('the status of a batch', () => {
  const statuses = fc.array(fc.constantFrom(...RUN_STATUSES), { minLength: 1, maxLength: 20 });

  it('is terminal exactly when all of its runs are', () => {
    fc.assert(
      fc.property(statuses, (runs) => {
        assert.equal(isTerminal(batchStatus(runs)), runs.every(isTerminal));
      }),
    );
  });

  it('is partial_failed when ended runs disagree', () => {
    assert.equal(batchStatus(['success', 'failed']), 'partial_failed');
    assert.equal(batchStatus(['success', 'canceled']), 'partial_failed');
    assert.equal(batchStatus(['failed', 'failed']), 'failed');
    assert.equal(batchStatus(['success', 'queued']), 'running');
  });

  it('does not depend on the order of its runs', () => {
    fc.assert(
      fc.property(statuses, (runs) => {
        assert.equal(batchStatus(runs), batchStatus([...runs].reverse()));
      }),
    );
  });
});
