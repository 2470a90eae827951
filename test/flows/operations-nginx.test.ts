/** docs/operations/nginx.conf in use: nginx, two API processes and a worker on one PostgreSQL. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Agent, type Dispatcher, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { createEmptyPostgres, skipReason } from '../support/databases.ts';
import { openEvents } from '../support/event-source.ts';
import { findNginx, type Nginx, startNginx } from '../support/nginx.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { inlineSkill } from '../support/skills.ts';
import { until } from '../support/until.ts';

const KEY = 'an-admin-key-of-more-than-32-characters';
const NAME = 'skills.example.com';
const ENCRYPTION_KEY = Buffer.alloc(32, 3).toString('base64');

function missing(): string | false {
  return skipReason('postgres') || (findNginx() === null ? 'there is no nginx on this machine' : false);
}

describe('behind nginx', { skip: missing() }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'skillconvoy-nginx-'));
  const usual: Dispatcher = getGlobalDispatcher();
  const started: ServerProcess[] = [];
  const agents: Agent[] = [];
  let nginx: Nginx;
  let origin: string;
  let drop: () => Promise<void>;

  before(async () => {
    const database = await createEmptyPostgres();
    drop = database.drop;
    const proxied = { TRUSTED_PROXIES: '127.0.0.1', SERVER_NAMES: NAME, RATE_LIMIT_PER_MINUTE: '1200' };
    for (const ROLE of ['api', 'api', 'worker']) {
      const variables = {
        ROLE,
        DATABASE_URL: database.url,
        ENCRYPTION_KEY,
        ADMIN_API_KEY: KEY,
        DATA_DIR: folder,
      };
      started.push(startServer({ ...variables, ...proxied }));
    }
    const addresses = await Promise.all(started.map((server) => server.ready()));
    nginx = await startNginx(
      folder,
      addresses.slice(0, 2).map((address) => new URL(address).host),
    );
    origin = `https://${NAME}:${nginx.port}`;
    comeFrom('127.0.0.1');
    await until('nginx passes requests on', async () => {
      assert.doesNotMatch(nginx.errors(), /emerg/);
      return (await fetch(`${origin}/readyz`)).ok;
    });
  });
  after(async () => {
    setGlobalDispatcher(usual);
    for (const agent of agents) await agent.destroy();
    await nginx?.stop();
    for (const server of started) server.kill('SIGKILL');
    await Promise.all(started.map((server) => server.ended));
    await drop?.();
    rmSync(folder, { recursive: true, force: true });
  });

  /** From now on `fetch` finds the name here, trusts its certificate, and comes from this address. */
  function comeFrom(localAddress: string): void {
    const lookup: LookupFunction = (_name, { all }, found) =>
      all === true ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4);
    const agent = new Agent({ localAddress, connect: { lookup, ca: nginx.certificate } });
    agents.push(agent);
    setGlobalDispatcher(agent);
  }

  async function call(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: JSON.parse(text) as Record<string, unknown>,
    };
  }

  it('a skill is registered and installed, and its batch followed to the end', async () => {
    assert.equal((await call('POST', '/api/skills', inlineSkill('proxied'))).status, 201);
    const config = { path: join(folder, 'skills') };
    await call('POST', '/api/providers', { slug: 'folder', kind: 'local', config });
    const asked = await call('POST', '/api/install-runs', { skill: 'proxied', providers: ['folder'] });
    assert.equal(asked.status, 202);
    const path = `/api/install-batches/${String(asked.body['batchId'])}/events`;
    const source = await openEvents(`${origin}${path}`, KEY);
    assert.equal(await source.ended, 'ended');
    assert.equal(source.events[0]?.type, 'run.created');
    assert.equal(source.events.at(-1)?.type, 'run.succeeded');
  });

  it('a stream that does not end brings each event when it happens', async () => {
    const source = await openEvents(`${origin}/api/events`, KEY);
    const asked = await call('POST', '/api/install-runs', { skill: 'proxied', providers: ['folder'] });
    assert.equal(asked.status, 202);
    await until('the run has ended on the stream', () =>
      source.events.some(({ type }) => type === 'run.succeeded'),
    );
    source.close();
  });

  it('a large upload is taken, and one that is too large is told so by the program', async () => {
    const files = Array.from({ length: 2 }, (_, index) => [`data-${index}.txt`, randomText(14_000_000)]);
    const large = await call('POST', '/api/skills', inlineSkill('large', '', Object.fromEntries(files)));
    assert.equal(large.status, 201, JSON.stringify(large.body).slice(0, 500));
    const [[name = '', text = ''] = []] = files;
    const tooLarge = { [name]: text, 'b.txt': text, 'c.txt': text, 'd.txt': text.slice(0, 7_000_000) };
    const refused = await call('POST', '/api/skills', inlineSkill('too-large', '', tooLarge));
    assert.equal(refused.status, 413);
    assert.match(String(refused.headers.get('content-type')), /problem\+json/);
  });

  it('everybody without a key is counted by the address they come from, whatever they claim', async () => {
    const anonymous = async (claimed: string) =>
      (
        await fetch(`${origin}/api/me`, {
          headers: { 'x-forwarded-for': claimed, forwarded: `for=${claimed}` },
        })
      ).status;
    await until('the address has had its share', async () => (await anonymous('192.0.2.1')) === 429);
    assert.equal(await anonymous('192.0.2.2'), 429, 'another claim does not help');
    comeFrom('127.0.0.2');
    assert.equal(await anonymous('127.0.0.1'), 401, 'another address does');
    comeFrom('127.0.0.1');
    assert.equal((await call('GET', '/api/me')).status, 200, 'and a key');
  });

  it('another name in Host, X-Forwarded-Host or Origin gets nowhere', async () => {
    const origins = { origin: 'https://evil.example.com' };
    assert.equal((await call('POST', '/api/skills', inlineSkill('evil'), origins)).status, 403);
    const own = { origin, 'x-forwarded-host': 'evil.example.com' };
    assert.equal((await call('POST', '/api/skills', inlineSkill('own'), own)).status, 201);
  });

  it('when a process dies the other one answers', async () => {
    started[0]?.kill('SIGKILL');
    await started[0]?.ended;
    for (let request = 0; request < 10; request += 1)
      assert.equal((await call('GET', '/api/skills/proxied')).status, 200);
  });
});

/** Of letters; it does not compress, which an upload of this size must not much. */
function randomText(length: number): string {
  const letters = Buffer.allocUnsafe(length);
  let state = length;
  for (let index = 0; index < length; index += 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    letters[index] = 97 + ((state >>> 16) % 26);
  }
  return letters.toString('latin1');
}
