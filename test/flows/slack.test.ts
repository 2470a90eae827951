/** Slack: what is signed and new is acted on once with the person's own role, and one message tells how it goes. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, it } from 'node:test';
import { sql } from 'kysely';
import { actOnJob, JobTakenError } from '../../lib/chatops/surfaces/act-on-job.ts';
import { sealContent } from '../../lib/chatops/surfaces/job-content.ts';
import { insertJob } from '../../lib/chatops/surfaces/job-store.ts';
import { transaction } from '../../lib/db/database.ts';
import { newId } from '../../lib/kernel/ids.ts';
import { type AlertReceiver, startAlertReceiver } from '../support/alert-receiver.ts';
import { type EmulatedProviders, startApp, startProviders, type TestApp } from '../support/app.ts';
import { describeEachEngine, type TestDatabase } from '../support/databases.ts';
import { inlineSkill } from '../support/skills.ts';
import { knockAt, SLACK_BOT_TOKEN, SLACK_SECRET, slackPerson } from '../support/slack.ts';
import { until } from '../support/until.ts';

interface Shown {
  readonly text: string;
  readonly replace_original?: boolean;
  readonly blocks: { type: string; elements?: { action_id: string; value: string }[] }[];
}

const ada = slackPerson('U0ADA');
const bob = slackPerson('U0BOB');
const eve = slackPerson('U0EVE');

describeEachEngine('Slack', (open) => {
  let db: TestDatabase;
  let app: TestApp;
  let receiver: AlertReceiver;
  let providers: EmulatedProviders;
  let at: string;

  before(async () => {
    db = await open();
    receiver = await startAlertReceiver();
    providers = await startProviders();
    at = `${receiver.url}/commands/1`;
    const slack = {
      signingSecrets: [SLACK_SECRET],
      botToken: SLACK_BOT_TOKEN,
      apiUrl: `${receiver.url}/api`,
    };
    app = await startApp(db, { settings: { slack } });
    for (const body of [providers.connections.claude, providers.connections.openai])
      assert.equal((await app.call('POST', '/api/providers', body)).status, 201);
    for (const name of ['pdf-tools', 'docx']) await app.call('POST', '/api/skills', inlineSkill(name));
    for (const [person, role] of [
      [ada, 'operator'],
      [bob, 'viewer'],
    ] as const) {
      const { team, member } = person;
      const user = { surface: 'slack', team, member, name: member, role };
      assert.equal((await app.call('POST', '/api/chat-ops/users', user)).status, 201);
    }
  });
  after(async () => {
    await app.close();
    await receiver.close();
    await providers.close();
  });
  beforeEach(() => {
    receiver.received.length = 0;
    receiver.answer = { status: 200, body: 'ok' };
  });

  const shown = () => receiver.received.map(({ body }) => JSON.parse(body) as Shown);
  const lastText = () => shown().at(-1)?.text ?? '';

  function buttons(message: Shown): Record<string, string> {
    const elements = message.blocks.flatMap((block) => block.elements ?? []);
    return Object.fromEntries(elements.map(({ action_id: id, value }) => [id, value]));
  }

  async function runsOf(member: string): Promise<{ status: string; requestedBy: { name: string } }[]> {
    const { body } = await app.call('GET', '/api/install-runs?limit=100');
    const items = body['items'] as { status: string; requestedBy: { id: string; name: string } }[];
    return items.filter(({ requestedBy }) => requestedBy.id === `slack:T0TEST:${member}`);
  }

  it('answers a command in its answer, and tells at its address how it ended', async () => {
    const { status, body } = await ada.command(app, 'pdf-tools 클로드에 설치해줘', at);
    assert.equal(status, 200, JSON.stringify(body));
    assert.match(String(body['text']), /pdf-tools.*설치/);
    assert.equal(body['response_type'], 'ephemeral');
    await until('the end is told', () => /완료: 성공했습니다/.test(lastText()));
    assert.ok(shown().every((message) => message.replace_original === true));
    assert.ok(receiver.received.length <= 5);
    const [run] = await runsOf('U0ADA');
    assert.deepEqual([run?.status, run?.requestedBy.name], ['success', 'U0ADA']);
  });

  it('asks with buttons before it removes something, and does it once, when the one who asked says so', async () => {
    const { body } = await ada.command(app, 'remove pdf-tools from claude', at);
    const pressed = buttons(body as unknown as Shown);
    const token = pressed['skillconvoy_confirm'] ?? assert.fail(JSON.stringify(body));
    assert.equal(pressed['skillconvoy_decline'], token);
    assert.equal((await bob.press(app, 'skillconvoy_confirm', token, at)).status, 200);
    await until('the stranger to it is told', () => /used up or too old/.test(lastText()));
    assert.equal(shown().at(-1)?.replace_original, false);
    const before = (await runsOf('U0ADA')).length;
    for (const _ of [1, 2])
      assert.equal((await ada.press(app, 'skillconvoy_confirm', token, at)).status, 200);
    await until('both are answered', () =>
      ['Done: it succeeded', 'used up or too old'].every((end) =>
        shown().some(({ text }) => text.includes(end)),
      ),
    );
    assert.equal((await runsOf('U0ADA')).length, before + 1);
  });

  it('does not do what was declined', async () => {
    const { body } = await ada.command(app, 'install docx on every provider', at);
    const token =
      buttons(body as unknown as Shown)['skillconvoy_confirm'] ?? assert.fail(JSON.stringify(body));
    await ada.press(app, 'skillconvoy_decline', token, at);
    await until('it is told', () => /nothing was done/.test(lastText()));
    await ada.press(app, 'skillconvoy_confirm', token, at);
    await until('the token is used up', () => /used up or too old/.test(lastText()));
    const { body: log } = await app.call('GET', '/api/audit-logs?action=chat.decline');
    assert.equal((log['items'] as object[]).length, 1);
  });

  it('refuses whom nobody let in, and lets viewers look only; both are on record', async () => {
    const { body } = await eve.command(app, 'install docx on claude', at);
    assert.match(String(body['text']), /T0TEST.*U0EVE/);
    const { body: hers } = await bob.command(app, 'install docx on claude', at);
    assert.match(String(hers['text']), /role does not allow/);
    assert.match(String((await bob.command(app, 'list all skills', at)).body['text']), /pdf-tools/);
    assert.deepEqual([await runsOf('U0EVE'), await runsOf('U0BOB')], [[], []]);
    const { body: log } = await app.call(
      'GET',
      '/api/audit-logs?action=chat.message&outcome=denied&limit=100',
    );
    const actors = (log['items'] as { actor: { id: string } }[]).map(({ actor }) => actor.id);
    assert.ok(actors.includes('slack:T0TEST:U0EVE') && actors.includes('slack:T0TEST:U0BOB'));
  });

  it('takes nothing that is not signed, is old, or came before', async () => {
    const text = 'install docx on claude';
    const now = Math.floor(Date.now() / 1000);
    const refused = [
      await ada.command(app, text, at, { secret: 'another' }),
      await ada.command(app, text, at, { timestamp: now - 301 }),
      await ada.command(app, text, at, { timestamp: now + 360 }),
      await ada.command(app, text, at, { headers: { 'x-slack-signature': '' } }),
      await ada.command(app, text, at, { headers: { 'x-slack-signature': `v0=${'0'.repeat(64)}` } }),
    ];
    assert.deepEqual(
      refused.map(({ status }) => status),
      [401, 401, 401, 401, 401],
    );
    const body = new URLSearchParams({ team_id: 'T0TEST', user_id: 'U0ADA', text: 'help' }).toString();
    const form = 'application/x-www-form-urlencoded';
    assert.equal((await knockAt(app, body, form, { timestamp: now })).status, 200);
    assert.equal((await knockAt(app, body, form, { timestamp: now })).status, 401);
    assert.equal(
      (await app.call('POST', '/api/chat-ops/slack', { type: 'url_verification' }, { key: null })).status,
      401,
    );
  });

  it('acts once on a mention that is sent again, and keeps one message up to date in its thread', async () => {
    receiver.answer = { status: 200, body: '{"ok":true,"ts":"1700000001.000200"}' };
    const before = (await runsOf('U0ADA')).length;
    const again = { event_id: 'EvAGAIN' };
    const first = await ada.mention(app, 'install docx on openai', again);
    const headers = { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' };
    const timestamp = Math.floor(Date.now() / 1000) + 1;
    const second = await ada.mention(app, 'install docx on openai', again, { headers, timestamp });
    assert.deepEqual([first.status, second.status], [200, 200]);
    await until('the end is told', () => /Done: it succeeded/.test(lastText()));
    assert.equal((await runsOf('U0ADA')).length, before + 1);
    const [made, ...changed] = receiver.received;
    assert.equal(made?.path, '/api/chat.postMessage');
    assert.equal(made?.headers.authorization, `Bearer ${SLACK_BOT_TOKEN}`);
    assert.match(made?.body ?? '', /"thread_ts":"1700000000.000100"/);
    assert.ok(
      changed.every(({ path, body }) => path === '/api/chat.update' && /1700000001.000200/.test(body)),
    );
  });

  it('takes no notice of bots, other events and itself, and answers the handshake', async () => {
    const json = 'application/json';
    const challenge = JSON.stringify({ type: 'url_verification', challenge: 'say-this' });
    assert.deepEqual((await knockAt(app, challenge, json)).body, { challenge: 'say-this' });
    const event = {
      type: 'app_mention',
      user: 'U0ADA',
      bot_id: 'B1',
      text: 'install docx on claude',
      channel: 'C1',
      ts: '1.2',
    };
    assert.deepEqual((await ada.mention(app, '', { event })).body, {});
    assert.deepEqual((await ada.mention(app, '', { event: { type: 'channel_created' } })).body, {});
    const left = await sql<{ count: number }>`select count(*)::integer as count from chat_jobs`.execute(
      db.kysely,
    );
    assert.equal(left.rows[0]?.count, 0);
  });

  it('sends nothing to an address that is not Slack, and shows names as text', async () => {
    const { status, body } = await ada.command(app, 'help', 'http://169.254.169.254/x');
    assert.equal(status, 400);
    assert.match(JSON.stringify(body), /response_url/);
    const { body: answer } = await ada.command(app, 'install <!channel> on claude', at);
    assert.doesNotMatch(JSON.stringify(answer), /<!/);
    assert.match(String((await ada.command(app, '', at)).body['text']), /install pdf-tools/);
    assert.match(String((await ada.command(app, 'x'.repeat(2001), at)).body['text']), /2,000/);
  });

  it('tries again when Slack is away, and does nothing twice', async () => {
    receiver.answer = { status: 503, body: 'later' };
    const before = (await runsOf('U0ADA')).length;
    await ada.mention(app, 'install pdf-tools on claude');
    await until('it was tried', () => receiver.received.length > 0);
    receiver.answer = { status: 200, body: '{"ok":true,"ts":"1700000009.000900"}' };
    await until('the end is told', () => /Done: it succeeded/.test(lastText()));
    assert.equal((await runsOf('U0ADA')).length, before + 1);
  });

  it('acts once on what a process took and did not live to do, whoever is first', async () => {
    receiver.answer = { status: 200, body: '{"ok":true,"ts":"1700000003.000300"}' };
    const settings = app.ctx.settings.slack;
    const idle = await startApp(db, { isWorking: false, settings: { slack: settings } });
    const before = (await runsOf('U0ADA')).length;
    const job = await transaction(idle.ctx, async (tx) => {
      const id = newId('chatJob');
      const content = {
        asked: { message: 'install docx on claude' },
        target: { channel: 'C1', thread: '1.1' },
        answer: null,
      };
      const from = { team: 'T0TEST', member: 'U0ADA', name: '' };
      // Another process holds it.
      return await insertJob(
        tx,
        { id, surface: 'slack', from, sealed: sealContent(tx, id, content) },
        60_000,
      );
    });
    const ends = await Promise.allSettled([1, 2, 3].map(async () => await actOnJob(idle.ctx, job)));
    const lost = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    assert.equal(lost.length, 2);
    for (const reason of lost) assert.ok(reason instanceof JobTakenError, String(reason));
    assert.equal((await runsOf('U0ADA')).length, before + 1);
    await sql`update chat_jobs set lease_until = now() - interval '1 second'`.execute(db.kysely);
    await until('the end is told', () => /Done: it succeeded/.test(lastText()));
    assert.equal((await runsOf('U0ADA')).length, before + 1);
    await idle.close();
  });

  it('is not there until it is switched on', async () => {
    const other = await startApp(db, { isWorking: false });
    assert.equal((await ada.command(other, 'help', at)).status, 404);
    await other.close();
  });

  it('lets people go again', async () => {
    const { body } = await app.call('GET', '/api/chat-ops/users');
    const items = body['items'] as { id: string; member: string }[];
    const { id } = items.find(({ member }) => member === 'U0BOB') ?? assert.fail();
    const { team, member } = bob;
    const same = { surface: 'slack', team, member, name: 'Bob', role: 'viewer' };
    assert.equal((await app.call('POST', '/api/chat-ops/users', same)).body['code'], 'conflict:chat_ops');
    assert.equal((await app.call('DELETE', `/api/chat-ops/users/${id}`)).status, 204);
    assert.equal((await app.call('DELETE', `/api/chat-ops/users/${id}`)).status, 404);
    assert.match(String((await bob.command(app, 'list all skills', at)).body['text']), /U0BOB/);
  });
});
