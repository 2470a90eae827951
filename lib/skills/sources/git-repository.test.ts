/** One repository opened once: refs and short commits, folders, tokens that stay at home, and how many at a time. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { testContext } from '../../../test/support/context.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/databases.ts';
import { type GitServer, serveGit } from '../../../test/support/git-server.ts';
import { type LocalHost, serveLocally } from '../../../test/support/local-host.ts';
import { skillMd } from '../../../test/support/skills.ts';
import { until } from '../../../test/support/until.ts';
import type { Context } from '../../kernel/context.ts';
import { AppError } from '../../kernel/errors.ts';
import { Secret } from '../../kernel/secret.ts';
import { type GitRepository, openRepository } from './git-repository.ts';

const TOKEN = 'the-token-of-somebody';

describe('a repository', () => {
  let database: TestDatabase;
  let ctx: Context;
  let server: GitServer;
  let elsewhere: LocalHost;
  let first = '';
  let second = '';

  before(async () => {
    database = await openTestDatabase('pglite');
    server = await serveGit();
    elsewhere = await serveLocally((_request, response) => response.writeHead(404).end());
    first = server.commit({ 'a/SKILL.md': skillMd('a', 'First.'), 'a/b/SKILL.md': skillMd('b') });
    second = server.commit({ 'a/SKILL.md': skillMd('a', 'Second.') });
    server.git('tag', '--annotate', 'v2', '--message=Two');
    server.git('branch', 'same');
    server.commit({ 'a/SKILL.md': skillMd('a', 'Third.'), 'z/deep/SKILL.md': skillMd('deep') });
    ctx = contextOf(10_000);
  });
  afterEach(() => {
    server.token = null;
    server.intercept = () => false;
    server.git('config', 'uploadpack.allowFilter', 'false');
  });
  after(async () => {
    await Promise.all([server.close(), elsewhere.close()]);
    await database.close();
  });

  function contextOf(providerTimeoutMs: number): Context {
    const allowedHosts = [server.host.host, elsewhere.host];
    return testContext(database, { settings: { allowedHosts, providerTimeoutMs } });
  }

  async function opened<T>(
    address: { ref?: string; token?: string },
    use: (repository: GitRepository) => Promise<T>,
  ): Promise<T> {
    const token = address.token === undefined ? undefined : new Secret(address.token);
    await using repository = await openRepository(ctx, { url: server.url, ref: address.ref, token });
    return await use(repository);
  }

  async function contentAt(ref: string): Promise<string> {
    return await opened({ ref }, async (repository) => {
      const read = await repository.readFolder('a');
      assert.ok(read.ok);
      return Buffer.from(read.files.find(({ path }) => path === 'SKILL.md')?.bytes ?? []).toString();
    });
  }

  async function refusal(work: Promise<unknown>): Promise<AppError> {
    const error: unknown = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof AppError, String(error));
    return error;
  }

  it('says which commit a ref means and which names it has, with one request', async () => {
    const before = server.host.requests.length;
    await opened({ ref: 'v2' }, async ({ commit, refs }) => {
      assert.equal(commit, second);
      assert.deepEqual(refs, { branches: ['same'], tags: ['v2'] });
    });
    assert.equal(server.host.requests.length - before, 1);
  });

  it('lists the outermost folders with a SKILL.md, and reads each', async () => {
    await opened({}, async (repository) => {
      assert.deepEqual(await repository.folders(), [{ path: 'a' }, { path: 'z/deep' }]);
      assert.deepEqual(await repository.folders('z'), [{ path: 'z/deep' }]);
      const read = await repository.readFolder('a');
      assert.deepEqual(read.ok && read.files.map(({ path }) => path).toSorted(), ['SKILL.md', 'b/SKILL.md']);
    });
  });

  for (const allowFilter of ['true', 'false']) {
    it(`finds a commit by its first digits, also when only history has it (filter: ${allowFilter})`, async () => {
      server.git('config', 'uploadpack.allowFilter', allowFilter);
      assert.match(await contentAt(second.slice(0, 7)), /Second/);
      assert.match(await contentAt(first.slice(0, 10)), /First/);
      const unknown = await refusal(contentAt(first.startsWith('0000000') ? '1111111' : '0000000'));
      assert.equal(unknown.issues[0]?.path, '/source/ref');
    });
  }

  it('refuses digits that more than one commit begins with', async () => {
    // The server lists two commits that no real repository would have by chance.
    const line = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text;
    server.intercept = (_request, response) => {
      const refs = ['1', '2'].map((end, index) => {
        const said = index === 0 ? '\0filter' : '';
        return line(`${'a'.repeat(39)}${end} refs/heads/${end}${said}\n`);
      });
      response.end([line('# service=git-upload-pack\n'), '0000', ...refs, '0000'].join(''));
      return true;
    };
    const refused = await refusal(contentAt('aaaaaaa'));
    assert.match(refused.issues[0]?.message ?? '', /2 commits begin so/);
  });

  it('is read with a token, and says when one is missing or wrong', async () => {
    server.token = TOKEN;
    await opened({ token: TOKEN }, async (repository) =>
      assert.equal((await repository.folders()).length, 2),
    );
    const missing = await refusal(opened({}, async () => await Promise.resolve()));
    assert.equal(missing.issues[0]?.path, '/source/url');
    const wrong = await refusal(opened({ token: 'wrong' }, async () => await Promise.resolve()));
    assert.equal(wrong.issues[0]?.path, '/source/token');
    assert.ok(!JSON.stringify([missing, wrong]).includes(TOKEN));
  });

  it('never shows its token to another origin', async () => {
    server.intercept = (request, response) => {
      response.writeHead(302, { location: `${elsewhere.url}${request.url}` }).end();
      return true;
    };
    await refusal(opened({ token: TOKEN }, async () => await Promise.resolve()));
    assert.ok(elsewhere.requests.length > 0);
    for (const { headers } of elsewhere.requests) assert.equal(headers.authorization, undefined);
  });

  it('waits its turn, and gives up when none comes', async () => {
    const held: (() => void)[] = [];
    server.intercept = (_request, response) => {
      held.push(() => response.destroy());
      return true;
    };
    const four = Array.from({ length: 4 }, () => refusal(openRepository(ctx, { url: server.url })));
    await until('four are at it', () => held.length === 4);
    const fifth = await refusal(openRepository(contextOf(200), { url: server.url }));
    assert.equal(fifth.code, 'offline:skill');
    assert.ok((fifth.retryAfter ?? 0) > 0);
    assert.equal(held.length, 4, 'the server was not asked a fifth time');
    const sixth = refusal(openRepository(ctx, { url: server.url }));
    for (const end of held.splice(0)) end();
    await Promise.all(four);
    await until('the next one has its turn', () => held.length === 1);
    for (const end of held) end();
    await sixth;
  });
});
