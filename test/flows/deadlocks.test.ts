/** Requests for the same things in another order: they wait for each other, but never in a circle. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { type Database, query } from '../../lib/db/database.ts';
import { openPostgres } from '../../lib/db/postgres.ts';
import { createRuns } from '../../lib/runs/create-runs.ts';
import { createSkill } from '../../lib/skills/create-skill.ts';
import { testContext } from '../support/context.ts';
import { openTestDatabase, skipReason, type TestDatabase } from '../support/databases.ts';
import { skillMd } from '../support/skills.ts';
import { silentLog } from '../support/templates.ts';
import { until } from '../support/until.ts';

const ROUNDS = 8;
const SKILLS = 60;
const FILES = 400;

describe('opposite orders', { skip: skipReason('postgres') }, () => {
  let watching: TestDatabase;
  let acting: Database;

  before(async () => {
    watching = await openTestDatabase('postgres');
    acting = openPostgres(watching.url ?? '', silentLog);
  });

  after(() => watching.close());

  it('of files and of targets do not end in a deadlock', async () => {
    const ctx = testContext(acting);
    const names = Array.from({ length: SKILLS }, (_, index) => `skill-${index}`);
    for (const name of names) await register(name, []);
    for (let round = 0; round < ROUNDS; round += 1) {
      const texts = Array.from({ length: FILES }, (_, index) => `text ${index} of round ${round}`);
      await Promise.all([
        register(`forward-${round}`, texts),
        register(`backward-${round}`, texts.toReversed()),
      ]);
      const slug = `p${round}`;
      await sql`insert into providers (id, slug, kind, display_name, status, config, created_by)
        values (${slug}, ${slug}, 'local', 'p', 'active', '{}', 'x')`.execute(query(ctx));
      await Promise.all([ask(names, slug), ask(names.toReversed(), slug)]);
    }
    assert.equal(await countDeadlocks(), 0);

    async function register(name: string, contents: readonly string[]): Promise<void> {
      const encoding = 'utf8' as const;
      const files = contents.map((content, index) => ({
        path: `file-${1000 + index}.txt`,
        content,
        encoding,
      }));
      const source = {
        type: 'inline' as const,
        files: [{ path: 'SKILL.md', content: skillMd(name), encoding }, ...files],
      };
      await createSkill(ctx, { source, metadata: { tags: [] } });
    }

    async function ask(skills: readonly string[], provider: string): Promise<void> {
      const what = {
        action: 'install' as const,
        ref: 'latest',
        dryRun: false,
        onDuplicate: 'reuse' as const,
      };
      const { created } = await createRuns(
        ctx,
        { ...what, skills: [...skills], providers: [provider] },
        null,
      );
      assert.equal(created.runIds.length, skills.length);
    }
  });

  /** A session tells what it counted when it ends. */
  async function countDeadlocks(): Promise<number> {
    await acting.close();
    await until('the sessions have ended', async () => {
      const { rows } = await sql`select 1 from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`.execute(
        watching.kysely,
      );
      return rows.length === 0;
    });
    const { rows } = await sql<{ deadlocks: number }>`
      select deadlocks from pg_stat_database where datname = current_database()`.execute(watching.kysely);
    return rows[0]?.deadlocks ?? 0;
  }
});
