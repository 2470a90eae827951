/** What a ref may mean: labels, tags, branches, commits and digests, recorded with versions and resolved over HTTP. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { AnswerBody } from '../support/app.ts';
import { describeEachEngine } from '../support/databases.ts';
import { inlineSkill } from '../support/skills.ts';
import { type SteppedRuns, startSteppedRuns } from '../support/stepped-runs.ts';

const COMMIT = 'a79f1b4eb6c23a9c420f54449061d1e434f5f43e';
const NEAR_COMMIT = `a79f1b4e${'0'.repeat(32)}`;

interface Version {
  readonly id: string;
  readonly number: number;
  readonly label: string | null;
  readonly digest: string;
  readonly refs: { labels: string[]; tags: string[]; branches: string[]; commit: string | null };
}

describeEachEngine('refs of versions', (open) => {
  let runs: SteppedRuns;
  before(async () => {
    runs = await startSteppedRuns(await open());
  });
  after(async () => {
    await runs.close();
  });

  async function call(status: number, method: string, path: string, body?: unknown): Promise<AnswerBody> {
    const answer = await runs.app.call(method, path, body);
    assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async function register(name: string, text: string, more: object = {}): Promise<Version> {
    const body = await call(201, 'POST', '/api/skills', { ...inlineSkill(name, text), ...more });
    return body['latestVersion'] as Version;
  }

  async function add(status: number, name: string, text: string, more: object = {}): Promise<Version> {
    const body = { ...inlineSkill(name, text), ...more };
    return (await call(status, 'POST', `/api/skills/${name}/versions`, body)) as unknown as Version;
  }

  async function numberAt(name: string, ref: string): Promise<unknown> {
    return (await call(200, 'GET', `/api/skills/${name}/versions/${encodeURIComponent(ref)}`))['number'];
  }

  async function auditOf(action: string, name: string): Promise<AnswerBody[]> {
    const { body } = await runs.app.call('GET', `/api/audit-logs?action=${action}&limit=100`);
    return (body['items'] as { target: { name: string }; change: AnswerBody }[])
      .filter(({ target }) => target.name === name)
      .map(({ change }) => change);
  }

  it('are shown with the version and each of them finds it', async () => {
    const refs = { tags: ['v1.0.0', 'stable'], branch: 'feature/x', commit: COMMIT };
    const first = await register('named', 'One.', { version: '1.0.0', refs });
    assert.deepEqual(first.refs, {
      labels: [],
      tags: ['stable', 'v1.0.0'],
      branches: ['feature/x'],
      commit: COMMIT,
    });
    await add(201, 'named', 'Two.');
    const written = [
      '1',
      '1.0.0',
      'v1.0.0',
      'refs/tags/v1.0.0',
      'stable',
      'feature/x',
      'refs/heads/feature/x',
    ];
    const commits = [COMMIT, COMMIT.slice(0, 7), COMMIT.slice(0, 20).toUpperCase()];
    for (const ref of [...written, ...commits, first.digest, first.id])
      assert.equal(await numberAt('named', ref), 1, ref);
    for (const ref of ['latest', '2']) assert.equal(await numberAt('named', ref), 2, ref);
    for (const ref of [COMMIT.slice(0, 6), 'V1.0.0', '01', 'x', `${COMMIT}0`, 'refs/heads/stable', '%', '_'])
      await call(404, 'GET', `/api/skills/named/versions/${encodeURIComponent(ref)}`);
    const { items } = await call(200, 'GET', '/api/skills/named/versions');
    assert.deepEqual(
      (items as Version[]).map((version) => version.refs.tags),
      [[], ['stable', 'v1.0.0']],
    );
  });

  it('move with tags and branches, and stay with labels and commits', async () => {
    await register('moving', 'One.', {
      version: '1.0',
      refs: { tags: ['stable'], branch: 'main', commit: COMMIT },
    });
    const second = await add(201, 'moving', 'Two.', { refs: { tags: ['stable'], branch: 'main' } });
    assert.deepEqual(second.refs, { labels: [], tags: ['stable'], branches: ['main'], commit: null });
    assert.equal(await numberAt('moving', 'stable'), 2);
    const [added] = await auditOf('skill.add_version', 'moving');
    assert.deepEqual(added?.['refs'], { added: [], moved: ['tag stable', 'branch main'] });

    // Back again, with the content of the first version.
    const first = await add(200, 'moving', 'One.', { refs: { tags: ['stable'] } });
    assert.deepEqual([first.number, first.refs.tags, first.refs.branches], [1, ['stable'], []]);
    assert.equal(await numberAt('moving', 'main'), 2);
    await add(200, 'moving', 'One.', { refs: { tags: ['stable'] } });
    assert.deepEqual(await auditOf('skill.move_ref', 'moving'), [
      { versionId: first.id, number: 1, refs: { added: [], moved: ['tag stable'] }, becomesLatest: false },
    ]);

    for (const more of [{ refs: { commit: COMMIT } }, { version: '1.0' }]) {
      const refused = await call(409, 'POST', '/api/skills/moving/versions', {
        ...inlineSkill('moving', 'Two.'),
        ...more,
      });
      assert.equal(refused['code'], 'conflict:skill');
      assert.match(String(refused['detail']), /version 1, which has other content/);
    }
  });

  it('are given to a version again: a further label is a name that never moves', async () => {
    await register('labelled', 'One.');
    const first = await add(200, 'labelled', 'One.', { version: '1.2.0' });
    assert.deepEqual([first.label, first.refs.labels], [null, ['1.2.0']]);
    assert.equal(await numberAt('labelled', '1.2.0'), 1);
    await add(200, 'labelled', 'One.', { version: '1.2.0' });
    for (const text of ['Two.', 'Three.']) await add(409, 'labelled', text, { version: '1.2.0' });
    await add(201, 'labelled', 'Two.', { version: '2.0.0', refs: { tags: ['1.2.0'] } });
    assert.equal(await numberAt('labelled', '1.2.0'), 1, 'a label goes before a tag');
    await add(409, 'labelled', 'One.', { version: '2.0.0' });
  });

  it('have one order, whatever they look like', async () => {
    const digits = `1234567${'a'.repeat(33)}`;
    await register('ordered', 'One.', { refs: { branch: 'both', commit: digits } });
    await add(201, 'ordered', 'Two.', { refs: { tags: ['both', 'abcdef0'] } });
    await add(201, 'ordered', 'Three.', {
      version: 'both-labelled',
      refs: { commit: `abcdef0${'1'.repeat(33)}` },
    });
    assert.equal(await numberAt('ordered', 'both'), 2, 'a tag goes before a branch');
    assert.equal(await numberAt('ordered', 'abcdef0'), 2, 'a tag goes before a commit');
    assert.equal(await numberAt('ordered', 'abcdef01'), 3);
    assert.equal(
      await numberAt('ordered', '1234567'),
      1,
      'digits are a commit where no version has that number',
    );
  });

  it('that several commits begin with are refused, naming them', async () => {
    await register('near', 'One.', { refs: { commit: COMMIT } });
    await add(200, 'near', 'One.', { refs: { commit: `a79f1b4${'f'.repeat(33)}` } });
    assert.equal(
      await numberAt('near', COMMIT.slice(0, 7)),
      1,
      'two commits of one version are no two versions',
    );
    await add(201, 'near', 'Two.', { refs: { commit: NEAR_COMMIT } });
    const refused = await call(409, 'GET', '/api/skills/near/versions/a79f1b4e');
    assert.equal(refused['code'], 'conflict:skill');
    assert.match(
      String(refused['detail']),
      new RegExp(`${NEAR_COMMIT} \\(version 2\\), ${COMMIT} \\(version 1\\)`),
    );
    assert.equal(await numberAt('near', COMMIT.slice(0, 9)), 1);
    const install = { skill: 'near', providers: ['openai-test'], ref: 'a79f1b4e' };
    assert.equal((await call(409, 'POST', '/api/install-runs', install))['code'], 'conflict:skill');
  });

  it('are refused when git could not have them, all at once', async () => {
    const refs = {
      tags: ['fine', 'two..dots', 'latest', '12', 'a b', 'x.lock', '-x'],
      branch: 'a//b',
      commit: 'abc',
    };
    const refused = await call(400, 'POST', '/api/skills', { ...inlineSkill('malformed'), refs });
    assert.deepEqual(
      (refused['issues'] as { path: string }[]).map(({ path }) => path),
      [...[1, 2, 3, 4, 5, 6].map((at) => `/refs/tags/${at}`), '/refs/branch', '/refs/commit'],
    );
    const git = { source: { type: 'git', url: 'https://example.com/x.git' }, refs: { tags: ['v1'] } };
    for (const path of ['/api/skills', '/api/skills/named/versions']) {
      const { issues } = await call(400, 'POST', path, git);
      assert.deepEqual(
        (issues as { path: string }[]).map(({ path: at }) => at),
        ['/refs'],
      );
    }
    for (const version of ['sha256:abc', 'skv_1', 'latest', '7'])
      await call(400, 'POST', '/api/skills', { ...inlineSkill('malformed'), version });
  });

  it('install the version they mean, many skills at once', async () => {
    const names = ['many-1', 'many-2', 'many-3'];
    for (const name of names) {
      await register(name, 'One.', { refs: { tags: ['release'], commit: COMMIT } });
      await add(201, name, 'Two.');
    }
    for (const ref of ['release', COMMIT.slice(0, 8)]) {
      const { plan } = await call(200, 'POST', '/api/install-runs', {
        skills: names,
        providers: ['openai-test'],
        ref,
        dryRun: true,
      });
      assert.deepEqual(
        (plan as { to: { number: number } }[]).map(({ to }) => to.number),
        [1, 1, 1],
      );
    }
    await add(200, 'many-3', 'Two.', { refs: { branch: 'only-here' } });
    const some = { skills: names, providers: ['openai-test'], ref: 'only-here' };
    assert.match(String((await call(404, 'POST', '/api/install-runs', some))['detail']), /^many-1, many-2: /);
    const run = await runs.attempt(await runs.ask({ skill: 'many-1', ref: 'release' }));
    assert.deepEqual([run.status, run.version?.number], ['success', 1]);
  });

  it('are known to chat', async () => {
    await register('chatty', 'One.', { refs: { tags: ['Stable'], branch: 'hotfix', commit: COMMIT } });
    await add(201, 'chatty', 'Two.');
    for (const [said, ref] of [
      ['the stable tag', 'Stable'],
      ['branch hotfix', 'hotfix'],
      [`commit ${COMMIT.slice(0, 7)}`, COMMIT.slice(0, 7)],
    ]) {
      const message = `install chatty from ${said} on openai-test`;
      const answer = await call(200, 'POST', '/api/chat-ops', { message, dryRun: true });
      assert.equal(answer['accepted'], true, JSON.stringify(answer));
      assert.equal((answer['intent'] as { ref: string }).ref, ref);
      assert.equal((answer['plan'] as { to: { number: number } }[])[0]?.to.number, 1);
    }
    const unknown = await call(200, 'POST', '/api/chat-ops', {
      message: 'install chatty from branch nowhere on openai-test',
    });
    assert.equal(unknown['reason'], 'unknown_ref');
  });
});
