/** Whatever is wrong with a request is refused by name, and leaves nothing behind. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { sql } from 'kysely';
import { query } from '../../lib/db/database.ts';
import { type EmulatedProviders, startApp, startProviders, type TestApp } from '../support/app.ts';
import { describeEachEngine } from '../support/databases.ts';
import {
  badProviders,
  badQueries,
  type BadRequest,
  badRuns,
  badShapes,
  get,
  LISTS,
  RUNS,
  target,
} from '../support/bad-requests.ts';
import { badArchives, badInlineSkills } from '../support/hostile-skills.ts';
import { inlineSkill } from '../support/skills.ts';

describeEachEngine('bad input', (open) => {
  let app: TestApp;
  let providers: EmulatedProviders;

  before(async () => {
    providers = await startProviders();
    app = await startApp(await open(), { isWorking: false });
    const { claude, local } = providers.connections;
    const refused = { ...claude, slug: 'refused', credentials: { apiKey: 'wrong-key' } };
    const off = { ...local, slug: 'switched-off' };
    for (const body of [claude, local, refused, off]) await made('POST', '/api/providers', body);
    await made('PATCH', '/api/providers/switched-off', { status: 'inactive' });
    for (const name of ['known', 'other']) await made('POST', '/api/skills', inlineSkill(name));
    await made('POST', '/api/skills/known/versions', inlineSkill('known', 'Better.'));
    for (const name of ['one', 'two']) await made('POST', '/api/keys', { name, role: 'viewer' });
    for (const skill of ['known', 'other']) await made('POST', RUNS, { ...target, skill });
    for (const message of ['hello', 'hello again']) await made('POST', '/api/chat-ops', { message });
  });
  after(async () => {
    await app.close();
    await providers.close();
  });

  async function made(method: string, path: string, body: object): Promise<void> {
    const answer = await app.call(method, path, body);
    assert.ok(answer.status < 300, JSON.stringify(answer.body));
  }

  /** Sends what is bad; checks the refusal and that everything is as it was. */
  async function refuse(bad: BadRequest): Promise<void> {
    const before = await everythingStored();
    const answer = await app.call(bad.method, bad.path, bad.body, { headers: bad.headers ?? {} });
    const { code, detail, issues = [] } = answer.body as unknown as Refusal;
    const shown = `${bad.what}: ${answer.status} ${JSON.stringify(answer.body)}`;
    assert.deepEqual([answer.status, code], [bad.status, bad.code], shown);
    const lines = [detail, ...issues.map(({ path, message }) => `${path} ${message}`)];
    for (const says of bad.says)
      assert.ok(
        lines.some((line) => says.test(line)),
        `${says.source} in ${shown}`,
      );
    assert.deepEqual(await everythingStored(), before, bad.what);
  }

  /** Number of rows and digest of their content, by table; audit rows and keys may come and go. */
  async function everythingStored(): Promise<Record<string, string>> {
    const db = query(app.ctx);
    const tables = await sql<{ name: string }>`
      select table_name as name from information_schema.tables
      where table_schema = 'public' and table_name not in ('audit_logs', 'audit_unsealed', 'api_keys')`.execute(
      db,
    );
    const stored: Record<string, string> = {};
    for (const { name } of tables.rows) {
      const { rows } = await sql<{ content: string }>`
        select count(*) || ' ' || coalesce(md5(string_agg(t::text, '' order by t::text)), '') as content
        from ${sql.table(name)} as t`.execute(db);
      stored[name] = rows[0]?.content ?? '';
    }
    return stored;
  }

  for (const [what, cases] of Object.entries({
    'of any shape': badShapes,
    'in SKILL.md and its files': badInlineSkills,
    'in archives': badArchives,
    'for install runs': badRuns,
    'for providers': () => badProviders(providers.urls),
    'in queries and paths': badQueries,
  })) {
    it(`${what} is refused by name and leaves nothing`, async () => {
      for (const bad of cases()) await refuse(bad);
    });
  }

  it('in a cursor that was made up or is of another list is refused', async () => {
    const cursors = new Map<string, string>();
    for (const list of LISTS) {
      const and = list.includes('?') ? '&' : '?';
      const { body } = await app.call('GET', `${list}${and}limit=1`);
      if (typeof body['nextCursor'] === 'string') cursors.set(`${list}${and}`, body['nextCursor']);
    }
    assert.equal(cursors.size, LISTS.length - 2, 'every list but the two empty ones has a next page');
    for (const [list, cursor] of cursors) {
      for (const [other, foreign] of cursors) {
        if (other !== list)
          await refuse(get(`a cursor of ${other}`, `${list}cursor=${foreign}`, /^\/cursor /));
      }
      const [scope, ...values] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as string[];
      for (const value of ['x', '', 'a\0b', '9'.repeat(40), '1.5', '2020-13-45', '\u{ffff}', 'NaN']) {
        const forged = Buffer.from(JSON.stringify([scope, ...values.map(() => value)])).toString('base64url');
        const { status, body } = await app.call('GET', `${list}cursor=${forged}`);
        assert.ok(
          status === 400 || status === 200,
          `${list} ${JSON.stringify(value)} ${JSON.stringify(body)}`,
        );
      }
    }
  });

  it('does no harm to readiness', async () => {
    assert.equal((await app.call('GET', '/readyz')).status, 200);
    await made('POST', '/api/skills', inlineSkill('afterwards'));
  });
});

interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
}
