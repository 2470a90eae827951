/** The Claude adapter against the emulator of its provider, over HTTP. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { claudeEmulator } from '../../../emulators/claude.ts';
import { withFaults } from '../../../emulators/faults.ts';
import { serveEmulator } from '../../../emulators/server.ts';
import { memoryStore } from '../../../emulators/store.ts';
import { byHandAt } from '../../../test/support/provider-by-hand.ts';
import { Secret } from '../../kernel/secret.ts';
import { packZip } from '../archive.ts';
import { describeConformance } from '../conformance.ts';
import { skillPackage, type Subject } from '../conformance-stand.ts';
import { claudeAdapter } from './adapter.ts';
import { displayNameFor } from './display-name.ts';

const goodKey = 'key-that-is-good-7f3a';

const subject: Subject = {
  adapter: claudeAdapter,
  wire: {
    goodKey,
    create: { method: 'POST', path: '/skills$' },
    update: { method: 'POST', path: '/versions$' },
    remove: { method: 'DELETE', path: '/skills/[^/]+$' },
    readBack: { method: 'GET', path: '/content$' },
    download: async ({ files, name }) => new Response(Buffer.from(await packZip(files, name))),
    requestIdHeader: 'request-id',
  },
  async open(script, watch) {
    const emulator = claudeEmulator({ store: memoryStore(), acceptsKey: (key) => key === goodKey });
    const server = await serveEmulator(watch(withFaults(emulator, { script })));
    const { url } = server;
    const headers = { authorization: `Bearer ${goodKey}`, 'anthropic-version': '2026-10-21' };
    return {
      connection: (apiKey = goodKey) => ({
        kind: 'claude',
        id: 'prv_claude',
        config: {},
        baseUrl: url,
        credentials: new Secret(JSON.stringify({ apiKey })),
      }),
      byHand: byHandAt(`${url}/v1/skills`, headers, null),
      close: async () => await server.close(),
    };
  },
};

describeConformance(subject, (stand) => {
  it('shows the name of the skill with its mark, which is the same every time', async () => {
    await stand().installed({});
    const [skill] = await stand().byHand.skills();
    assert.match(String(skill?.['display_name']), /^CSV tools \[sc:[a-z2-7]{13}\]$/);
    assert.equal(skill?.['display_name'], displayNameFor('prv_claude', skillPackage('one')));
  });

  it('adopts nothing without its own mark, however equal', async () => {
    const connection = { ...stand().connection(), id: 'prv_other' };
    const request = { package: skillPackage('one'), prior: null, openIntent: null };
    await claudeAdapter.install(connection, request, stand().call());
    const openIntent = { since: new Date() };
    assert.equal((await stand().installed({ openIntent })).effect, 'created');
    assert.equal(await stand().countSkills(), 2);
  });

  it('brings what it left behind up to date when the content changed meanwhile', async () => {
    const openIntent = { since: new Date() };
    stand().faults.push({ match: { method: 'POST' }, apply: true, then: 'drop' });
    await stand().failure(stand().install({}));
    const result = await stand().installed({ openIntent, package: skillPackage('two') });
    assert.deepEqual([result.effect, result.verifiedDigest], ['updated', skillPackage('two').digest]);
    assert.equal(await stand().countSkills(), 1);
  });

  it('finds what it left behind on a later page', async () => {
    const openIntent = { since: new Date() };
    const first = await stand().installed({});
    for (let made = 0; made < 101; made += 1) {
      await stand().installed({ package: skillPackage('x', `other-${made}`) });
    }
    assert.equal((await stand().installed({ openIntent })).externalId, first.externalId);
  });

  it('lets nothing of the environment into a request, and asks for no beta', async () => {
    const environment = {
      ANTHROPIC_AUTH_TOKEN: 'token-of-somebody',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
      ANTHROPIC_CUSTOM_HEADERS: 'x-leak: yes\nanthropic-beta: skills-2025-10-02\nAuthorization: Bearer other',
    };
    Object.assign(process.env, environment);
    try {
      await stand().installed({});
    } finally {
      for (const name of Object.keys(environment)) delete process.env[name];
    }
    assert.equal(stand().lastHeaders.get('authorization'), `Bearer ${goodKey}`);
    for (const name of ['x-leak', 'anthropic-beta', 'anthropic-workspace-id', 'x-api-key'])
      assert.equal(stand().lastHeaders.get(name), null);
  });

  it('names its workspace when it has one, and hears when the key is not valid there', async () => {
    const connection = { ...stand().connection(), config: { workspaceId: 'wrkspc_1' } };
    const failure = await stand().failure(claudeAdapter.verify(connection, stand().call()));
    assert.deepEqual([failure.code, failure.providerCode], ['forbidden:provider', 'permission_error']);
    assert.equal(stand().lastHeaders.get('anthropic-workspace-id'), 'wrkspc_1');
  });
});

describe('Claude', () => {
  const skill = {
    name: 'csv-tools',
    description: 'x',
    license: null,
    files: [{ path: 'SKILL.md', size: 10 }],
  };

  for (const [what, change, count] of [
    ['nothing', {}, 0],
    ['a Korean name', { name: '문서-정리' }, 1],
    ['a name in letters that only look the same', { name: 'сlaude' }, 1],
    ['a name with capitals', { name: 'Csv' }, 1],
    ['its own name in a name', { name: 'my-claude-tool' }, 1],
    ['both reserved words', { name: 'claude-by-anthropic' }, 2],
    ['tags in a description', { description: 'Use <b>this</b>' }, 1],
    ['a closing tag with a name space in a description', { description: 'Ends </ns:rule>' }, 1],
    ['no tag where there is only a comparison', { description: 'a < b and b > c' }, 0],
    ['too many bytes', { files: [{ path: 'a', size: 30 * 1024 * 1024 }] }, 1],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.equal(claudeAdapter.refusals({ ...skill, ...change }).length, count);
    });
  }

  it('shows names of one line and at most 255 characters', () => {
    const displayName = `line\nbreak ${'\u{1F600}'.repeat(200)}`;
    const shown = displayNameFor('slug', { name: 'csv-tools', displayName });
    assert.ok(shown.length <= 255 && shown.isWellFormed());
    assert.match(shown, /^line break .* \[sc:[a-z2-7]{13}\]$/u);
    assert.notEqual(displayNameFor('slug', skillPackage('x')), displayNameFor('other', skillPackage('x')));
  });
});
