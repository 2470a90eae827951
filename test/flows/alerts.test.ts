/** What goes wrong is told to those who asked for it: signed, once, tried again, and kept in a log. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, beforeEach, it } from 'node:test';
import { sql } from 'kysely';
import { deliveryWorkload } from '../../lib/alerts/deliver.ts';
import type { Alert, Channel, Delivery } from '../../lib/alerts/schema.ts';
import { watchWorkload } from '../../lib/alerts/watch-audit.ts';
import { watchKeys } from '../../lib/alerts/watch-keys.ts';
import { sealWorkload } from '../../lib/audit/seal-workload.ts';
import { startWorking, type Working } from '../../lib/jobs/workload.ts';
import { type AlertReceiver, startAlertReceiver } from '../support/alert-receiver.ts';
import {
  type EmulatedProviders,
  PROVIDER_KEY,
  startApp,
  startProviders,
  type TestApp,
} from '../support/app.ts';
import { workerContext } from '../support/context.ts';
import { describeEachEngine, type TestDatabase } from '../support/databases.ts';
import { everythingStored } from '../support/secrets.ts';
import { inlineSkill } from '../support/skills.ts';
import { until } from '../support/until.ts';

const CHANNELS = '/api/alerts/channels';
const REFUSED = {
  status: 400,
  body: { error: { message: 'Not like this.', type: 'invalid_request_error' } },
};

describeEachEngine('alerts', (open) => {
  let db: TestDatabase;
  let app: TestApp;
  let providers: EmulatedProviders;
  let receiver: AlertReceiver;
  let works: Working[];

  before(async () => {
    db = await open();
    providers = await startProviders();
    receiver = await startAlertReceiver();
    app = await startApp(db);
    const ctx = workerContext(app.ctx);
    works = [sealWorkload, watchWorkload, deliveryWorkload].map((make) =>
      startWorking(db, ctx.log, { ...make(ctx), everyMs: 50 }),
    );
    await make(201, '/api/skills', inlineSkill('told'));
    for (const kind of ['openai', 'claude'] as const)
      await make(201, '/api/providers', providers.connections[kind] ?? {});
  });
  after(async () => {
    await Promise.all(works.map((each) => each.stop()));
    await app.close();
    await receiver.close();
    await providers.close();
  });
  beforeEach(async () => {
    for (const { id } of await items<Channel>(CHANNELS)) await app.call('DELETE', `${CHANNELS}/${id}`);
    receiver.received.length = 0;
    receiver.answer = { status: 200, body: 'ok' };
  });

  async function make(status: number, path: string, body: object) {
    const answer = await app.call('POST', path, body);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body;
  }

  async function items<Item>(path: string): Promise<Item[]> {
    const { status, body } = await app.call('GET', path);
    assert.equal(status, 200, JSON.stringify(body));
    return (body as unknown as { items: Item[] }).items;
  }

  async function channel(body: object = {}): Promise<{ id: string; secret: string }> {
    const given = { kind: 'webhook', name: 'ops', url: `${receiver.url}/hook?token=hidden`, ...body };
    return (await make(201, CHANNELS, given)) as unknown as { id: string; secret: string };
  }

  const deliveriesOf = async (id: string) => await items<Delivery>(`/api/alerts/deliveries?channel=${id}`);

  /** Installs while the provider refuses, and answers the batch. */
  async function failedInstall(): Promise<string> {
    providers.faults.openai.script = [{ match: { method: 'POST' }, times: 9, then: REFUSED }];
    const { batchId } = await make(202, '/api/install-runs', {
      skill: 'told',
      providers: ['openai-test'],
      onDuplicate: 'reuse',
    });
    await until('the batch has ended', async () => {
      const { body } = await app.call('GET', `/api/install-batches/${String(batchId)}`);
      return body['status'] === 'failed';
    });
    providers.faults.openai.script = [];
    return String(batchId);
  }

  it('send a failed batch as a signed webhook', async () => {
    const { id, secret } = await channel({ types: ['batch.failed'] });
    const batchId = await failedInstall();
    await until('it was told', () => receiver.received.length > 0);
    const [{ headers, body, path } = assert.fail()] = receiver.received;
    assert.equal(path, '/hook?token=hidden');
    const message = JSON.parse(body) as { type: string; timestamp: string; data: Record<string, unknown> };
    assert.equal(message.type, 'batch.failed');
    assert.equal(message.data['batchId'], batchId);
    assert.match(String(message.data['title']), /^1 of 1 runs of an install failed: told → openai-test: /);
    assert.ok(Math.abs(Date.parse(message.timestamp) - Date.now()) < 60_000);
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const signature = createHmac('sha256', key).update(signed).digest('base64');
    assert.equal(headers['webhook-signature'], `v1,${signature}`);
    const [delivery = assert.fail()] = await until('it is in the log', async () => {
      const found = await deliveriesOf(id);
      return found[0]?.status === 'delivered' ? found : null;
    });
    assert.deepEqual(delivery.answer, { status: 200, body: 'ok' });
    assert.equal(delivery.alert.id, headers['webhook-id']);
  });

  it('tell once that a provider broke, and once that it recovered', async () => {
    await channel({ types: ['provider.error', 'provider.recovered'] });
    const told = () => receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type);
    providers.faults.claude.script = [{ times: 3, then: { status: 401 } }];
    for (let times = 0; times < 3; times += 1) await app.call('POST', '/api/providers/claude-test/verify');
    await until('the breakdown was told', () => told().length > 0);
    providers.faults.claude.script = [];
    await app.call('POST', '/api/providers/claude-test/verify');
    await until('the recovery was told', () => told().length > 1);
    assert.deepEqual(told(), ['provider.error', 'provider.recovered']);
  });

  it('speak to Slack, where names are no markup', async () => {
    const { id } = await channel({
      kind: 'slack',
      name: 'slack & <!channel>',
      url: `${receiver.url}/T0/B0/key`,
    });
    const { status, body } = await app.call('POST', `${CHANNELS}/${id}/test`);
    assert.equal(status, 200);
    assert.equal(body['status'], 'delivered');
    const [{ body: sent, headers } = assert.fail()] = receiver.received;
    assert.match(
      (JSON.parse(sent) as { text: string }).text,
      /^\*alert\.test\* A test of slack &amp; &lt;!channel&gt;,/,
    );
    assert.equal(headers['webhook-signature'], undefined);
  });

  it('are tried again with the same id, and said to have failed when nobody takes them', async () => {
    const { id } = await channel({ types: ['batch.failed'] });
    receiver.answer = { status: 503, body: 'not now', headers: { 'retry-after': '120' } };
    await failedInstall();
    const waiting = await until('the first attempt failed', async () => {
      const [found] = await deliveriesOf(id);
      return found?.attempts === 1 && found.answer !== null ? found : null;
    });
    assert.equal(waiting.status, 'pending');
    assert.equal(waiting.error, 'answered 503');
    assert.ok(Date.parse(waiting.nextAttemptAt ?? '') - Date.now() > 60_000, 'Retry-After is honoured');
    const isDue = sql`update alert_deliveries set next_attempt_at = now() where id = ${waiting.id}`;
    await isDue.execute(db.kysely);
    await until('it was tried again', () => receiver.received.length === 2);
    await until('its outcome is stored', async () => {
      const [found] = await deliveriesOf(id);
      return Date.parse(found?.nextAttemptAt ?? '') - Date.now() > 60_000;
    });
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    assert.equal(ids[0], ids[1]);
    await sql`update alert_deliveries set attempt = 8, next_attempt_at = now() where id = ${waiting.id}`.execute(
      db.kysely,
    );
    const failed = await until('it is given up', async () => {
      const [found] = await deliveriesOf(id);
      return found?.status === 'failed' ? found : null;
    });
    assert.equal(failed.nextAttemptAt, null);
    receiver.answer = { status: 200, body: 'ok' };
    assert.equal((await app.call('POST', `/api/alerts/deliveries/${failed.id}/redeliver`)).status, 202);
    await until('it was sent once more', async () => (await deliveriesOf(id))[0]?.status === 'delivered');
    assert.equal((await deliveriesOf(id))[0]?.redeliveryOf, failed.id);
    assert.equal(receiver.received.at(-1)?.headers['webhook-id'], ids[0]);
  });

  it('end for a channel whose receiver is gone', async () => {
    const { id } = await channel();
    receiver.answer = { status: 410, body: '' };
    assert.equal((await app.call('POST', `${CHANNELS}/${id}/test`)).body['status'], 'failed');
    const { body } = await app.call('GET', `${CHANNELS}/${id}`);
    assert.equal(body['status'], 'disabled');
    assert.match(String(body['disabledBecause']), /410/);
    const [delivery] = await deliveriesOf(id);
    assert.equal((await app.call('POST', `/api/alerts/deliveries/${delivery?.id}/redeliver`)).status, 409);
    assert.equal((await app.call('PATCH', `${CHANNELS}/${id}`, { status: 'active' })).status, 200);
    assert.equal((await app.call('GET', `${CHANNELS}/${id}`)).body['disabledBecause'], null);
  });

  it('go to no address inside, follow no redirect and show no secret', async () => {
    for (const url of [
      'https://169.254.169.254/x',
      'https://localhost/x',
      'http://example.com/',
      'https://a:b@example.com/',
    ]) {
      const { status, body } = await app.call('POST', CHANNELS, { kind: 'webhook', name: 'inside', url });
      assert.equal(status, 400, url);
      assert.deepEqual((body['issues'] as { path: string }[])[0]?.path, '/url');
    }
    const notSlack = { kind: 'slack', name: 'x', url: 'https://example.com/services/x' };
    assert.equal((await app.call('POST', CHANNELS, notSlack)).status, 400);
    const { id, secret } = await channel();
    receiver.answer = {
      status: 302,
      body: `you sent ${secret}`,
      headers: { location: `${receiver.url}/else` },
    };
    const { body } = await app.call('POST', `${CHANNELS}/${id}/test`);
    assert.equal(body['error'], 'answered 302, and redirects are not followed');
    assert.equal(receiver.received.length, 1);
    const shown = JSON.stringify([body, await items(CHANNELS), await items('/api/audit-logs?limit=100')]);
    const stored = (await everythingStored(app.ctx)).join('\n');
    for (const hidden of [secret, secret.slice(10, 30), 'token=hidden'])
      for (const text of [shown, stored]) assert.ok(!text.includes(hidden));
  });

  it('are not held up by a receiver that hangs', async () => {
    const slow = await startAlertReceiver();
    slow.answer = 'hang';
    try {
      await channel({ name: 'slow', url: slow.url, types: ['batch.failed'] });
      await channel({ types: ['batch.failed'] });
      await failedInstall();
      await until('the hanging one was asked', () => slow.received.length > 0);
      await failedInstall();
      await until('the other was told twice', () => receiver.received.length === 2);
    } finally {
      await slow.close();
    }
  });

  it('tell that the audit log was changed, and that a key ends soon, once', async () => {
    const expiresAt = new Date(Date.now() + 2 * 24 * 3_600_000).toISOString();
    await make(201, '/api/keys', { name: 'ends soon', role: 'viewer', expiresAt });
    for (let times = 0; times < 2; times += 1) await watchKeys(workerContext(app.ctx));
    const [expiring, ...more] = await items<Alert>('/api/alerts?type=key.expiring');
    assert.match(expiring?.title ?? '', /^The API key ends soon \(.+\) ends at .+; it was never used\./);
    assert.deepEqual(more, []);
    const change = `update audit_logs set actor = '{}' where id = (select min(id) from audit_logs)`;
    await sql
      .raw(
        `alter table audit_logs disable trigger user; ${change}; alter table audit_logs enable trigger user`,
      )
      .execute(db.kysely);
    for (let times = 0; times < 2; times += 1)
      assert.equal((await app.call('GET', '/api/audit-logs/verify')).body['ok'], false);
    const [broken, ...others] = await items<Alert>('/api/alerts?type=audit.broken');
    assert.match(broken?.title ?? '', /^The audit log was changed at record 1: changed, or moved;/);
    assert.equal(broken?.count, 2);
    assert.deepEqual(others, []);
  });

  it('know what was raised before, whatever became of the process', async () => {
    const position = await sql<{ position: number }>`select position from alert_watch`.execute(db.kysely);
    const before = (await items<Alert>('/api/alerts?limit=100')).length;
    const again = startWorking(db, app.ctx.log, { ...watchWorkload(workerContext(app.ctx)), everyMs: 20 });
    await app.call('PATCH', '/api/providers/claude-test', { credentials: { apiKey: PROVIDER_KEY } });
    await until('it was looked further', async () => {
      const now = await sql<{ position: number }>`select position from alert_watch`.execute(db.kysely);
      return Number(now.rows[0]?.position) > Number(position.rows[0]?.position);
    });
    await again.stop();
    assert.equal((await items<Alert>('/api/alerts?limit=100')).length, before);
  });
});
