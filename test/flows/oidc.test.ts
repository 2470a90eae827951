/** People come with tokens of a real OpenID provider; whatever is wrong with a token keeps them out and is said. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, it } from 'node:test';
import { generateKeyPair, SignJWT } from 'jose';
import { createTokenAuthenticator } from '../../lib/auth/authenticate-token.ts';
import { currentPrincipal } from '../../lib/auth/current-principal.ts';
import { AppError } from '../../lib/kernel/errors.ts';
import type { OidcSettings } from '../../lib/kernel/oidc-settings.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { describeEachEngine } from '../support/databases.ts';
import { openEvents } from '../support/event-source.ts';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts';
import { inlineSkill } from '../support/skills.ts';
import { until } from '../support/until.ts';

const AUDIENCE = 'https://skills.example.com';
const PEOPLE = {
  ann: { email: 'ann@example.com', access: { groups: ['everybody', 'platform'] } },
  bob: { access: { groups: 'everybody' } },
  eve: { access: { groups: ['strangers'] } },
};

describeEachEngine('people of an identity provider', (open) => {
  let app: TestApp;
  let identity: IdentityProvider;
  let oidc: OidcSettings;

  before(async () => {
    identity = await startIdentityProvider(PEOPLE);
    oidc = {
      issuer: identity.issuer,
      audience: AUDIENCE,
      rolesClaim: 'access.groups',
      roleNames: new Map([
        ['operator', ['platform', 'release']],
        ['viewer', ['everybody']],
      ]),
    };
    app = await startApp(await open(), { settings: { oidc }, isWorking: false });
  });
  after(async () => {
    await app.close();
    await identity.close();
  });

  const me = async (key: string) => await app.call('GET', '/api/me', undefined, { key });

  async function refused(token: string, status: number, why: RegExp): Promise<void> {
    const answer = await me(token);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.match(String(answer.body['detail']), why);
  }

  it('are who their token says, with the role that it gives', async () => {
    const ann = await identity.tokenFor('ann', AUDIENCE);
    assert.deepEqual((await me(ann)).body, {
      type: 'user',
      id: 'oidc:ann',
      name: 'ann@example.com',
      role: 'operator',
    });
    assert.equal((await app.call('POST', '/api/skills', inlineSkill('hers'), { key: ann })).status, 201);
    const { body } = await app.call('GET', '/api/audit-logs?actor=oidc:ann&action=skill.create');
    assert.equal((body['items'] as unknown[]).length, 1);
    const bob = await identity.tokenFor('bob', AUDIENCE);
    assert.equal((await me(bob)).body['role'], 'viewer');
    assert.equal((await app.call('POST', '/api/skills', inlineSkill('his'), { key: bob })).status, 403);
    await refused(await identity.tokenFor('eve', AUDIENCE), 403, /gives no role here/);
  });

  it('are kept out with a token for others, of others, changed, or forged', async () => {
    const token = await identity.tokenFor('ann', AUDIENCE);
    const [head = '', claims = '', signature = ''] = token.split('.');
    await refused(await identity.tokenFor('ann', 'https://other.example.com'), 401, /its aud is not/);
    const swapped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    await refused(`${head}.${claims}.${swapped}`, 401, /signature is not right/);
    const admin = encoded({ ...decoded(claims), access: { groups: ['platform'] }, sub: 'root' });
    await refused(`${head}.${admin}.${signature}`, 401, /signature is not right/);
    await refused(`${encoded({ alg: 'none' })}.${claims}.x`, 401, /not valid/);
    const shared = `${encoded({ alg: 'HS256' })}.${claims}`;
    const mac = createHmac('sha256', identity.issuer).update(shared).digest('base64url');
    await refused(`${shared}.${mac}`, 401, /algorithm is not one/);
    await refused('x.y.z', 401, /malformed/);
    const { privateKey } = await generateKeyPair('ES256');
    const forged = async (kid: string, issuer: string) =>
      await new SignJWT({ access: { groups: ['platform'] } })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setSubject('root')
        .setExpirationTime('5m')
        .sign(privateKey);
    await refused(await forged('key-1', identity.issuer), 401, /signature is not right/);
    await refused(await forged('another', identity.issuer), 401, /its key is not one/);
  });

  it('are kept out once the token has expired, but for a difference of clocks', async () => {
    const token = await identity.tokenFor('ann', AUDIENCE);
    const at = (seconds: number) =>
      createTokenAuthenticator(
        { ...app.ctx, clock: { now: () => new Date(Date.now() + seconds * 1000) } },
        oidc,
      );
    assert.equal((await at(320).authenticate(token)).role, 'operator');
    await assert.rejects(at(340).authenticate(token), (error) => {
      assert.ok(error instanceof AppError);
      assert.match(error.detail, /has expired/);
      return true;
    });
  });

  it('are told no more once the token with which they listen has expired', async () => {
    const listening = await openEvents(`${app.url}/api/events`, await identity.tokenFor('ann', AUDIENCE, 4));
    const longer = await openEvents(`${app.url}/api/events`, await identity.tokenFor('ann', AUDIENCE));
    assert.equal(await listening.ended, 'ended');
    assert.equal((await me(await identity.tokenFor('ann', AUDIENCE))).status, 200);
    const state = await Promise.race([longer.ended, Promise.resolve('open')]);
    assert.equal(state, 'open', 'the one of the longer token goes on');
    longer.close();
  });

  it('come in with the new key of the provider, and not with the old one', async () => {
    const old = await identity.tokenFor('ann', AUDIENCE);
    assert.equal((await me(old)).status, 200);
    await identity.rotate();
    const renewed = await identity.tokenFor('ann', AUDIENCE);
    await until('the new key is known', async () => (await me(renewed)).status === 200, { within: 15_000 });
    await refused(old, 401, /its key is not one/);
  });

  it('have what they asked for done later with their rights as they last were', async () => {
    const asked = { type: 'user', id: 'oidc:bob' };
    assert.equal((await currentPrincipal(app.ctx, asked))?.role, 'viewer');
    assert.equal(await currentPrincipal(app.ctx, { type: 'user', id: 'oidc:nobody' }), null);
  });

  it('are told that the provider cannot be asked, which is not their fault', async () => {
    const gone = createTokenAuthenticator(app.ctx, { ...oidc, issuer: 'http://127.0.0.1:9' });
    await assert.rejects(gone.authenticate('x.y.z'), (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.status, 503);
      return true;
    });
  });
});

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decoded(part: string): object {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
}
