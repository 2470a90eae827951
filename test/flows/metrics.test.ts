/** What Prometheus is told: requests by route, provider calls by kind and outcome, runs by event, and what waits. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, it } from 'node:test';
import { measureRuns } from '../../lib/runs/measure-runs.ts';
import { startAlertReceiver } from '../support/alert-receiver.ts';
import { describeEachEngine } from '../support/databases.ts';
import { type SteppedRuns, startSteppedRuns } from '../support/stepped-runs.ts';

describeEachEngine('metrics', (open) => {
  let runs: SteppedRuns;

  before(async () => {
    runs = await startSteppedRuns(await open());
    measureRuns(runs.ctx);
  });

  after(() => runs.close());

  async function scraped(): Promise<string> {
    const { status, headers, body } = await runs.app.call('GET', '/metrics');
    assert.equal(status, 200);
    assert.match(headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    return body as unknown as string;
  }

  /** The value of the series with this name and all of these labels; null for none. */
  function valueOf(text: string, name: string, labels: Readonly<Record<string, string>> = {}): number | null {
    const line = text
      .split('\n')
      .find(
        (one) =>
          new RegExp(`^skillconvoy_${name}[{ ]`).test(one) &&
          Object.entries(labels).every(([label, value]) => one.includes(`${label}="${value}"`)),
      );
    return line === undefined ? null : Number(line.slice(line.lastIndexOf(' ') + 1));
  }

  it('tell of runs and of what providers answered', async () => {
    const id = await runs.ask({ skill: await runs.newSkill('measured') });
    assert.equal(valueOf(await scraped(), 'runs_active', { state: 'due' }), 1);
    runs.providers.faults.openai.script.push({ match: { method: 'POST' }, then: { status: 503 } });
    assert.equal((await runs.attempt(id)).status, 'queued');
    assert.equal((await runs.attempt(id)).status, 'success');
    const text = await scraped();
    assert.equal(valueOf(text, 'run_events_total', { event: 'run.claimed' }), 2);
    assert.equal(valueOf(text, 'run_events_total', { event: 'run.retry_scheduled' }), 1);
    assert.equal(valueOf(text, 'run_events_total', { event: 'run.succeeded' }), 1);
    const create = { kind: 'openai', mutation: 'create' };
    assert.equal(valueOf(text, 'provider_request_seconds_count', { ...create, code: 'ok' }), 1);
    assert.equal(
      valueOf(text, 'provider_request_seconds_count', { ...create, code: 'bad_gateway:provider' }),
      1,
    );
    assert.equal(valueOf(text, 'runs_active', { state: 'queued' }), 0);
    assert.equal(valueOf(text, 'run_claim_seconds_count'), 2);
  });

  it('name routes, never what people wrote', async () => {
    await runs.app.call('GET', '/api/skills/somebodys-secret-name');
    await runs.app.call('GET', '/somewhere/else');
    const text = await scraped();
    assert.equal(
      valueOf(text, 'http_request_seconds_count', {
        method: 'GET',
        route: '/api/skills/{skill}',
        status: '404',
      }),
      1,
    );
    assert.equal(valueOf(text, 'http_request_seconds_count', { route: 'none', status: '404' }), 1);
    assert.doesNotMatch(text, /somebodys|somewhere/);
  });

  it('tell of alerts and what became of them', async () => {
    const receiver = await startAlertReceiver();
    const given = { kind: 'webhook', name: 'measured', url: receiver.url };
    const { body } = await runs.app.call('POST', '/api/alerts/channels', given);
    await runs.app.call('POST', `/api/alerts/channels/${String(body['id'])}/test`);
    await receiver.close();
    const labels = { kind: 'webhook', outcome: 'delivered' };
    assert.equal(valueOf(await scraped(), 'alert_deliveries_total', labels), 1);
  });

  it('are all those that the dashboard, the alert rules and the manual name', async () => {
    const text = await scraped();
    const files = ['grafana-dashboard.json', 'alert-rules.yaml', 'metrics.md'];
    for (const file of files) {
      const named = readFileSync(new URL(`../../docs/operations/${file}`, import.meta.url), 'utf8');
      const names = new Set(named.match(/skillconvoy_[a-z_]+/g));
      assert.ok(names.size > 5, file);
      for (const name of names)
        assert.match(text, new RegExp(`^${name}(?:_bucket)?[{ ]`, 'm'), `${name} in ${file}`);
    }
  });

  it('are for those who may read', async () => {
    assert.equal((await runs.app.call('GET', '/metrics', undefined, { key: null })).status, 401);
  });
});
