/** Chat knows every name that is committed, in every process, and forgets those that are gone. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { sql } from 'kysely';
import { liveVocabulary, pruneNameChanges } from '../../lib/chatops/live-vocabulary.ts';
import type { Vocabulary } from '../../lib/chatops/vocabulary.ts';
import { type EmulatedProviders, startApp, startProviders, type TestApp } from '../support/app.ts';
import { describeEachEngine, type TestDatabase } from '../support/databases.ts';
import { inlineSkill } from '../support/skills.ts';

describeEachEngine('the vocabulary of chat', (open) => {
  let db: TestDatabase;
  let app: TestApp;
  let providers: EmulatedProviders;

  before(async () => {
    db = await open();
    providers = await startProviders();
    app = await startApp(db, { isWorking: false });
  });
  after(async () => {
    await app.close();
    await providers.close();
  });

  async function did(status: number, method: string, path: string, body?: object): Promise<void> {
    const answer = await app.call(method, path, body);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
  }

  /** As a process sees it that has just begun. */
  const fresh = async (): Promise<Vocabulary> =>
    await liveVocabulary({ ...app.ctx, db: Object.create(db) as typeof db });

  /** What was kept in step must be what reading everything gives. */
  async function assertInStep(): Promise<Vocabulary> {
    const [kept, read] = [await liveVocabulary(app.ctx), await fresh()];
    const sets = (map: ReadonlyMap<string, ReadonlySet<string>>) =>
      Object.fromEntries([...map].map(([key, members]) => [key, [...members].toSorted()]));
    const shown = ({ skills, providers: connections, skillWords, qualifiersOf }: Vocabulary) => ({
      skills: Object.fromEntries(skills),
      providers: Object.fromEntries(connections),
      words: sets(skillWords),
      qualifiers: sets(qualifiersOf),
    });
    assert.deepEqual(shown(kept), shown(read));
    return kept;
  }
  it('has what was just created, changed or deleted', async () => {
    await liveVocabulary(app.ctx);
    await did(201, 'POST', '/api/skills', inlineSkill('report-maker'));
    assert.deepEqual((await assertInStep()).skillNames.exact('report maker'), ['report-maker']);
    await did(201, 'POST', '/api/providers', providers.connections.claude);
    assert.equal((await assertInStep()).providers.get('claude-test')?.active, true);
    await did(200, 'PATCH', '/api/skills/report-maker', { displayName: '보고서 작성기' });
    assert.deepEqual((await assertInStep()).skillNames.exact('보고서작성기'), ['report-maker']);
    await did(200, 'PATCH', '/api/providers/claude-test', { status: 'inactive' });
    assert.equal((await assertInStep()).providers.get('claude-test')?.active, false);
    await did(201, 'POST', '/api/skills/report-maker/versions', {
      ...inlineSkill('report-maker', 'Better.'),
      version: '2.0.0',
    });
    assert.ok((await assertInStep()).skills.get('report-maker')?.versions.includes('2.0.0'));
    await did(200, 'PATCH', '/api/skills/report-maker', { status: 'archived' });
    assert.deepEqual((await assertInStep()).skillNames.exact('report-maker'), []);
    await did(200, 'PATCH', '/api/skills/report-maker', { status: 'active' });
    await did(204, 'DELETE', '/api/providers/claude-test');
    assert.equal((await assertInStep()).providers.size, 0);
    await did(204, 'DELETE', '/api/skills/report-maker');
    assert.equal((await assertInStep()).skills.size, 0);
    await did(201, 'POST', '/api/skills', inlineSkill('report-maker'));
    assert.equal((await assertInStep()).skills.size, 1);
  });

  it('has what a transaction wrote that was open during a look', async () => {
    if (db.native.engine !== 'postgres') return;
    await liveVocabulary(app.ctx);
    let look = async (): Promise<void> => {};
    await db.kysely.transaction().execute(async (tx) => {
      await sql`update skills set display_name = 'Written Late' where name = 'report-maker'`.execute(tx);
      await did(201, 'POST', '/api/skills', inlineSkill('meanwhile'));
      const seen = await liveVocabulary(app.ctx);
      assert.deepEqual(seen.skillNames.exact('meanwhile'), ['meanwhile']);
      assert.deepEqual(seen.skillNames.exact('written late'), []);
      look = async () => {
        assert.deepEqual((await assertInStep()).skillNames.exact('written late'), ['report-maker']);
      };
    });
    await look();
  });

  it('has all that messages which come together were told', async () => {
    await liveVocabulary(app.ctx);
    assert.equal(await pruneNameChanges(app.ctx), 0, 'what is younger than a day is kept');
    const messages = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        await did(201, 'POST', '/api/skills', inlineSkill(`together-${index}`));
        return (await liveVocabulary(app.ctx)).skillNames.exact(`together-${index}`).length;
      }),
    );
    assert.deepEqual(new Set(messages), new Set([1]));
  });
});
