/** Nobody makes more requests than they may, whichever process they ask; everybody is told how many are left. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { sql } from 'kysely';
import { pruneBuckets, takeFromBucket } from '../../lib/auth/rate-limit-store.ts';
import { rateLimit } from '../../lib/auth/rate-limiter.ts';
import { type Database, query } from '../../lib/db/database.ts';
import { type Answer, startApp, type TestApp } from '../support/app.ts';
import { describeEachEngine } from '../support/databases.ts';
import { until } from '../support/until.ts';

/** 12 at once without a wait, and one more every half second. */
const PER_MINUTE = 120;
const BURST = 12;

describeEachEngine('the limit of requests', (open) => {
  let db: Database;
  let apps: TestApp[];

  before(async () => {
    db = await open();
    const settings = { rateLimitPerMinute: PER_MINUTE, trustedProxies: ['127.0.0.1'] };
    apps = [await startApp(db, { settings }), await startApp(db, { settings })];
  });

  after(async () => await Promise.all(apps.map((app) => app.close())));

  async function newKey(name: string): Promise<string> {
    const key = await until('the admin may ask again', async () => {
      const { status, body } = await ask(0, 'POST', '/api/keys', undefined, { name, role: 'viewer' });
      return status === 201 ? String(body['key']) : null;
    });
    return key;
  }

  async function ask(process: number, method: string, path: string, key?: string | null, body?: object) {
    const app = apps[process];
    assert.ok(app);
    return await app.call(method, path, body, key === undefined ? {} : { key });
  }

  function refused(answers: readonly Answer[]): Answer[] {
    return answers.filter(({ status }) => status === 429);
  }

  it('is one for a key over all processes', async () => {
    const key = await newKey('both');
    const startedAt = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 4 * BURST }, async (_, index) => await ask(index % 2, 'GET', '/api/me', key)),
    );
    const seconds = (performance.now() - startedAt) / 1000;
    const served = answers.filter(({ status }) => status === 200);
    assert.ok(served.length >= BURST, `${served.length} were served`);
    assert.ok(
      served.length <= BURST + Math.ceil(seconds * 2),
      `${served.length} were served in ${seconds} s`,
    );
    assert.equal(served.length + refused(answers).length, answers.length);
  });

  it('is said with every answer, and a refusal says when to come again', async () => {
    const key = await newKey('told');
    const first = await ask(0, 'GET', '/api/me', key);
    assert.equal(first.headers.get('ratelimit-policy'), `"default";q=${BURST};w=6`);
    assert.match(first.headers.get('ratelimit') ?? '', /^"default";r=11;t=1$/);
    assert.match(
      (await ask(0, 'GET', '/api/nowhere', key)).headers.get('ratelimit') ?? '',
      /^"default";r=1[01];/,
    );
    const refusal = await until('one is too many', async () => {
      const answer = await ask(0, 'GET', '/api/me', key);
      return answer.status === 429 ? answer : null;
    });
    assert.equal(refusal.body['code'], 'rate_limit:api');
    assert.match(String(refusal.body['detail']), /^More than 120 requests a minute came from this key/);
    assert.equal(refusal.headers.get('retry-after'), '1');
    assert.match(refusal.headers.get('ratelimit') ?? '', /;r=0;/);
    await until('it may ask again', async () => (await ask(1, 'GET', '/api/me', key)).status === 200);
  });

  it('leaves others alone', async () => {
    const [loud, quiet] = [await newKey('loud'), await newKey('quiet')];
    const answers = await Promise.all(
      Array.from({ length: 2 * BURST }, async () => await ask(0, 'GET', '/api/me', loud)),
    );
    assert.ok(refused(answers).length > 0);
    assert.equal((await ask(0, 'GET', '/api/me', quiet)).status, 200);
  });

  it('is smaller without a key, for each address; who has a key is not in it', async () => {
    const guess = async (address: string) =>
      await (apps[0] as TestApp).call('GET', '/api/me', undefined, {
        key: 'skc_guessed',
        headers: { 'x-forwarded-for': address },
      });
    assert.equal((await guess('203.0.113.7')).status, 401);
    assert.equal((await guess('203.0.113.7')).status, 429);
    assert.equal((await guess('203.0.113.8')).status, 401);
    assert.equal((await guess('2001:db8::1')).status, 401);
    assert.equal((await guess('2001:db8::ffff:1')).status, 429);
    const key = await newKey('at-that-address');
    const known = await (apps[0] as TestApp).call('GET', '/api/me', undefined, {
      key,
      headers: { 'x-forwarded-for': '203.0.113.7' },
    });
    assert.equal(known.status, 200);
  });

  it('does not count the questions of machines', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 * BURST }, async () => await ask(0, 'GET', '/healthz', null)),
    );
    assert.ok(answers.every(({ status }) => status === 200));
  });

  it('is exact however many take at once', async () => {
    const [app] = apps;
    assert.ok(app);
    const slow = rateLimit(1);
    const many = { ...slow, burst: 50 };
    const taken = await Promise.all(
      Array.from({ length: 40 }, async () => await takeFromBucket(app.ctx, 'many', 3, many)),
    );
    assert.equal(
      taken.reduce((sum, { granted }) => sum + granted, 0),
      50,
    );
    assert.ok(taken.every(({ granted }) => granted >= 0 && granted <= 3));
  });

  it('forgets who has all of it back', async () => {
    const [app] = apps;
    assert.ok(app);
    await takeFromBucket(app.ctx, 'brief', 1, { perMinute: 60_000, burst: 100, intervalMs: 1 });
    await until('nothing is known of it any more', async () => {
      await pruneBuckets(app.ctx);
      const left = await sql`select 1 from rate_limits where bucket = 'brief'`.execute(query(app.ctx));
      return left.rows.length === 0;
    });
  });
});
