/** Installs by refs of a git repository: recorded ones as they were, unknown ones looked up and registered on the way. */
import assert from 'node:assert/strict';
import { after, afterEach, before, it } from 'node:test';
import { sql } from 'kysely';
import { query } from '../../lib/db/database.ts';
import type { AnswerBody } from '../support/app.ts';
import { describeEachEngine } from '../support/databases.ts';
import { type GitServer, serveGit } from '../support/git-server.ts';
import { inlineSkill, skillMd } from '../support/skills.ts';
import { type SteppedRuns, startSteppedRuns } from '../support/stepped-runs.ts';
import { wordScanner } from '../support/word-scanner.ts';

interface Planned {
  readonly to: { id: string | null; number: number | null; digest: string };
  readonly effect: string;
  readonly reasons: string[];
}

describeEachEngine('refs of a git repository', (open) => {
  let runs: SteppedRuns;
  let server: GitServer;
  let requests = 0;
  const commits: string[] = [];

  before(async () => {
    server = await serveGit();
    // One commit a state: each changes both skills.
    for (const text of ['One.', 'Two.', 'Three.', 'An evilword.', 'Five.']) {
      commits.push(
        server.commit({
          'skills/first/SKILL.md': skillMd('first', text),
          'skills/second/SKILL.md': skillMd('second', text),
        }),
      );
    }
    for (const [index, commit] of commits.entries()) server.git('tag', `v${index + 1}`, commit);
    server.git('branch', 'feature/Upper', commits[2] ?? '');
    server.commit({ 'skills/first/SKILL.md': 'No skill any more' });
    server.git('tag', 'broken');
    server.git('checkout', '--quiet', '-B', 'main', commits[1] ?? '');
    const settings = { allowedHosts: ['127.0.0.1'], providerTimeoutMs: 5000 };
    runs = await startSteppedRuns(await open(), settings, wordScanner('rules', { evilword: 'critical' }));
    for (const name of ['first', 'second']) {
      const source = { type: 'git', url: server.url, ref: 'v1', path: `skills/${name}` };
      await call(201, 'POST', '/api/skills', { source });
    }
    await call(201, 'POST', '/api/skills', { ...inlineSkill('inline'), refs: { tags: ['v1'] } });
    server.intercept = counting;
  });
  afterEach(() => {
    server.intercept = counting;
  });
  after(async () => {
    await runs.close();
    await server.close();
  });

  const counting: GitServer['intercept'] = () => {
    requests += 1;
    return false;
  };

  async function call(
    status: number,
    method: string,
    path: string,
    body?: unknown,
    options: { key?: string; headers?: Record<string, string> } = {},
  ): Promise<AnswerBody> {
    const answer = await runs.app.call(method, path, body, options);
    assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async function planned(skill: string, ref: string, status = 200): Promise<Planned> {
    const body = { skill, providers: ['openai-test'], ref, dryRun: true };
    const { plan } = await call(status, 'POST', '/api/install-runs', body);
    return ((plan ?? []) as Planned[])[0] as Planned;
  }

  async function install(status: number, ref: string, more: object = {}): Promise<AnswerBody> {
    const body = { skill: 'first', providers: ['openai-test'], ref, ...more };
    return await call(status, 'POST', '/api/install-runs', body);
  }

  /** Rows of every table that a lookup could write to. */
  async function rowCounts(): Promise<unknown> {
    const { rows } = await sql`select
      (select count(*)::integer from skill_versions) as versions,
      (select count(*)::integer from skill_version_refs) as refs,
      (select count(*)::integer from skill_scans) as scans,
      (select count(*)::integer from blobs) as blobs,
      (select count(*)::integer from install_runs) as runs,
      (select count(*)::integer from audit_logs where action <> 'request.refuse') as audit`.execute(
      query(runs.app.ctx),
    );
    return rows[0];
  }

  it('mean what was recorded, without asking the repository', async () => {
    const [first = '', second = ''] = commits;
    requests = 0;
    const { digest } = await call(200, 'GET', '/api/skills/first/versions/latest');
    for (const ref of ['v1', first, first.slice(0, 7), String(digest)])
      assert.equal((await planned('first', ref)).to.number, 1, ref);
    assert.equal(requests, 0);
    // The branch is at the second commit; reading does not register it.
    for (const ref of ['main', second.slice(0, 9), 'v2']) {
      const refused = await call(404, 'GET', `/api/skills/first/versions/${ref}`);
      assert.match(String(refused['detail']), /installing it registers it, and so does POST/);
    }
    assert.equal(requests, 0);
  });

  it('that are unknown are shown by a dry run, which writes nothing', async () => {
    const before = await rowCounts();
    const entry = await planned('first', 'v3');
    assert.deepEqual([entry.to.id, entry.to.number, entry.effect], [null, null, 'create']);
    const blocked = await planned('first', 'v4');
    assert.equal(blocked.effect, 'blocked');
    assert.match(blocked.reasons.join(), /critical finding WORD-evilword/);
    await planned('first', 'v99', 404);
    const chat = { message: 'install first from tag v3 on openai-test', dryRun: true };
    const said = await call(200, 'POST', '/api/chat-ops', chat);
    assert.equal((said['plan'] as Planned[])[0]?.to.digest, entry.to.digest);
    const after = await rowCounts();
    assert.deepEqual({ ...(after as object), audit: 0 }, { ...(before as object), audit: 0 });
  });

  it('that are unknown are registered and installed in one request', async () => {
    const run = await runs.attempt(await runs.ask({ skill: 'first', ref: 'v3' }));
    assert.deepEqual([run.status, run.version?.number], ['success', 2]);
    const version = await call(200, 'GET', '/api/skills/first/versions/v3');
    assert.deepEqual(version['refs'], { labels: [], tags: ['v3'], branches: [], commit: commits[2] });
    const skill = await call(200, 'GET', '/api/skills/first');
    assert.equal((skill['latestVersion'] as { number: number }).number, 1, 'latest stays where it is');
    const { items } = await call(200, 'GET', '/api/audit-logs?action=skill.add_version');
    const [row] = items as { actor: { type: string }; target: { name: string }; change: AnswerBody }[];
    assert.deepEqual([row?.actor.type, row?.target.name, row?.change['number']], ['bootstrap', 'first', 2]);
    assert.deepEqual(row?.change['refs'], { added: ['tag v3', `commit ${commits[2]}`], moved: [] });

    // A branch at the same commit is a further name of that version.
    assert.equal((await planned('first', 'feature/Upper')).to.number, 2);
    await install(202, 'feature/Upper', { providers: ['openai-test'] });
    assert.equal((await call(200, 'GET', '/api/skills/first/versions/feature%2FUpper'))['number'], 2);
    for (const { id, status } of (await call(200, 'GET', '/api/install-runs'))['items'] as {
      id: string;
      status: string;
    }[])
      if (status === 'queued') await runs.attempt(id);
  });

  it('become the latest version once somebody registers them', async () => {
    const source = { type: 'git', url: server.url, ref: 'v3', path: 'skills/first' };
    const again = await call(200, 'POST', '/api/skills/first/versions', { source });
    assert.equal(again['number'], 2);
    const skill = await call(200, 'GET', '/api/skills/first');
    assert.equal((skill['latestVersion'] as { number: number }).number, 2);
    const older = await call(200, 'POST', '/api/skills/first/versions', { source: { ...source, ref: 'v1' } });
    assert.equal(older['number'], 1);
    assert.equal((await planned('first', 'latest')).to.number, 2, 'the newest stays the latest');
  });

  it('stay at what was recorded when they move, until a version is added', async () => {
    assert.equal((await planned('first', 'main')).to.id, null);
    await runs.attempt(await runs.ask({ skill: 'first', ref: 'main' }));
    const { digest } = await call(200, 'GET', '/api/skills/first/versions/main');
    server.git('branch', '--force', 'moving', commits[4] ?? '');
    server.git('checkout', '--quiet', '-B', 'main', commits[4] ?? '');
    requests = 0;
    assert.equal((await planned('first', 'main')).to.digest, digest);
    assert.equal(requests, 0);
    const source = { type: 'git', url: server.url, ref: 'main', path: 'skills/first' };
    const moved = await call(201, 'POST', '/api/skills/first/versions', { source });
    assert.deepEqual((moved['refs'] as AnswerBody)['branches'], ['main']);
    assert.deepEqual((moved['refs'] as AnswerBody)['tags'], ['v5']);
    assert.equal((await planned('first', 'main')).to.digest, moved['digest']);
    const { items } = await call(200, 'GET', '/api/audit-logs?action=skill.add_version&limit=1');
    const [row] = items as { change: { refs: { moved: string[] } } }[];
    assert.deepEqual(row?.change.refs.moved, ['branch main']);
  });

  it('of many skills are read in one visit, and all or none of them', async () => {
    requests = 0;
    const both = { skills: ['first', 'second'], skill: undefined };
    const { runs: made } = await install(202, commits[1]?.slice(0, 10) ?? '', both);
    const versions = (made as { version: { number: number } }[]).map(({ version }) => version.number);
    assert.equal(versions.length, 2);
    assert.ok(requests <= 4, `${requests} requests`);
    for (const { id, status } of (await call(200, 'GET', '/api/install-runs'))['items'] as {
      id: string;
      status: string;
    }[])
      if (status === 'queued') await call(200, 'POST', `/api/install-runs/${id}/cancel`);

    // The tag has the second skill, but nothing of the first; and the inline one has no repository.
    const before = await rowCounts();
    for (const [skills, ref, status] of [
      [['second', 'first'], 'broken', 400],
      [['second', 'inline'], 'v5', 404],
      [['second', 'unheard-of'], 'v5', 404],
    ] as const)
      await install(status, ref, { skills, skill: undefined });
    await install(404, 'v5', { skill: 'second', providers: ['nowhere'] });
    assert.deepEqual(await rowCounts(), before);
  });

  it('that the repository does not have are 404, and an unreachable one 502 naming its host', async () => {
    const missing = await install(404, 'v77');
    assert.equal(missing['code'], 'not_found:skill');
    assert.match(String(missing['detail']), /no version v77, neither here nor at 127\.0\.0\.1:\d+$/);
    assert.equal((missing['issues'] as { path: string }[])[0]?.path, '/ref');
    for (const ref of ['HEAD', '77', 'sha256:0', 'refs/pull/1/head', 'a b']) {
      requests = 0;
      await install(404, ref);
      assert.equal(requests, 0, ref);
    }
    for (const status of [500, 404, 401]) {
      server.intercept = (_request, response) => {
        response.writeHead(status).end('secret words of the server');
        return true;
      };
      const refused = await install(502, 'v77');
      assert.equal(refused['code'], 'bad_gateway:skill');
      assert.match(String(refused['detail']), /^127\.0\.0\.1:\d+: /);
      assert.doesNotMatch(JSON.stringify(refused), /repository\/\.git|secret words/);
    }
    server.intercept = (request) => {
      request.destroy();
      return true;
    };
    assert.equal((await install(502, 'v77'))['code'], 'bad_gateway:skill');
    const said = await call(200, 'POST', '/api/chat-ops', { message: 'install first@v77 on openai-test' });
    assert.deepEqual([said['accepted'], said['reason']], [false, 'unknown_ref']);
    assert.match(String(said['message']), /127\.0\.0\.1/);
  });

  it('are for operators, and looked up once for an Idempotency-Key', async () => {
    const viewer = String((await call(201, 'POST', '/api/keys', { name: 'v', role: 'viewer' }))['key']);
    const operator = String((await call(201, 'POST', '/api/keys', { name: 'o', role: 'operator' }))['key']);
    const body = { skill: 'second', providers: ['openai-test'], ref: 'v3' };
    requests = 0;
    for (const dryRun of [true, false])
      await call(403, 'POST', '/api/install-runs', { ...body, dryRun }, { key: viewer });
    const message = 'install second from tag v3 on openai-test';
    const said = await call(200, 'POST', '/api/chat-ops', { message }, { key: viewer });
    assert.equal(said['reason'], 'forbidden');
    assert.equal(requests, 0);
    const headers = { 'idempotency-key': 'once' };
    const made = await call(202, 'POST', '/api/install-runs', body, { key: operator, headers });
    assert.ok(requests > 0);
    requests = 0;
    const replayed = await call(202, 'POST', '/api/install-runs', body, { key: operator, headers });
    assert.equal(replayed['batchId'], made['batchId']);
    await call(422, 'POST', '/api/install-runs', { ...body, ref: 'v5' }, { key: operator, headers });
    assert.equal(requests, 0);
    const [runId] = made['runIds'] as string[];
    assert.equal((await runs.attempt(runId ?? '')).status, 'success');
  });

  it('become one version, however many ask at once', async () => {
    const tip = server.commit({ 'skills/second/SKILL.md': skillMd('second', 'Asked for by many.') });
    server.git('tag', 'at-once', tip);
    const asked = await Promise.all(
      Array.from({ length: 4 }, async () => await install(202, 'at-once', { skill: 'second' })),
    );
    const runIds = new Set(asked.flatMap(({ runIds: ids }) => ids as string[]));
    assert.equal(runIds.size, 1);
    const { items } = await call(200, 'GET', '/api/audit-logs?action=skill.add_version&limit=4');
    const made = (items as { change: { refs: { added: string[] } } }[]).filter(({ change }) =>
      change.refs.added.includes('tag at-once'),
    );
    assert.equal(made.length, 1);
    assert.equal((await runs.attempt([...runIds][0] ?? '')).status, 'success');
  });

  it('are looked up for chat, in the case they were written in', async () => {
    server.git('tag', 'Release-9', commits[0] ?? '');
    const source = { type: 'git', url: server.url, ref: 'v5', path: 'skills/second' };
    await call(201, 'POST', '/api/skills/second/versions', { source });
    const said = await call(200, 'POST', '/api/chat-ops', {
      message: 'Please install second from tag Release-9 on openai-test',
    });
    assert.equal(said['accepted'], true, JSON.stringify(said));
    assert.equal((said['intent'] as { ref: string }).ref, 'Release-9');
    const [runId] = said['runIds'] as string[];
    const run = await runs.attempt(runId ?? '');
    assert.deepEqual([run.status, run.version?.number], ['success', 1]);
    const blocked = await call(200, 'POST', '/api/chat-ops', {
      message: 'install second from tag v4 on openai-test',
    });
    assert.equal(blocked['reason'], 'blocked_skill');
  });
});
