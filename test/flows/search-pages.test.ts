/** Pages of skills: complete and without repetition while others are registered, and completed after an upgrade. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { query } from '../../lib/db/database.ts';
import { fillSearch } from '../../lib/skills/search/fill-search.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { describeEachEngine } from '../support/databases.ts';
import { type DescribedSkill, namesOf, pageOf, register } from '../support/described-skills.ts';

/** Every tier for the word `ledger`, and skills that do not match at all. */
const SHAPES: readonly ((n: number) => DescribedSkill)[] = [
  (n) => ({ name: `ledger-${n}` }),
  (n) => ({ name: `s${n}-ledger` }),
  (n) => ({ name: `s${n}-subledger` }),
  (n) => ({ name: `s${n}-tag`, tags: ['ledger'] }),
  (n) => ({ name: `s${n}-text`, description: 'Keeps a ledger.' }),
  (n) => ({ name: `s${n}-slip`, description: 'Keeps a legder.' }),
  (n) => ({ name: `s${n}-other` }),
];
const SORTS = ['name', '-updatedAt', 'relevance'] as const;

describeEachEngine('pages of skills', (open) => {
  let app: TestApp;
  let count = 0;
  const shape = fc.nat({ max: SHAPES.length - 1 });
  const registerShape = async (index: number): Promise<void> => {
    count += 1;
    await register(app, SHAPES[index]?.(count) ?? { name: `s${count}` });
  };

  before(async () => {
    app = await startApp(await open(), { isWorking: false });
    for (let index = 0; index < 3 * SHAPES.length; index += 1) await registerShape(index % SHAPES.length);
  });
  after(() => app.close());

  it('hold every skill that was there at the first page exactly once, whatever is added meanwhile', async () => {
    const plan = fc.record({
      sort: fc.constantFrom(...SORTS),
      q: fc.constantFrom('ledger', 'ledgre', 'ledger keeps', ''),
      limit: fc.integer({ min: 1, max: 4 }),
      added: fc.array(shape, { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ sort, q, limit, added }) => {
        const filter = { q, sort };
        const before = await namesOf(app, { ...filter, limit: '100' });
        const seen: string[] = [];
        let cursor: string | null = null;
        do {
          const at: { names: string[]; nextCursor: string | null } = await pageOf(app, {
            ...filter,
            limit: String(limit),
            ...(cursor !== null && { cursor }),
          });
          seen.push(...at.names);
          cursor = at.nextCursor;
          const next = added.pop();
          if (next !== undefined) await registerShape(next);
        } while (cursor !== null);
        assert.deepEqual(
          seen.filter((name) => before.includes(name)),
          before,
        );
        assert.equal(new Set(seen).size, seen.length);
      }),
      { numRuns: 8, seed: 7 },
    );
  });

  it('refuse a cursor that somebody made up', async () => {
    const { nextCursor } = await pageOf(app, { q: 'ledger', limit: '1' });
    const [scope] = JSON.parse(Buffer.from(nextCursor ?? '', 'base64url').toString()) as string[];
    for (const values of [
      ['9', 'a', '1'],
      ['x', 'a', '1'],
      ['1', 'a', '-1'],
      ['1', 'a', '1e3'],
      ['1', 'a'],
    ]) {
      const cursor = Buffer.from(JSON.stringify([scope, ...values])).toString('base64url');
      const { status } = await app.call('GET', `/api/skills?q=ledger&limit=1&cursor=${cursor}`);
      assert.equal(status, 400, values.join());
    }
  });

  it('show what an older version of the program wrote once it was completed', async () => {
    await register(app, { name: 'zz-older', description: 'Counts obelisks.' });
    await sql`delete from search_words where word like 'obelisk%'`.execute(query(app.ctx));
    await sql`update skills set search_keys = null, search_title = null, search_tags = null,
      compatible_kinds = null where name = 'zz-older'`.execute(query(app.ctx));
    assert.deepEqual(await namesOf(app, { q: 'obelisks' }), []);
    assert.equal(await fillSearch(app.ctx), 1);
    assert.equal(await fillSearch(app.ctx), 0);
    for (const q of ['obelisks', 'obeliks'])
      for (const kind of ['claude', 'local'])
        assert.deepEqual(await namesOf(app, { q, kind }), ['zz-older'], q);
  });

  it('can be filtered by provider and kind', async () => {
    await register(app, { name: '한글-이름' });
    assert.deepEqual(await namesOf(app, { q: '한글' }), ['한글-이름']);
    assert.deepEqual(await namesOf(app, { q: '한글', kind: 'gemini' }), ['한글-이름']);
    assert.deepEqual(await namesOf(app, { q: '한글', kind: 'claude' }), []);
    assert.equal((await app.call('GET', '/api/skills?provider=none')).status, 404);
    assert.equal((await app.call('GET', '/api/skills?kind=none')).status, 400);
    await sql`insert into providers (id, slug, kind, display_name, status, config, created_by)
      values ('prv_1', 'here', 'local', 'p', 'active', '{}', 'x')`.execute(query(app.ctx));
    await sql`insert into installations (id, provider_id, skill_id, skill_version_id, external_id, drift, installed_by)
      select 'ins_' || name, 'prv_1', id, latest_version_id, id, 'in_sync', 'x' from skills
      where name in ('ledger-1', 'zz-older')`.execute(query(app.ctx));
    for (const provider of ['here', 'prv_1']) {
      assert.deepEqual(await namesOf(app, { provider }), ['ledger-1', 'zz-older']);
      assert.deepEqual(await namesOf(app, { provider, q: 'ledger' }), ['ledger-1']);
      assert.deepEqual(await namesOf(app, { provider, sort: '-updatedAt' }), ['zz-older', 'ledger-1']);
    }
  });

  it('can be filtered by the worst finding of the latest version', async () => {
    await sql`insert into skill_scans (digest, rule_set, status, critical, high, medium, low, capabilities, analyzability)
      select version.digest, 'r', 'done', (version.n = 1)::integer, (version.n <= 2)::integer, (version.n <= 3)::integer,
        (version.n <= 4)::integer, '{}', 1
      from (select v.digest, replace(s.name, 'ledger-', '')::integer as n from skills s
        join skill_versions v on v.id = s.latest_version_id where s.name in ('ledger-1', 'ledger-8', 'ledger-15')) version
      on conflict (digest) do update set status = 'done', critical = excluded.critical, high = excluded.high,
        medium = excluded.medium, low = excluded.low, capabilities = '{}', analyzability = 1`.execute(
      query(app.ctx),
    );
    assert.deepEqual(await namesOf(app, { severity: 'critical' }), ['ledger-1']);
    for (const [name, severity] of [
      ['ledger-8', 'high'],
      ['ledger-15', 'low'],
    ] as const) {
      await sql`update skill_scans set critical = 0, high = ${severity === 'high' ? 2 : 0}::integer, medium = 0, low = 1
        where digest = (select digest from skill_versions v join skills s on s.latest_version_id = v.id
          where s.name = ${name})`.execute(query(app.ctx));
      assert.deepEqual(await namesOf(app, { severity }), [name]);
      assert.deepEqual(await namesOf(app, { severity, q: 'ledger', sort: '-updatedAt' }), [name]);
      assert.equal((await namesOf(app, { severity: 'none', limit: '100' })).includes(name), false);
    }
    assert.deepEqual(await namesOf(app, { severity: 'medium' }), []);
    assert.equal((await app.call('GET', '/api/skills?severity=bad')).status, 400);
  });
});
