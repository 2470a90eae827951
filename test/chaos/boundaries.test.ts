/** Wherever a worker dies, another one ends its run as if nothing had happened; some of the boundaries of each provider. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { skipReason } from '../support/databases.ts';
import { findPostgres, type PostgresCluster, startPostgresCluster } from '../support/postgres-cluster.ts';
import { BoundaryKiller } from './boundaries.ts';

describe('a worker that dies', { skip: skipReason('postgres') }, () => {
  let cluster: PostgresCluster;
  let killer: BoundaryKiller;

  before(async () => {
    cluster = await startPostgresCluster(findPostgres() ?? '');
    killer = await BoundaryKiller.open(cluster.url);
  });

  after(async () => {
    await killer.close();
    await cluster.stop();
  });

  for (const [action, provider, every] of [
    ['install', 'openai', 6],
    ['update', 'claude', 9],
    ['uninstall', 'gemini', 11],
    ['update', 'local', 11],
  ] as const)
    it(`at every ${every}th boundary of an ${action} at ${provider} leaves nothing undone and nothing twice`, async () => {
      const { boundaries, problems } = await killer.kill(provider, action, 0);
      assert.deepEqual(problems, []);
      assert.ok(boundaries > 20, `${boundaries} boundaries`);
      let kills = 0;
      for (let k = every; k <= boundaries; k += every) {
        const killed = await killer.kill(provider, action, k);
        assert.deepEqual(killed.problems, [], `${k}: ${killed.boundary}`);
        if (killed.boundary !== null) kills += 1;
      }
      assert.ok(kills > 0, 'somebody died');
    });
});
