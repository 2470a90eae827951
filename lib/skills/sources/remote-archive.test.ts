/** Skills from an archive at an address: what is recorded, what is refused, and that nobody else is contacted. */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, startApp, type TestApp } from '../../../test/support/app.ts';
import { zipOf } from '../../../test/support/archive-fixtures.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/databases.ts';
import { type LocalHost, serveLocally } from '../../../test/support/local-host.ts';
import { skillMd } from '../../../test/support/skills.ts';

const zip = zipOf([{ name: 'SKILL.md', content: skillMd('remote-skill') }]);
const digest = `sha256:${hash('sha256', zip)}`;

describe('a skill from an archive at an address', () => {
  let database: TestDatabase;
  let app: TestApp;
  let host: LocalHost;
  /** A host that is not allowed. */
  let inside: LocalHost;

  before(async () => {
    database = await openTestDatabase('pglite');
    inside = await serveLocally((_request, response) => response.end(zip));
    host = await serveLocally(answer);
    app = await startApp(database, {
      isWorking: false,
      settings: { allowedHosts: [host.host], providerTimeoutMs: 1500 },
    });
  });
  after(async () => {
    await app.close();
    await Promise.all([host.close(), inside.close()]);
    await database.close();
  });

  function answer(request: IncomingMessage, response: ServerResponse): unknown {
    const [path, query] = (request.url ?? '').split('?');
    if (path === '/silent') return undefined;
    if (path === '/broken') return response.destroy();
    if (path === '/missing') return response.writeHead(404).end('a secret of the place');
    if (path === '/to') return response.writeHead(302, { location: decodeURIComponent(query ?? '') }).end();
    if (path === '/loop') return response.writeHead(307, { location: '/loop' }).end();
    if (path === '/endless') return pour(response);
    if (path === '/text') return response.end('no archive');
    return response.end(zip);
  }

  function pour(response: ServerResponse): void {
    const chunk = Buffer.alloc(1024 * 1024);
    const more = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', more);
    more();
  }

  async function register(url: string, more: object = {}): Promise<Answer> {
    return await app.call('POST', '/api/skills', { source: { type: 'url', url, ...more } });
  }

  function issueOf(answered: Answer): unknown {
    return (answered.body['issues'] as { path: string }[])[0]?.path;
  }

  it('is registered, and its version says from where and which bytes', async () => {
    const made = await register(`${host.url}/skill.zip?token=secret`, { digest });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const version = made.body['latestVersion'] as { source: object };
    assert.deepEqual(version.source, { type: 'url', url: `${host.url}/skill.zip`, digest });
    assert.ok(!JSON.stringify(made.body).includes('token'));

    const again = await app.call('POST', '/api/skills/remote-skill/versions', {
      source: { type: 'url', url: `${host.url}/to?${encodeURIComponent('/skill.zip')}` },
    });
    assert.equal(again.status, 200, 'the same content is the same version');
  });

  it('is never asked for with credentials of ours or of the caller', () => {
    for (const { headers } of host.requests) {
      assert.equal(headers.authorization, undefined);
      assert.equal(headers.cookie, undefined);
    }
    assert.ok(host.requests.length > 0);
  });

  for (const [what, url, path] of [
    ['http to a host that is not listed', () => inside.url, '/source/url'],
    ['a private address', () => 'https://10.0.0.1/skill.zip', '/source/url'],
    ['the metadata of the machine', () => 'https://169.254.169.254/latest', '/source/url'],
    ['a user name', () => host.url.replace('//', '//user:password@'), '/source/url'],
    ['a redirect to a host that is not listed', () => redirectTo(inside.url), '/source/url'],
    ['a redirect to the metadata', () => redirectTo('https://169.254.169.254/'), '/source/url'],
    ['a redirect to a file', () => redirectTo('file:///etc/passwd'), '/source/url'],
    ['a body without end', () => `${host.url}/endless`, '/source/url'],
    ['what is no archive', () => `${host.url}/text`, '/source/url'],
    ['another scheme', () => 'ftp://example.com/skill.zip', '/source/url'],
    ['no address', () => 'skill.zip', '/source/url'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const refused = await register(url());
      assert.equal(refused.status, 400, JSON.stringify(refused.body));
      assert.equal(issueOf(refused), path);
      assert.equal(inside.connections(), 0);
    });
  }

  function redirectTo(target: string): string {
    return `${host.url}/to?${encodeURIComponent(target)}`;
  }

  it('refuses other bytes than expected, before reading them', async () => {
    const refused = await register(`${host.url}/text`, { digest });
    assert.equal(refused.status, 400);
    assert.equal(issueOf(refused), '/source/digest');
    const malformed = await register(`${host.url}/skill.zip`, { digest: 'md5:1' });
    assert.equal(issueOf(malformed), '/source/digest');
  });

  for (const path of ['/missing', '/broken', '/loop', '/to?']) {
    it(`says that the place failed: ${path}`, async () => {
      const failed = await register(`${host.url}${path}`);
      assert.equal(failed.status, 502, JSON.stringify(failed.body));
      assert.equal(failed.body['code'], 'bad_gateway:skill');
      assert.ok(!JSON.stringify(failed.body).includes('secret'));
    });
  }

  it('says that nobody answers there', async () => {
    const closed = await serveLocally(() => undefined);
    await closed.close();
    const other = await startApp(database, { isWorking: false, settings: { allowedHosts: [closed.host] } });
    try {
      const failed = await other.call('POST', '/api/skills', { source: { type: 'url', url: closed.url } });
      assert.equal(failed.status, 502, JSON.stringify(failed.body));
    } finally {
      await other.close();
    }
  });

  it('gives up a place that is silent', async () => {
    const failed = await register(`${host.url}/silent`);
    assert.equal(failed.status, 504, JSON.stringify(failed.body));
    assert.equal(failed.body['code'], 'timeout:skill');
  });
});
