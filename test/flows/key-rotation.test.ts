/** A new encryption key: what was sealed with the old one gets it while work goes on, and then the old one is not needed. */
import assert from 'node:assert/strict';
import { after, afterEach, before, it } from 'node:test';
import { sql } from 'kysely';
import { checkEncryptionKeys } from '../../lib/connections/check-encryption-keys.ts';
import { rewrapSecrets } from '../../lib/connections/rewrap-secrets.ts';
import { columnName, SEALED_COLUMNS } from '../../lib/connections/sealed-columns.ts';
import { query, transaction } from '../../lib/db/database.ts';
import type { Context } from '../../lib/kernel/context.ts';
import { Secret } from '../../lib/kernel/secret.ts';
import { SecretBoxError } from '../../lib/kernel/secret-box.ts';
import { startImport } from '../../lib/skills/imports/start-import.ts';
import { saveRepository, withStoredToken } from '../../lib/skills/refs/repositories.ts';
import {
  type Answer,
  type EmulatedProviders,
  startApp,
  startProviders,
  type TestApp,
} from '../support/app.ts';
import { testContext } from '../support/context.ts';
import { describeEachEngine, type TestDatabase } from '../support/databases.ts';
import { inlineSkill } from '../support/skills.ts';
import { SLACK_BOT_TOKEN, SLACK_SECRET, slackPerson } from '../support/slack.ts';
import { until } from '../support/until.ts';

const OLD = Buffer.alloc(32, 1);
const NEW = Buffer.alloc(32, 2);
const TOKEN = 'a-token-of-a-private-repository';
const REPOSITORY = 'https://git.example.com/skills.git';
const SKILLS = ['one', 'two', 'three', 'four', 'five', 'six'];

