/** Known secrets go through everything that the program does; none of them is found in anything that it leaves. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import type { FaultStep } from '../../emulators/faults.ts';
import { openEmbedded } from '../../lib/db/embedded.ts';
import { type EmulatedProviders, startProviders } from '../support/app.ts';
import { type Canaries, leaksIn, makeCanaries, randomText } from '../support/canaries.ts';
import { testContext } from '../support/context.ts';
import { describeEachEngine, type TestDatabase } from '../support/databases.ts';
import { openEvents } from '../support/event-source.ts';
import { type GitServer, serveGit } from '../support/git-server.ts';
import { everythingStored } from '../support/secrets.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { secretRequests, secretSlack, SLACK_OPERATOR } from '../support/slack.ts';
import { inlineSkill, skillMd } from '../support/skills.ts';
import { silentLog } from '../support/templates.ts';
import { until } from '../support/until.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
/** A bug of ours that nobody foresaw, when the test says so. */
const BUG = `data:text/javascript,process.on('SIGUSR2', () => { throw new Error('a bug of ours') })`;

interface Sent {
  readonly body?: unknown;
  /** Instead of a body: exactly this text. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: string;
}

describeEachEngine('secrets', (open, engine) => {
  const canaries: Canaries = makeCanaries();
  const answers: string[] = [];
  const outputs: ServerProcess[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'skillconvoy-secrets-'));
  let providers: EmulatedProviders;
  let git: GitServer;
  let database: TestDatabase | null = null;
  let server: ServerProcess;
  let address: string;
  let createdKey = '';

  const environment = () => ({
    DATA_DIR: folder,
    ...(database?.url && { DATABASE_URL: database.url }),
    ADMIN_API_KEY: canaries.admin,
    ENCRYPTION_KEY: canaries.encryption,
    ALLOWED_HOSTS: [git.host.host, ...Object.values(providers.urls).map((url) => new URL(url).host)].join(),
    ...secretSlack(canaries, git.host.url),
    LOG_LEVEL: 'trace',
    RUN_MAX_ATTEMPTS: '1',
    NODE_OPTIONS: `--import ${JSON.stringify(BUG)}`,
  });

  function start(more: Readonly<Record<string, string>> = {}): ServerProcess {
    const started = startServer({ ...environment(), ...more });
    outputs.push(started);
    return started;
  }

  before(async () => {
    providers = await startProviders(canaries.provider);
    git = await serveGit();
    git.commit({ 'skills/told/SKILL.md': skillMd('told') });
    git.token = canaries.repository;
    if (engine === 'postgres') database = await open();
    server = start();
    address = await server.ready();
    const made = await fetch(`${address}/api/keys`, {
      method: 'POST',
      headers: { ...JSON_TYPE, authorization: `Bearer ${canaries.admin}` },
      body: JSON.stringify({ name: 'canary', role: 'admin' }),
    });
    createdKey = ((await made.json()) as { key: string }).key;
    assert.match(createdKey, /^skc_/);
  });
  after(async () => {
    for (const each of outputs) each.kill('SIGKILL');
    await Promise.all(outputs.map((each) => each.ended));
    await providers.close();
    await git.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Keeps all of the answer that a client sees. */
  async function call(method: string, path: string, sent: Sent = {}) {
    const { body, text = body === undefined ? undefined : JSON.stringify(body) } = sent;
    const answer = await fetch(`${address}${path}`, {
      method,
      headers: { authorization: `Bearer ${sent.key ?? createdKey}`, ...JSON_TYPE, ...sent.headers },
      ...(text !== undefined && { body: text }),
    });
    const answered = await answer.text();
    answers.push(`${method} ${answer.status} ${JSON.stringify([...answer.headers])} ${answered}`);
    return { status: answer.status, text: answered };
  }

  async function made(status: number, method: string, path: string, body?: unknown) {
    const answer = await call(method, path, { body });
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return (answer.text === '' ? {} : JSON.parse(answer.text)) as Record<string, unknown>;
  }

  async function installed(skill: string, provider: string): Promise<string> {
    const { runIds } = await made(202, 'POST', '/api/install-runs', { skill, providers: [provider] });
    const [id] = runIds as string[];
    return await until(`${id} has ended`, async () => {
      const run = await made(200, 'GET', `/api/install-runs/${id}`);
      return run['finishedAt'] === null ? null : String(run['status']);
    });
  }

