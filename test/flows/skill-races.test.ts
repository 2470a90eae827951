/** Requests that wait for somebody who changes the same skill see what has become of it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { type Database, transaction } from '../../lib/db/database.ts';
import { openPostgres } from '../../lib/db/postgres.ts';
import type { TxContext } from '../../lib/kernel/context.ts';
import { markDeleted, updateSkillRow } from '../../lib/skills/lifecycle-store.ts';
import { findLockedSkill } from '../../lib/skills/read-skills.ts';
import {
  type Answer,
  type EmulatedProviders,
  startApp,
  startProviders,
  type TestApp,
} from '../support/app.ts';
import { testContext } from '../support/context.ts';
import { openTestDatabase, skipReason, type TestDatabase } from '../support/databases.ts';
import { inlineSkill } from '../support/skills.ts';
import { silentLog } from '../support/templates.ts';
import { until } from '../support/until.ts';

const RUNS = '/api/install-runs';

describe('a skill that somebody else is changing', { skip: skipReason('postgres') }, () => {
  let database: TestDatabase;
  let other: Database;
  let app: TestApp;
  let providers: EmulatedProviders;

  before(async () => {
    database = await openTestDatabase('postgres');
    other = openPostgres(database.url ?? '', silentLog);
    providers = await startProviders();
    app = await startApp(database, { isWorking: false });
    await expect(201, app.call('POST', '/api/providers', providers.connections.local));
  });
  after(async () => {
    await app.close();
    await providers.close();
    await other.close();
    await database.close();
  });

  /** Sends the request while the skill is locked, and changes the skill once the request waits for it. */
  async function meanwhile(
    name: string,
    send: () => Promise<Answer>,
    change: (tx: TxContext, id: string) => Promise<void>,
  ): Promise<Answer> {
    await expect(201, app.call('POST', '/api/skills', inlineSkill(name)));
    const { sent } = await transaction(testContext(other), async (tx) => {
      const { id } = await findLockedSkill(tx, name);
      // In an object, for the transaction must not wait for it.
      const sent = send();
      await until('the request waits', async () => {
        const { rows } = await sql`select 1 from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`.execute(database.kysely);
        return rows.length > 0;
      });
      await change(tx, id);
      return { sent };
    });
    return await sent;
  }

  it('is not installed once it is deleted', async () => {
    const install = () => app.call('POST', RUNS, { skill: 'deleted', providers: ['local-test'] });
    const answer = await meanwhile('deleted', install, async (tx, id) => await markDeleted(tx, id));
    assert.equal(answer.status, 404, JSON.stringify(answer.body));
    assert.deepEqual((await app.call('GET', RUNS)).body['items'], []);
  });

  it('takes no version once it is deleted, and none once it is archived', async () => {
    for (const status of ['deleted', 'archived'] as const) {
      const name = `${status}-late`;
      const add = () => app.call('POST', `/api/skills/${name}/versions`, inlineSkill(name, 'Better.'));
      const answer = await meanwhile(name, add, async (tx, id) => {
        if (status === 'deleted') return await markDeleted(tx, id);
        const row = await findLockedSkill(tx, id);
        await updateSkillRow(tx, row, { displayName: name, tags: [], status });
      });
      assert.equal(answer.status, status === 'deleted' ? 404 : 409, JSON.stringify(answer.body));
    }
  });

  it('keeps the new display name and tags when a version is added at the same time', async () => {
    const add = () => app.call('POST', '/api/skills/renamed/versions', inlineSkill('renamed', 'Better.'));
    const answer = await meanwhile('renamed', add, async (tx, id) => {
      const change = { displayName: 'New name', tags: ['new'], status: 'active' } as const;
      await updateSkillRow(tx, await findLockedSkill(tx, id), change);
    });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    const { body } = await app.call('GET', '/api/skills/renamed');
    assert.deepEqual([body['displayName'], body['tags']], ['New name', ['new']]);
  });
});

async function expect(status: number, answering: Promise<Answer>): Promise<Answer> {
  const answer = await answering;
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer;
}