describeEachEngine('a new encryption key', (open) => {
  let database: TestDatabase;
  let providers: EmulatedProviders;
  let skillId = '';
  const apps: TestApp[] = [];
  const withKeys = (...encryptionKeys: Buffer[]) => testContext(database, { encryptionKeys });
  const [oldId, newId] = [OLD, NEW].map((key) => testKeyId(key));

  before(async () => {
    database = await open();
    providers = await startProviders();
    const app = await appWith(OLD);
    const { openai, claude, gemini } = providers.connections;
    for (const body of [openai, claude, gemini]) await expect(201, app.call('POST', '/api/providers', body));
    for (const name of SKILLS) {
      const { body } = await expect(201, app.call('POST', '/api/skills', inlineSkill(name)));
      skillId = String(body['id']);
      const skill = { id: skillId, name };
      const repository = { url: REPOSITORY, path: '', token: new Secret(TOKEN) };
      await transaction(app.ctx, async (tx) => await saveRepository(tx, skill, repository));
    }
    const source = { type: 'git', url: REPOSITORY, token: TOKEN } as const;
    for (const tag of ['a', 'b']) await startImport(app.ctx, { source, tags: [tag] });
    const channel = { kind: 'webhook', name: 'told', url: `${REPOSITORY}?to` };
    await expect(201, app.call('POST', '/api/alerts/channels', channel));
    await slackPerson('U0ADA').mention(app, 'help');
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });
  after(async () => await providers.close());

  async function appWith(...encryptionKeys: Buffer[]): Promise<TestApp> {
    const slack = { signingSecrets: [SLACK_SECRET], botToken: SLACK_BOT_TOKEN, apiUrl: REPOSITORY };
    const app = await startApp(database, { isWorking: false, encryptionKeys, settings: { slack } });
    apps.push(app);
    return app;
  }

  async function rewrapAudits(): Promise<{ column: string; from: string; to: string; count: number }[]> {
    const { rows } = await sql<{ change: { column: string; from: string; to: string; count: number } }>`
      select change from audit_logs where action = 'key.rewrap' order by id`.execute(query(withKeys(NEW)));
    return rows.map(({ change }) => change);
  }

  async function countSealedWith(keyId: string | undefined): Promise<number> {
    let total = 0;
    for (const { table, sealed } of SEALED_COLUMNS) {
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}
        where split_part(${sql.ref(sealed)}, '.', 2) = ${keyId}`.execute(query(withKeys(NEW)));
      total += rows[0]?.n ?? 0;
    }
    return total;
  }

  it('alone does not do: the start names the setting and the key that is missing', async () => {
    await checkEncryptionKeys(withKeys(OLD));
    await checkEncryptionKeys(withKeys(NEW, OLD));
    await assert.rejects(checkEncryptionKeys(withKeys(NEW)), (error) => {
      assert.ok(error instanceof SecretBoxError);
      assert.match(error.message, /^ENCRYPTION_KEY: /);
      assert.ok(error.message.includes(oldId ?? ''));
      for (const { holds } of SEALED_COLUMNS) assert.ok(error.message.includes(holds), holds);
      return true;
    });
    assert.deepEqual(
      (await rewrapSecrets(withKeys(NEW))).counts,
      {},
      'nothing is touched without the old key',
    );
  });

  it('is taken on after an end at any batch, each of which is whole with its audit row or not there', async () => {
    const ctx = withKeys(NEW, OLD);
    const all = await countSealedWith(oldId);
    assert.equal(all, 3 + SKILLS.length + 2 + 1 + 1);
    for (const done of [0, 1, 2]) {
      assert.equal(await countSealedWith(newId), done);
      await failAfter(ctx, async () => {
        // The first batch is stored, the second one fails at its very end.
        await assert.rejects(rewrapSecrets(ctx, { batchSize: 1 }), /stopped by the test/);
      });
    }
    assert.equal(await countSealedWith(newId), 3);
    assert.equal((await rewrapAudits()).length, 3);
    const stopping = new AbortController();
    stopping.abort();
    assert.deepEqual((await rewrapSecrets(ctx, { signal: stopping.signal })).counts, {});
  });

  it('is taken on while runs go on, by two at once, and nothing waits or fails', async () => {
    const app = await appWith(NEW, OLD);
    app.worker.start();
    const asked: string[] = [];
    const ask = async (skill: string) => {
      const slugs = ['openai-test', 'claude-test', 'gemini-test'];
      const { body } = await expect(202, app.call('POST', '/api/install-runs', { skill, providers: slugs }));
      asked.push(...(body['runIds'] as string[]));
    };
    // As a process that was started with the old key first leaves what it stores.
    await rewrapSecrets(withKeys(OLD, NEW));
    const fingerprints = async () =>
      (
        (await app.call('GET', '/api/providers')).body['items'] as { credential: { fingerprint: string } }[]
      ).map(({ credential }) => credential.fingerprint);
    const before = await fingerprints();
    const [reports] = await Promise.all([
      Promise.all([1, 2].map(async () => await rewrapSecrets(app.ctx, { batchSize: 2 }))),
      ...SKILLS.map(ask),
    ]);
    for (const { unreadable } of reports) assert.deepEqual(unreadable, []);
    assert.deepEqual(reports.at(-1)?.keyIds, [newId]);
    for (const id of asked) {
      const run = await until(`${id} has ended`, async () => {
        const { body } = await app.call('GET', `/api/install-runs/${id}`);
        return body['finishedAt'] === null ? null : body;
      });
      assert.equal(run['status'], 'success', JSON.stringify(run['error']));
    }
    assert.equal(await countSealedWith(oldId), 0);
    assert.notDeepEqual(await fingerprints(), before, 'fingerprints are keyed by the newest key');
    const counted = (await rewrapAudits()).filter(({ to }) => to === newId);
    const replaced = counted.reduce((sum, { count }) => sum + count, 0);
    assert.equal(replaced, 3 + 3 + SKILLS.length + 2 + 1 + 1, 'each row is counted once');
    for (const { column, from } of counted) {
      assert.equal(from, oldId);
      assert.ok(SEALED_COLUMNS.map(columnName).includes(column));
    }
  });

  it('then does alone: what it sealed opens, and installs go on', async () => {
    const app = await appWith(NEW);
    app.worker.start();
    await checkEncryptionKeys(app.ctx);
    await assert.rejects(checkEncryptionKeys(withKeys(OLD)), new RegExp(String(newId)));
    for (const slug of ['openai-test', 'claude-test', 'gemini-test']) {
      const { body } = await expect(200, app.call('POST', `/api/providers/${slug}/verify`));
      assert.equal(body['status'], 'active');
    }
    const opened = await withStoredToken(app.ctx, skillId, { type: 'git', url: REPOSITORY });
    assert.ok(opened.type === 'git');
    assert.equal(opened.token, TOKEN);
    const { rows } = await sql<{ id: string; token_sealed: string }>`
      select id, token_sealed from skill_imports`.execute(query(app.ctx));
    for (const { id, token_sealed } of rows)
      assert.equal(app.ctx.secretBox.open(token_sealed, ['skill_import', id]).reveal(), TOKEN);
    const skill = { skill: 'one', providers: ['openai-test'], action: 'uninstall' };
    await expect(202, app.call('POST', '/api/install-runs', skill));
  });

  it('does not make credentials newer than a run that was refused for them', async () => {
    const app = await appWith(OLD, NEW);
    app.worker.start();
    providers.faults.claude.script.push({
      match: { method: 'POST' },
      delayMs: 700,
      then: { status: 401, body: '{"error":{"type":"authentication_error","message":"no"}}' },
    });
    await app.call('POST', '/api/skills', inlineSkill('refused'));
    const asked = { skill: 'refused', providers: ['claude-test'] };
    const { body } = await expect(202, app.call('POST', '/api/install-runs', asked));
    const [id] = body['runIds'] as string[];
    await until('the provider is asked', async () => {
      const { rows } = await sql`select from provider_intents where run_id = ${id}`.execute(query(app.ctx));
      return rows.length > 0;
    });
    assert.equal((await rewrapSecrets(app.ctx)).counts['providers.credentials_sealed'], 3);
    await until(`${id} has ended`, async () => {
      const { body: run } = await app.call('GET', `/api/install-runs/${id}`);
      return run['finishedAt'];
    });
    const { body: connection } = await app.call('GET', '/api/providers/claude-test');
    assert.equal(connection['status'], 'error');
    await rewrapSecrets(withKeys(NEW, OLD));
    await expect(200, app.call('POST', '/api/providers/claude-test/verify'));
  });

  it('is not put on what somebody moved or altered, which is named and still refused', async () => {
    const ctx = withKeys(OLD, NEW);
    const before = await sealedOf('openai-test');
    await sql`update providers set credentials_sealed = ${await sealedOf('claude-test')} where slug = 'openai-test'`.execute(
      query(ctx),
    );
    const report = await rewrapSecrets(ctx, { batchSize: 1 });
    assert.deepEqual(
      report.unreadable.map(({ column }) => column),
      ['providers.credentials_sealed'],
    );
    assert.deepEqual(report.keyIds.toSorted(), [oldId ?? '', newId ?? ''].toSorted());
    assert.equal(report.counts['providers.credentials_sealed'], 2, 'the others have their turn');
    const app = await appWith(OLD, NEW);
    assert.equal((await app.call('POST', '/api/providers/openai-test/verify')).status, 500);
    await sql`update providers set credentials_sealed = ${before} where slug = 'openai-test'`.execute(
      query(ctx),
    );
    assert.deepEqual((await rewrapSecrets(ctx)).keyIds, [oldId]);
    await expect(200, app.call('POST', '/api/providers/openai-test/verify'));
  });

  async function sealedOf(slug: string): Promise<string> {
    const { rows } = await sql<{ sealed: string }>`
      select credentials_sealed as sealed from providers where slug = ${slug}`.execute(query(withKeys(NEW)));
    return rows[0]?.sealed ?? '';
  }
});

function testKeyId(key: Buffer): string {
  return testContext({} as never, { encryptionKeys: [key] }).secretBox.keyIds[0];
}

/** Lets one batch through and fails the next one after everything in it has been written. */
async function failAfter(ctx: Context, act: () => Promise<void>): Promise<void> {
  await sql`
    create table rewraps_seen (n integer);
    create function stop_rewrap() returns trigger language plpgsql as $$
    begin
      if new.action = 'key.rewrap' then
        if exists (select from rewraps_seen) then raise exception 'stopped by the test'; end if;
        insert into rewraps_seen values (1);
      end if;
      return null;
    end $$;
    create trigger stop_rewrap after insert on audit_logs for each row execute function stop_rewrap();`.execute(
    query(ctx),
  );
  await act();
  await sql`drop trigger stop_rewrap on audit_logs; drop function stop_rewrap; drop table rewraps_seen`.execute(
    query(ctx),
  );
}

async function expect(status: number, answering: Promise<Answer>): Promise<Answer> {
  const answer = await answering;
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer;
}