  const { provider: key } = canaries;
  /** Ways in which a provider may say a key back, each in every field that is shown or kept. */
  const echoes: FaultStep['then'][] = [
    { error: { message: `Incorrect key: ${key}.`, code: key, type: key, status: key } },
    { error: { message: `${' '.repeat(4800 - 30)}${key}`, type: 'invalid_request_error' } },
    { error: { message: `Sent ${Buffer.from(key).toString('base64')}`, type: 'invalid_request_error' } },
    { error: { message: `Sent ${Buffer.from(key).toString('hex')}`, type: 'invalid_request_error' } },
    { error: { message: `Bearer ${key.slice(0, 30)}`, code: key.slice(0, 30), type: 'x' }, request_id: key },
    `<html>${key}</html>`,
  ].flatMap((body) =>
    [401, 400, 500].map((status) => ({
      status,
      body,
      headers: { 'x-request-id': key, 'request-id': key, 'retry-after': '0' },
    })),
  );

  it('go to providers, which say them back in their errors', async () => {
    await made(201, 'POST', '/api/skills', inlineSkill('echoed'));
    for (const kind of ['openai', 'claude', 'gemini'] as const) {
      const connection = providers.connections[kind] as { slug: string; credentials: object };
      const { slug } = connection;
      const field = kind === 'gemini' ? 'accessToken' : 'apiKey';
      const other = (secret: string) => ({ credentials: { [field]: secret } });
      const wrong = await made(201, 'POST', '/api/providers', {
        ...connection,
        slug: `${kind}-wrong`,
        ...other(canaries.wrongProvider),
      });
      assert.equal(wrong['status'], 'error');
      await made(201, 'POST', '/api/providers', connection);
      await made(502, 'PATCH', `/api/providers/${slug}`, other(canaries.nextProvider));
      await made(200, 'PATCH', `/api/providers/${slug}`, other(key));
      for (const then of echoes) {
        providers.faults[kind].script = [{ times: 5, ...(then && { then }) }];
        await call('POST', `/api/providers/${slug}/verify`);
        providers.faults[kind].script = [];
        await made(200, 'POST', `/api/providers/${slug}/verify`);
        const then2 = { match: { method: 'POST' }, times: 5, ...(then && { then }) };
        providers.faults[kind].script = [then2];
        assert.notEqual(await installed('echoed', slug), 'success');
        providers.faults[kind].script = [];
      }
      assert.equal(await installed('echoed', slug), 'success');
      await made(200, 'GET', `/api/providers/${slug}/checks?limit=100`);
    }
  });

  it('go to a repository', async () => {
    const source = { type: 'git', url: git.url, path: 'skills/told' };
    await call('POST', '/api/skills', { body: { source: { ...source, token: canaries.wrongProvider } } });
    await made(201, 'POST', '/api/skills', { source: { ...source, token: canaries.repository } });
    const inAddress = git.url.replace('http://', `http://x:${canaries.repository}@`);
    await call('POST', '/api/skills', { body: { source: { ...source, url: inAddress } } });
    git.intercept = (request, response) => {
      response.writeHead(500).end(`${request.headers.authorization} ${canaries.repository}`);
      return true;
    };
    await call('POST', '/api/skills/told/versions', { body: { source } });
  });

  it('come in requests that make no sense', async () => {
    const slug = '/api/providers/claude-test';
    for (const secret of [key, canaries.pasted, createdKey, canaries.admin]) {
      await call('PATCH', slug, { text: `{"credentials":{"apiKey":"${secret}"` });
      await call('PATCH', slug, { text: secret });
      await call('PATCH', slug, { body: { credentials: { apiKey: { value: secret } } } });
      await call('PATCH', slug, { body: { credentials: { apiKey: [secret], other: secret } } });
      await call('PATCH', slug, { body: { apiKey: secret, status: secret } });
      await call('PATCH', slug, { body: { credentials: { [secret]: secret } } });
      await call('PATCH', slug, { body: { [secret]: secret } });
      await call('POST', '/api/providers', { body: { slug: secret, kind: secret, credentials: secret } });
      await call('POST', `/api/providers/${secret}/verify`);
      await call('DELETE', `/api/${secret}`);
      await call('GET', `/api/skills/${secret}`);
      await call('GET', `/api/skills?q=${secret}&limit=1`);
      await call('GET', `/api/skills?limit=${secret}&cursor=${secret}&${secret}=1`);
      await call('GET', `/api/audit-logs?cursor=${secret}`);
      await call('GET', '/api/me', { key: `${secret}x` });
      await call('POST', '/api/skills', { headers: { 'content-type': `text/${secret}` }, text: secret });
      await call('GET', '/api/me', { headers: { 'x-request-id': secret, 'user-agent': secret } });
      const install = { skill: 'echoed', providers: ['claude-test'] };
      await call('POST', '/api/install-runs', { body: install, headers: { 'idempotency-key': secret } });
      await call('POST', '/api/install-runs', { body: { ...install, ref: secret } });
      await call('POST', '/api/install-runs', { body: { ...install, skill: secret } });
      await call('POST', '/api/install-runs', { body: { ...install, providers: [secret] } });
      answers.push(await rawly(`GET /${secret} HTTP/1.1\r\nbad header ${secret}\r\n\r\n`));
      answers.push(
        await rawly(`${secret} / HTTP/1.1\r\nhost: localhost\r\nauthorization: ${secret}\r\n\r\n`),
      );
    }
  });

