/** Skills from a git repository: refs, folders, what a repository may not hold, and servers that misbehave. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { type Answer, startApp, type TestApp } from '../../../test/support/app.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/databases.ts';
import { type GitServer, serveGit } from '../../../test/support/git-server.ts';
import { type LocalHost, serveLocally } from '../../../test/support/local-host.ts';
import { skillMd } from '../../../test/support/skills.ts';

describe('a skill from a git repository', () => {
  let database: TestDatabase;
  let app: TestApp;
  let server: GitServer;
  let inside: LocalHost;
  let first = '';
  let second = '';

  before(async () => {
    database = await openTestDatabase('pglite');
    inside = await serveLocally((_request, response) => response.end('inside'));
    server = await serveGit();
    first = server.commit({
      'skills/from-git/SKILL.md': skillMd('from-git', 'First.'),
      'skills/from-git/scripts/run.sh': 'echo 1\n',
      'skills/linked/SKILL.md': skillMd('linked'),
      'skills/linked/passwd': null,
    });
    server.git('tag', '--annotate', 'v1', '--message=One');
    second = server.commit({ 'skills/from-git/SKILL.md': skillMd('from-git', 'Second.') });
    server.commit({ 'skills/from-git/SKILL.md': skillMd('from-git', 'Third.') });
    server.git('branch', 'feature/x', second);
    server.git('update-index', '--add', '--cacheinfo', `160000,${first},skills/linked/module`);
    server.git('commit', '--quiet', '--message=A submodule');
    server.git('branch', 'modules');
    app = await startApp(database, {
      isWorking: false,
      settings: { allowedHosts: [server.host.host], providerTimeoutMs: 3000 },
    });
  });
  afterEach(() => {
    server.intercept = () => false;
  });
  after(async () => {
    await app.close();
    await Promise.all([server.close(), inside.close()]);
    await database.close();
  });

  async function register(more: object): Promise<Answer> {
    const source = { type: 'git', url: server.url, path: 'skills/from-git', ...more };
    const answer = await app.call('POST', '/api/skills', { source });
    if (answer.status !== 409) return answer;
    return await app.call('POST', '/api/skills/from-git/versions', { source });
  }

  function sourceOf(answer: Answer): unknown {
    assert.ok(answer.status === 201 || answer.status === 200, JSON.stringify(answer.body));
    const version = (answer.body['latestVersion'] ?? answer.body) as { source: unknown };
    return version.source;
  }

  function issueOf(answer: Answer): unknown {
    assert.equal(answer.status, 400, JSON.stringify(answer.body));
    return (answer.body['issues'] as { path: string }[])[0]?.path;
  }

  it('is read at a tag, a branch and a commit, and its version says at which commit', async () => {
    const { url } = server;
    const path = 'skills/from-git';
    const tagged = await register({ ref: 'v1' });
    assert.deepEqual(sourceOf(tagged), { type: 'git', url, ref: 'v1', path, commit: first });
    const branched = await register({ ref: 'feature/x' });
    assert.deepEqual(sourceOf(branched), { type: 'git', url, ref: 'feature/x', path, commit: second });
    const tip = server.git('rev-parse', 'main');
    assert.deepEqual(sourceOf(await register({})), { type: 'git', url, ref: 'HEAD', path, commit: tip });
  });

  it('is read at a commit that no ref points at any more directly', async () => {
    const again = await register({ ref: first });
    assert.equal(again.status, 200, JSON.stringify(again.body));
    assert.equal(again.body['number'], 1);
  });

  for (const [what, more, path] of [
    ['an unknown branch', { ref: 'unknown' }, '/source/ref'],
    ['an unknown commit', { ref: 'a'.repeat(40) }, '/source/ref'],
    ['a ref that looks like an option', { ref: '--upload-pack=touch /tmp/x' }, '/source/ref'],
    ['an unknown folder', { path: 'skills/unknown' }, '/source/path'],
    ['a folder outside', { path: '../other' }, '/source/path'],
    ['a folder with a link in it', { path: 'skills/linked', ref: 'v1' }, '/source/path'],
    ['a folder with a submodule in it', { path: 'skills/linked', ref: 'modules' }, '/source/path'],
    ['a URL that runs a program', { url: 'ext::sh -c id' }, '/source/url'],
    ['a URL of a file', { url: 'file:///etc' }, '/source/url'],
    ['a URL that looks like an option', { url: '--upload-pack=id' }, '/source/url'],
    ['a URL of ssh', { url: 'git@example.com:a/b.git' }, '/source/url'],
    ['a private address', { url: 'https://10.0.0.1/a.git' }, '/source/url'],
  ] as const) {
    it(`refuses ${what}`, async () => assert.equal(issueOf(await register(more)), path));
  }

  for (const at of ['GET', 'POST']) {
    it(`does not follow a redirect of ${at} to an address inside`, async () => {
      server.intercept = (request, response) => {
        if (request.method !== at) return false;
        response.writeHead(302, { location: `${inside.url}${request.url}` }).end();
        return true;
      };
      const refused = await register({});
      assert.equal(refused.status, at === 'GET' ? 400 : 502, JSON.stringify(refused.body));
      assert.equal(inside.connections(), 0);
    });
  }

  it('stays with the commit it resolved when the branch is forced elsewhere meanwhile', async () => {
    const orphan = server.git('commit-tree', `${first}^{tree}`, '-m', 'Alone');
    for (const [commit, status] of [
      [first, 200],
      [orphan, 502],
    ] as const) {
      server.git('branch', '--force', 'moving', commit);
      server.intercept = (request) => {
        if (request.method === 'POST') server.git('branch', '--force', 'moving', second);
        return false;
      };
      const answer = await app.call('POST', '/api/skills/from-git/versions', {
        source: { type: 'git', url: server.url, path: 'skills/from-git', ref: 'moving' },
      });
      assert.equal(answer.status, status, JSON.stringify(answer.body));
      if (status === 200) assert.equal(answer.body['number'], 1, 'the content of the first commit');
    }
  });

  it('gives up a server that is silent, and one whose answer has no end', async () => {
    server.intercept = () => true;
    const silent = await register({});
    assert.equal(silent.status, 504, JSON.stringify(silent.body));
    server.intercept = (_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024)));
      };
      response.on('drain', more);
      more();
      return true;
    };
    assert.equal(issueOf(await register({})), '/source/url');
  });

  it('says that a server which talks something else failed', async () => {
    server.intercept = (_request, response) => {
      response.end('<html>');
      return true;
    };
    assert.equal((await register({})).status, 502);
  });
});
