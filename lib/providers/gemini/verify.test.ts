/** Verifying a Gemini connection: credentials, configuration and what Google says to them. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { z } from 'zod';
import {
  ACCOUNT,
  config,
  failureOf,
  GeminiStand,
  TOKEN,
  skillOf,
} from '../../../test/support/gemini-stand.ts';
import { geminiAdapter } from './adapter.ts';

let stand: GeminiStand;

beforeEach(async () => {
  stand = new GeminiStand();
  await stand.open();
});
afterEach(async () => await stand.close());

const one = skillOf('one');

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

describe('verifying a Gemini connection', () => {
  it('asks for one skill', async () => {
    const { latencyMs } = await geminiAdapter.verify(stand.connection(), stand.call());
    assert.ok(latencyMs >= 0);
    assert.deepEqual(stand.seen, [
      'GET /v1beta1/projects/my-project/locations/us-central1/skills?pageSize=1',
    ]);
    assert.deepEqual(stand.mutations, []);
  });

  it('says that a token was not accepted', async () => {
    const failure = await failureOf(
      geminiAdapter.verify(stand.connection({}, { accessToken: 'ya29.bad-token' }), stand.call()),
    );
    assert.deepEqual([failure.code, failure.providerStatus], ['unauthorized:provider', 401]);
  });

  it('passes on why it is forbidden', async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'SERVICE_DISABLED' }];
    const error = { code: 403, message: 'Enable the API first.', status: 'PERMISSION_DENIED', details };
    stand.faults.push({ then: { status: 403, body: { error } } });
    const failure = await failureOf(geminiAdapter.verify(stand.connection(), stand.call()));
    assert.deepEqual([failure.code, failure.providerCode], ['forbidden:provider', 'SERVICE_DISABLED']);
    assert.equal(failure.message, 'Enable the API first.');
  });

  it('takes a page that is no answer of Google for a failure', async () => {
    stand.faults.push({ then: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' } });
    assert.equal(
      (await failureOf(geminiAdapter.verify(stand.connection(), stand.call()))).code,
      'bad_gateway:provider',
    );
  });
});

describe('a service account', () => {
  function account(changes: Record<string, unknown> = {}) {
    const token_uri = `${stand.url}/token`;
    return {
      serviceAccount: { type: 'service_account', client_email: ACCOUNT, private_key, token_uri, ...changes },
    };
  }

  it('buys a token with a signed assertion', async () => {
    await geminiAdapter.verify(stand.connection({}, account()), stand.call());
    assert.equal(stand.seen[0], 'POST /token');
    assert.equal((await stand.installed(one, {}, stand.connection({}, account()))).effect, 'created');
  });

  it('signs for its own key, scope and address, and for an hour at most', async () => {
    const { fetch } = stand.call();
    const assertions: string[] = [];
    const using = stand.call({
      fetch: async (input, init) => {
        const form = new URLSearchParams(await new Request(input, init).text());
        assertions.push(...form.getAll('assertion'));
        return await fetch(input, init);
      },
    });
    await geminiAdapter.verify(stand.connection({}, account({ private_key_id: 'key-1' })), using);
    const [assertion = ''] = assertions;
    const [header = '', claims = '', signature = ''] = assertion.split('.');
    const signed = Buffer.from(`${header}.${claims}`);
    assert.ok(verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url')));
    assert.deepEqual(decoded(header), { alg: 'RS256', typ: 'JWT', kid: 'key-1' });
    const { iat, exp, ...named } = decoded(claims);
    const scope = 'https://www.googleapis.com/auth/cloud-platform';
    assert.deepEqual(named, { iss: ACCOUNT, scope, aud: `${stand.url}/token` });
    assert.ok(Math.abs(Number(iat) - Date.now() / 1000) < 60);
    assert.equal(Number(exp) - Number(iat), 3600);
  });

  it('that Google does not know is not accepted', async () => {
    const stranger = stand.connection({}, account({ client_email: 'nobody@example.com' }));
    const failure = await failureOf(geminiAdapter.verify(stranger, stand.call()));
    assert.deepEqual([failure.code, failure.providerCode], ['unauthorized:provider', 'invalid_grant']);
  });

  it('sends its assertion to no other host', async () => {
    const elsewhere = stand.connection({}, account({ token_uri: 'https://collector.example/token' }));
    const failure = await failureOf(geminiAdapter.verify(elsewhere, stand.call()));
    assert.equal(failure.code, 'unauthorized:provider');
    assert.deepEqual(stand.seen, []);
  });

  for (const [name, credentials] of [
    ['nothing', {}],
    ['both', { accessToken: TOKEN, serviceAccount: { client_email: ACCOUNT, private_key } }],
    ['a key that is none', { serviceAccount: { client_email: ACCOUNT, private_key: 'none' } }],
    ['an unknown field', { accessToken: TOKEN, refreshToken: 'x' }],
    [
      'another universe',
      { serviceAccount: { client_email: ACCOUNT, private_key, universe_domain: 'x.com' } },
    ],
    ['a token with a line break', { accessToken: 'ya29.one\r\nx-evil: 1' }],
  ] as const) {
    it(`cannot be given as ${name}`, () => {
      assert.ok(!geminiAdapter.credentials?.safeParse(credentials).success);
    });
  }

  it('is taken as its whole key file, with fields that do not matter', () => {
    const file = account({ project_id: 'my-project', auth_uri: 'https://accounts.google.com/o/oauth2/auth' });
    assert.ok(geminiAdapter.credentials?.safeParse(file).success);
    assert.ok(!geminiAdapter.credentials?.safeParse(account({ type: 'authorized_user' })).success);
  });

  it('is recognised by the id of its key', () => {
    assert.equal(geminiAdapter.credentialHint(account({ private_key_id: 'abcdef0123' })), '0123');
    assert.equal(geminiAdapter.credentialHint({ accessToken: TOKEN }), '0123');
  });
});

function decoded(part: string): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.from(part, 'base64url').toString()));
}

describe('the configuration', () => {
  it('names the host of its region', () => {
    assert.equal(geminiAdapter.baseUrl(config), 'https://us-central1-aiplatform.googleapis.com');
    assert.ok(geminiAdapter.isOfficialHost('us-central1-aiplatform.googleapis.com'));
    assert.ok(!geminiAdapter.isOfficialHost('aiplatform.googleapis.com.example.com'));
  });

  for (const wrong of [
    { location: 'x.example.com/' },
    { location: 'global' },
    { project: '../..' },
    { project: '' },
  ]) {
    it(`refuses ${JSON.stringify(wrong)}`, () => {
      assert.ok(!geminiAdapter.config.safeParse({ ...config, ...wrong }).success);
    });
  }
});
