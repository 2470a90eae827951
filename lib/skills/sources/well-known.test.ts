/** Skills that a site publishes: both forms of them, and an index that cannot be trusted or understood. */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { type Answer, startApp, type TestApp } from '../../../test/support/app.ts';
import { zipOf } from '../../../test/support/archive-fixtures.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/databases.ts';
import { type LocalHost, serveLocally } from '../../../test/support/local-host.ts';
import { skillMd } from '../../../test/support/skills.ts';

const SCHEMA = 'https://schemas.agentskills.io/discovery/0.2.0/schema.json';
const zip = zipOf([{ name: 'SKILL.md', content: skillMd('packed') }]);
const text = Buffer.from(skillMd('plain'));
const digestOf = (bytes: Buffer) => `sha256:${hash('sha256', bytes)}`;

function entry(name: string, type: string, url: string, bytes: Buffer): object {
  return { name, type, description: 'A skill.', url, digest: digestOf(bytes) };
}

describe('a skill that a site publishes', () => {
  let database: TestDatabase;
  let app: TestApp;
  let site: LocalHost;
  let inside: LocalHost;
  let index: unknown;

  before(async () => {
    database = await openTestDatabase('pglite');
    inside = await serveLocally((_request, response) => response.end(zip));
    site = await serveLocally((request, response) => {
      if (request.url === '/.well-known/agent-skills/index.json') {
        return response.end(typeof index === 'string' ? index : JSON.stringify(index));
      }
      if (request.url === '/.well-known/agent-skills/packed.zip') return response.end(zip);
      if (request.url === '/plain/SKILL.md') return response.end(text);
      return response.writeHead(404).end();
    });
    app = await startApp(database, { isWorking: false, settings: { allowedHosts: [site.host] } });
  });
  after(async () => {
    await app.close();
    await Promise.all([site.close(), inside.close()]);
    await database.close();
  });

  async function register(name: string, url = site.url): Promise<Answer> {
    return await app.call('POST', '/api/skills', { source: { type: 'well_known', url, name } });
  }

  function issueOf(answer: Answer): unknown {
    return (answer.body['issues'] as { path: string }[])[0]?.path;
  }

  for (const [name, type, url, bytes] of [
    ['packed', 'archive', 'packed.zip', zip],
    ['plain', 'skill-md', '/plain/SKILL.md', text],
  ] as const) {
    it(`is registered from ${type}, and its version says from where`, async () => {
      index = { $schema: SCHEMA, skills: [{ name: 'broken' }, entry(name, type, url, bytes)] };
      const made = await register(name);
      assert.equal(made.status, 201, JSON.stringify(made.body));
      assert.deepEqual((made.body['latestVersion'] as { source: object }).source, {
        type: 'well_known',
        url: site.url,
        name,
        digest: digestOf(bytes),
      });
    });
  }

  for (const [what, served] of [
    [
      'an index of an unknown version',
      { $schema: `${SCHEMA}x`, skills: [entry('new', 'archive', 'packed.zip', zip)] },
    ],
    ['an index that names no version', { skills: [entry('new', 'archive', 'packed.zip', zip)] }],
    ['an index that is no JSON', '<html>'],
    ['an index that is no list', { $schema: SCHEMA, skills: {} }],
    [
      'an entry without a digest',
      { $schema: SCHEMA, skills: [{ ...entry('new', 'archive', 'packed.zip', zip), digest: undefined }] },
    ],
    ['an entry of an unknown type', { $schema: SCHEMA, skills: [entry('new', 'plugin', 'packed.zip', zip)] }],
    ['bytes of another digest', { $schema: SCHEMA, skills: [entry('new', 'archive', 'packed.zip', text)] }],
    ['a skill that is not there', { $schema: SCHEMA, skills: [entry('new', 'archive', 'gone.zip', zip)] }],
  ] as const) {
    it(`fails on ${what}`, async () => {
      index = served;
      const failed = await register('new');
      assert.equal(failed.status, 502, JSON.stringify(failed.body));
      assert.equal(failed.body['code'], 'bad_gateway:skill');
    });
  }

  it('is refused when the site does not publish it, or publishes another under its name', async () => {
    index = { $schema: SCHEMA, skills: [entry('new', 'archive', 'packed.zip', zip)] };
    for (const name of ['unknown', 'new', '__proto__']) {
      const refused = await register(name);
      assert.equal(refused.status, 400, JSON.stringify(refused.body));
      assert.equal(issueOf(refused), '/source/name');
    }
  });

  it('is not fetched from an address inside', async () => {
    index = { $schema: SCHEMA, skills: [entry('new', 'archive', `${inside.url}/x.zip`, zip)] };
    const refused = await register('new');
    assert.equal(refused.status, 400);
    assert.equal(issueOf(refused), '/source/url');
    assert.equal(inside.connections(), 0);
  });

  it('is asked for by the origin of the site', async () => {
    assert.equal(issueOf(await register('new', 'one')), '/source/url');
    for (const path of ['/path', '/?query', '/#hash']) {
      assert.equal(issueOf(await register('new', `${site.url}${path}`)), '/source/url');
    }
  });
});