  it('are pasted into chat', async () => {
    for (const secret of [canaries.pasted, createdKey, canaries.repository, canaries.admin]) {
      for (const message of [
        `install echoed on claude-test with the key ${secret}`,
        `my api key is ${secret}, list skills`,
        `install ${secret} on claude-test`,
        `claude-test에 ${secret} 설치해줘`,
        `remove "${secret}" from ${secret}`,
        `Authorization: Bearer ${secret}`,
        secret,
      ]) {
        await call('POST', '/api/chat-ops', { body: { message } });
        await call('POST', '/api/chat-ops', { body: { message, dryRun: true } });
        await call('POST', '/api/chat-ops', { body: { confirm: secret } });
      }
    }
    await made(200, 'GET', '/api/chat-ops?limit=100');
  });
  it('go to Slack and back', async () => {
    await made(201, 'POST', '/api/chat-ops/users', SLACK_OPERATOR);
    for (const sent of secretRequests(canaries, git.host.url))
      await call('POST', '/api/chat-ops/slack', sent);
  });

  it('are in nothing that is read later', async () => {
    const stream = await openEvents(`${address}/api/events`, createdKey, { lastEventId: '0' });
    await installed('echoed', 'claude-test');
    await until('something is streamed', () => stream.text().length > 0);
    stream.close();
    answers.push(stream.text());
    await call('GET', '/api/events?limit=100');
    await call('GET', '/api/install-runs?limit=100');
    await call('GET', '/api/keys?limit=100');
    await call('GET', '/api/providers?limit=100');
    await call('GET', '/api/skills?limit=100');
    await call('GET', '/api/audit-logs?limit=100');
    await made(200, 'GET', '/api/audit-logs/verify');
    const exported = await call('GET', '/api/audit-logs/export');
    assert.match(exported.text, /provider\.create|connection\.create/);
    assert.match((await call('GET', '/metrics')).text, /http_request/);
  });

  it('are in no last words of a process', async () => {
    server.kill('SIGUSR2');
    assert.notEqual(await server.ended, 0);
    assert.match(server.output(), /a bug of ours/);
    const otherKey = start({ ENCRYPTION_KEY: canaries.otherEncryption });
    assert.equal(await otherKey.ended, 1);
    assert.match(otherKey.output(), /^skillconvoy cannot start: ENCRYPTION_KEY: [^\n]*\n$/);
    for (const [name, value] of [
      // Missing; and changed in part, so that what is stored opens with neither.
      ['ENCRYPTION_KEY', ''],
      ['ENCRYPTION_KEY', `${randomBytes(32).toString('base64')},${canaries.otherEncryption}`],
      ['ENCRYPTION_KEY', canaries.encryption.slice(4)],
      ['ENCRYPTION_KEY', `${canaries.encryption},${canaries.otherEncryption.slice(4)}`],
      ['DATABASE_URL', `mysql://x:${canaries.pasted}@127.0.0.1:1/x`],
      ['DATABASE_URL', `postgres://x:${canaries.pasted}@127.0.0.1:1/x`],
      ['PORT', canaries.pasted],
      ['LOG_LEVEL', canaries.pasted],
      ['OIDC_ISSUER', canaries.pasted],
    ] as const) {
      const refused = start({ [name]: value });
      assert.equal(await refused.ended, 1, name);
      assert.match(refused.output(), new RegExp(`^skillconvoy cannot start: ${name}: [^\\n]*\\n$`, 'm'));
    }
  });

  it('are found nowhere', async () => {
    const stored = database ?? (await openEmbedded(folder, silentLog));
    const rows = await everythingStored(testContext(stored));
    if (database === null) await stored.close();
    assert.ok(rows.some((row) => row.includes('claude-test')));
    const printed = outputs.map((each) => each.output()).join('\n');
    assert.match(printed, /Server listening/);
    const places = { answers: answers.join('\n'), stored: rows.join('\n'), printed };
    const seen = { stray: randomText(40), ...canaries, createdKey };
    assert.equal(leaksIn(seen, { echo: `x${createdKey.slice(6, 20)}y` }).length, 1, 'a leak would be seen');
    assert.deepEqual(leaksIn(seen, places), []);
  });

  async function rawly(text: string): Promise<string> {
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    socket.write(text);
    await once(socket, 'close');
    return answer;
  }
});
