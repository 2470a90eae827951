/** The OpenAI adapter against the emulator of its provider, over HTTP. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openaiEmulator } from '../../../emulators/openai.ts';
import { withFaults } from '../../../emulators/faults.ts';
import { serveEmulator } from '../../../emulators/server.ts';
import { memoryStore } from '../../../emulators/store.ts';
import { byHandAt } from '../../../test/support/provider-by-hand.ts';
import { Secret } from '../../kernel/secret.ts';
import { packZip } from '../archive.ts';
import { describeConformance } from '../conformance.ts';
import { skillPackage, type Subject } from '../conformance-stand.ts';
import { openaiAdapter } from './adapter.ts';

const goodKey = 'key-that-is-good-7f3a';

const authorization = `Bearer ${goodKey}`;

const subject: Subject = {
  adapter: openaiAdapter,
  wire: {
    goodKey,
    create: { method: 'POST', path: '/skills$' },
    update: { method: 'POST', path: '/versions$' },
    remove: { method: 'DELETE', path: '/skills/[^/]+$' },
    readBack: { method: 'GET', path: '/content$' },
    download: async ({ files, name }) => new Response(Buffer.from(await packZip(files, name))),
    requestIdHeader: 'x-request-id',
  },
  async open(script, watch) {
    const emulator = openaiEmulator({ store: memoryStore(), acceptsKey: (key) => key === goodKey });
    const server = await serveEmulator(watch(withFaults(emulator, { script })));
    const { url } = server;
    return {
      connection: (apiKey = goodKey) => ({
        kind: 'openai',
        id: 'prv_openai',
        config: {},
        baseUrl: `${url}/v1`,
        credentials: new Secret(JSON.stringify({ apiKey })),
      }),
      byHand: byHandAt(`${url}/v1/skills`, { authorization }, async (id, default_version) => {
        const headers = { authorization, 'content-type': 'application/json' };
        const body = JSON.stringify({ default_version });
        assert.ok((await fetch(`${url}/v1/skills/${id}`, { method: 'POST', headers, body })).ok);
      }),
      close: async () => await server.close(),
    };
  },
};

describeConformance(subject, (stand) => {
  it('keeps a version that could not be made the default, and only moves the pointer next time', async () => {
    const prior = await stand().installed({});
    const two = skillPackage('two');
    const setDefault = { method: 'POST', path: '/skills/[^/]+$' };
    stand().faults.push({ match: setDefault, then: { status: 503 } });
    const half = await stand().install({ prior, package: two });
    assert.equal(half.outcome, 'partial');
    assert.deepEqual([half.effect, half.externalVersion], ['updated', '2']);
    assert.deepEqual([half.failure.code, half.failure.retryable], ['bad_gateway:provider', true]);
    const whole = await stand().installed({ prior: half, package: two });
    assert.deepEqual([whole.effect, whole.externalVersion], ['updated', '2']);
    assert.deepEqual(stand().mutations, ['create', 'create_version', 'set_default', 'set_default']);
  });

  it('does not believe that the pointer moved until it sees it', async () => {
    const prior = await stand().installed({});
    const body = { ...(await stand().byHand.skills())[0], default_version: '2', latest_version: '2' };
    const match = { method: 'POST', path: '/skills/[^/]+$' };
    stand().faults.push({ match, then: { status: 200, body } });
    const half = await stand().install({ prior, package: skillPackage('two') });
    assert.equal(half.outcome, 'partial');
    assert.match(half.failure.message, /still serves version 1/);
  });

  it('adopts neither other content nor what is older than the open request', async () => {
    await stand().installed({ package: skillPackage('somebody else') });
    const openIntent = { since: new Date() };
    assert.equal((await stand().installed({ openIntent })).effect, 'created');
    assert.equal(await stand().countSkills(), 2);
    const later = { since: new Date(Date.now() + 3_600_000) };
    assert.equal((await stand().installed({ openIntent: later })).effect, 'created');
    assert.equal(await stand().countSkills(), 3);
  });

  it('finds what it left behind on a later page', async () => {
    const openIntent = { since: new Date() };
    const first = await stand().installed({});
    for (let made = 0; made < 101; made += 1) {
      await stand().installed({ package: skillPackage('x', `other-${made}`) });
    }
    assert.equal((await stand().installed({ openIntent })).externalId, first.externalId);
  });

  it('lets nothing of the environment into a request', async () => {
    const environment = {
      OPENAI_ORG_ID: 'org-of-somebody',
      OPENAI_PROJECT_ID: 'proj-of-somebody',
      OPENAI_BASE_URL: 'http://127.0.0.1:9',
      OPENAI_CUSTOM_HEADERS: 'x-leak: yes\nAuthorization: Bearer other',
    };
    Object.assign(process.env, environment);
    try {
      await openaiAdapter.verify(stand().connection(), stand().call());
    } finally {
      for (const name of Object.keys(environment)) delete process.env[name];
    }
    assert.equal(stand().lastHeaders.get('authorization'), `Bearer ${goodKey}`);
    for (const name of ['x-leak', 'openai-organization', 'openai-project'])
      assert.equal(stand().lastHeaders.get(name), null);
  });

  it('names its organization and project when it has them', async () => {
    const config = { organization: 'org-1', project: 'proj-1' };
    await openaiAdapter.verify({ ...stand().connection(), config }, stand().call());
    assert.equal(stand().lastHeaders.get('openai-organization'), 'org-1');
    assert.equal(stand().lastHeaders.get('openai-project'), 'proj-1');
  });
});

describe('OpenAI', () => {
  it('takes skills within its limits', () => {
    const skill = {
      name: 'csv-tools',
      description: 'x',
      license: null,
      files: [{ path: 'SKILL.md', size: 10 }],
    };
    assert.deepEqual(openaiAdapter.refusals(skill), []);
    const large = { path: 'big.bin', size: 26 * 1024 * 1024 };
    assert.equal(openaiAdapter.refusals({ ...skill, files: [large] }).length, 1);
    assert.equal(openaiAdapter.refusals({ ...skill, files: [large, large] }).length, 3);
    const many = Array.from({ length: 501 }, (_, index) => ({ path: `${index}`, size: 1 }));
    assert.equal(openaiAdapter.refusals({ ...skill, files: many }).length, 1);
    const second = { path: 'templates/Skill.MD', size: 1 };
    assert.match(openaiAdapter.refusals({ ...skill, files: [...skill.files, second] }).join(), /Skill\.MD/);
    assert.equal(openaiAdapter.refusals({ ...skill, files: [{ path: 'myskill.md', size: 1 }] }).length, 0);
    assert.equal(openaiAdapter.refusals({ ...skill, name: '표-도구' }).length, 1);
  });

  it('is reached at its own address unless told', () => {
    assert.equal(openaiAdapter.baseUrl({}), 'https://api.openai.com/v1');
    assert.equal(openaiAdapter.baseUrl({ baseUrl: 'https://proxy.example/v1/' }), 'https://proxy.example/v1');
    assert.ok(openaiAdapter.isOfficialHost('eu.api.openai.com'));
    assert.ok(!openaiAdapter.isOfficialHost('api.openai.com.example'));
    for (const baseUrl of ['ftp://x', 'https://u:p@x', 'https://x?y=1', 'https://x#y', 'x'])
      assert.ok(!openaiAdapter.config.safeParse({ baseUrl }).success, baseUrl);
    assert.ok(!openaiAdapter.config.safeParse({ unknown: 1 }).success);
  });
});
