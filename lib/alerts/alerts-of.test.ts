/** Records become as few alerts as tell what happened, and none for what a person did on purpose. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertsOf, batchAlert, endedRuns } from './alerts-of.ts';
import type { WatchedRecord } from './watch-store.ts';

function record(action: string, targetId: string, change: WatchedRecord['change'] = null): WatchedRecord {
  return { action, targetId, targetName: `name of ${targetId}`, code: null, change };
}

test('runs that were found together are one alert', () => {
  const runs = Array.from({ length: 12 }, (_, index) => record('run.stall', `run_${index}`));
  const [alert, ...others] = alertsOf([...runs, record('run.claim', 'run_99')]);
  assert.deepEqual(others, []);
  assert.equal(alert?.type, 'run.stalled');
  assert.equal(alert?.count, 12);
  assert.equal((alert?.data['runIds'] as string[] | undefined)?.length, 10);
  assert.match(alert?.title ?? '', /^12 runs could have begun long ago and wait, the first name of run_0$/);
  const [rescued] = alertsOf([record('run.rescue', 'run_1')]);
  assert.match(rescued?.title ?? '', /^The run name of run_1 was taken over from a worker that went silent$/);
});

test('a provider is told of when it breaks and when it recovers, not when somebody switches it', () => {
  const states = [
    ['active', 'error', 'provider.error'],
    [null, 'error', 'provider.error'],
    ['error', 'error', undefined],
    ['error', 'active', 'provider.recovered'],
    ['active', 'active', undefined],
    ['active', 'inactive', undefined],
    ['error', 'inactive', undefined],
    ['inactive', 'active', undefined],
  ] as const;
  for (const [from, to, type] of states) {
    for (const action of ['provider.verify', 'provider.update', 'provider.refuse'])
      assert.equal(alertsOf([record(action, 'prv_1', { from, to })])[0]?.type, type, `${from} → ${to}`);
  }
});

test('drift is told once for each provider, and only what is not as installed', () => {
  const drift = (id: string, providerId: string, to: string) =>
    record('installation.drift', id, { from: 'in_sync', to, providerId });
  const alerts = alertsOf([
    drift('ins_1', 'prv_1', 'modified'),
    drift('ins_2', 'prv_1', 'missing'),
    drift('ins_3', 'prv_2', 'missing'),
    drift('ins_4', 'prv_2', 'in_sync'),
    drift('ins_5', 'prv_3', 'unmanaged'),
  ]);
  assert.deepEqual(
    alerts.map(({ type, subject, count }) => ({ type, subject, count })),
    [
      { type: 'drift.found', subject: 'prv_1', count: 2 },
      { type: 'drift.found', subject: 'prv_2', count: 1 },
    ],
  );
});

test('a batch says how much of it failed, and why the first did', () => {
  const failure = { runId: 'run_1', target: 'a → b', code: 'forbidden:provider', message: 'no credit' };
  const batch = {
    batchId: 'bat_1',
    action: 'install',
    total: 3,
    failed: 1,
    succeeded: 2,
    failures: [failure],
  };
  assert.equal(batchAlert(batch).type, 'batch.partially_failed');
  assert.equal(batchAlert(batch).title, '1 of 3 runs of an install failed: a → b: no credit');
  assert.equal(batchAlert({ ...batch, failed: 3, succeeded: 0 }).type, 'batch.failed');
  const ends = ['run.succeed', 'run.claim', 'run.cancel'].map((action) => record(action, action));
  assert.deepEqual(endedRuns(ends), ['run.succeed', 'run.cancel']);
});
