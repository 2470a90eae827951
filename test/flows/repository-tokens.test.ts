/** Tokens of private repositories: kept with the skill, sent to their address only, and never to be read again. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { checkEncryptionKeys } from '../../lib/connections/check-encryption-keys.ts';
import { query } from '../../lib/db/database.ts';
import { createSecretBox } from '../../lib/kernel/secret-box.ts';
import type { Skill } from '../../lib/skills/schema.ts';
import type { AnswerBody } from '../support/app.ts';
import { describeEachEngine } from '../support/databases.ts';
import { type GitServer, serveGit } from '../support/git-server.ts';
import { everythingStored, formsOf } from '../support/secrets.ts';
import { startServer } from '../support/server-process.ts';
import { skillMd } from '../support/skills.ts';
import { type SteppedRuns, startSteppedRuns } from '../support/stepped-runs.ts';

const TOKEN = 'ghp-a-token-of-a-private-repository-1234';
const OTHER_TOKEN = 'ghp-another-token-that-came-later-5678';
const WRONG_TOKEN = 'ghp-a-token-that-is-not-good-9012';

function secretsIn(texts: readonly string[]): string[] {
  const forms = [TOKEN, OTHER_TOKEN, WRONG_TOKEN].flatMap((token) => [
    ...formsOf(token),
    Buffer.from(`x-access-token:${token}`).toString('base64'),
  ]);
  return forms.flatMap((form) => texts.filter((text) => text.includes(form)));
}

function commitSkills(server: GitServer, text: string): string {
  const files = ['kept', 'moved', 'told'].map((name) => [`skills/${name}/SKILL.md`, skillMd(name, text)]);
  return server.commit(Object.fromEntries(files) as Record<string, string>);
}

describeEachEngine('tokens of repositories', (open) => {
  let runs: SteppedRuns;
  let server: GitServer;
  let other: GitServer;
  const answers: string[] = [];

  before(async () => {
    server = await serveGit();
    other = await serveGit();
    for (const each of [server, other]) commitSkills(each, 'One.');
    server.git('tag', 'v1');
    runs = await startSteppedRuns(await open(), { allowedHosts: ['127.0.0.1'], providerTimeoutMs: 5000 });
    server.token = TOKEN;
  });
  afterEach(() => {
    server.token = TOKEN;
  });
  after(async () => {
    await runs.close();
    await Promise.all([server.close(), other.close()]);
  });

  async function call(status: number, method: string, path: string, body?: unknown): Promise<AnswerBody> {
    const answer = await runs.app.call(method, path, body);
    answers.push(JSON.stringify([...answer.headers]), JSON.stringify(answer.body));
    assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  function source(name: string, more: object = {}): object {
    return { source: { type: 'git', url: server.url, path: `skills/${name}`, ...more } };
  }

  async function repositoryOf(name: string): Promise<NonNullable<Skill['repository']>> {
    const { repository } = (await call(200, 'GET', `/api/skills/${name}`)) as unknown as Skill;
    assert.ok(repository);
    return repository;
  }

  async function add(status: number, name: string, more: object = {}): Promise<AnswerBody> {
    return await call(status, 'POST', `/api/skills/${name}/versions`, source(name, more));
  }

  async function setRepository(name: string): Promise<unknown[]> {
    const { items } = await call(200, 'GET', '/api/audit-logs?action=skill.set_repository&limit=100');
    return (items as { target: { name: string }; change: unknown }[])
      .filter(({ target }) => target.name === name)
      .map(({ change }) => change);
  }

  it('are shown by their end and fingerprint only, and read later versions', async () => {
    await call(400, 'POST', '/api/skills', source('kept'));
    await call(400, 'POST', '/api/skills', source('kept', { token: WRONG_TOKEN }));
    const made = (await call(
      201,
      'POST',
      '/api/skills',
      source('kept', { token: TOKEN }),
    )) as unknown as Skill;
    const credential = made.repository?.credential;
    assert.deepEqual(made.repository, {
      url: server.url,
      path: 'skills/kept',
      credential: { hint: '1234', fingerprint: credential?.fingerprint, updatedAt: credential?.updatedAt },
    });
    assert.match(credential?.fingerprint ?? '', /^[0-9a-f]{16}$/);
    assert.deepEqual(await setRepository('kept'), [
      { host: server.host.host, credential: credential?.fingerprint },
    ]);

    commitSkills(server, 'Two.');
    server.git('tag', 'v2');
    assert.equal((await add(201, 'kept', { ref: 'v2' }))['number'], 2);
    assert.deepEqual(await repositoryOf('kept'), made.repository);
    assert.equal((await setRepository('kept')).length, 1, 'nothing changed');
    const { items } = await call(200, 'GET', '/api/skills?q=kept');
    assert.deepEqual((items as Skill[])[0]?.repository, made.repository);
  });

  it('look up what an install asks for', async () => {
    commitSkills(server, 'Three.');
    server.git('tag', 'v3');
    const run = await runs.attempt(await runs.ask({ skill: 'kept', ref: 'v3' }));
    assert.deepEqual([run.status, run.version?.number], ['success', 3]);
    server.token = OTHER_TOKEN;
    const install = { skill: 'kept', providers: ['openai-test'], ref: 'v4' };
    const refused = await call(502, 'POST', '/api/install-runs', install);
    assert.match(String(refused['detail']), /this token may not read it/);
  });

  it('are replaced when another one reads the repository', async () => {
    const before = await repositoryOf('kept');
    await add(400, 'kept', { token: WRONG_TOKEN });
    assert.deepEqual(await repositoryOf('kept'), before);
    server.token = OTHER_TOKEN;
    await add(200, 'kept', { ref: 'v1', token: OTHER_TOKEN });
    const now = await repositoryOf('kept');
    assert.equal(now.credential?.hint, '5678');
    assert.notEqual(now.credential?.fingerprint, before.credential?.fingerprint);
    await add(200, 'kept', { ref: 'v2' });
    assert.equal((await setRepository('kept')).length, 2);
  });

  it('go to no other address, and are forgotten when the skill moves there', async () => {
    await call(201, 'POST', '/api/skills', source('moved', { token: TOKEN }));
    const seen: (string | undefined)[] = [];
    other.intercept = (request) => {
      seen.push(request.headers.authorization);
      return false;
    };
    // Another folder of the same server, and another way to write the address, are other addresses, too.
    for (const url of [`${server.host.url}/elsewhere/.git`, `${server.url}/`])
      await add(400, 'moved', { url });
    await add(201, 'moved', { url: other.url, ref: 'main' });
    assert.ok(seen.length > 0);
    assert.deepEqual([...new Set(seen)], [undefined]);
    assert.deepEqual(await repositoryOf('moved'), { url: other.url, path: 'skills/moved', credential: null });
    await add(400, 'moved', { ref: 'v1' });
    const sent = server.host.requests.filter(({ url }) => url?.startsWith('/elsewhere'));
    assert.deepEqual([...new Set(sent.map(({ headers }) => headers.authorization))], [undefined]);
  });

  it('open for their own skill and address only', async () => {
    await call(201, 'POST', '/api/skills', source('told', { token: TOKEN }));
    await checkEncryptionKeys(runs.app.ctx);
    const otherKeys = createSecretBox([Buffer.alloc(32, 9)]);
    await assert.rejects(
      checkEncryptionKeys({ ...runs.app.ctx, secretBox: otherKeys }),
      /ENCRYPTION_KEY: .*\(tokens of repositories\)/,
    );
    const db = query(runs.app.ctx);
    const { token_sealed: sealed } = await db
      .selectFrom('skill_repositories')
      .innerJoin('skills', 'skills.id', 'skill_repositories.skill_id')
      .select('token_sealed')
      .where('skills.name', '=', 'told')
      .executeTakeFirstOrThrow();
    await db
      .updateTable('skill_repositories')
      .set({ token_sealed: sealed })
      .where('token_sealed', 'is not', null)
      .execute();
    const refused = await add(409, 'kept', { ref: 'v1' });
    assert.match(String(refused['detail']), /cannot be opened with ENCRYPTION_KEY/);
  });

  it('end with their skill', async () => {
    await call(204, 'DELETE', '/api/skills/told');
    const rows = await query(runs.app.ctx)
      .selectFrom('skill_repositories')
      .innerJoin('skills', 'skills.id', 'skill_repositories.skill_id')
      .select('skills.name')
      .execute();
    assert.deepEqual(rows.map(({ name }) => name).toSorted(), ['kept', 'moved']);
    await call(201, 'POST', '/api/skills', source('told', { token: TOKEN }));
  });

  it('are in no answer, no row and no audit record', async () => {
    await call(400, 'POST', '/api/skills', source('told', { token: `${TOKEN} ` }));
    await call(400, 'POST', '/api/skills', source('told', { token: { value: TOKEN } }));
    await call(400, 'POST', '/api/skills', source('told', { password: TOKEN }));
    const stored = await everythingStored(runs.app.ctx);
    assert.ok(stored.some((text) => text.includes('skills/told')));
    assert.deepEqual(secretsIn(answers), []);
    assert.deepEqual(secretsIn(stored), []);
  });
});

describe('a token of a repository', () => {
  it('is in no line of the log, at any level', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'skillconvoy-tokens-'));
    const server = await serveGit();
    const key = 'an-admin-key-of-more-than-32-characters';
    commitSkills(server, 'One.');
    server.token = TOKEN;
    const program = startServer({
      DATA_DIR: join(folder, 'data'),
      ADMIN_API_KEY: key,
      ALLOWED_HOSTS: server.host.host,
      LOG_LEVEL: 'trace',
    });
    try {
      const address = await program.ready();
      const register = async (token: string): Promise<number> => {
        const answer = await fetch(`${address}/api/skills`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify({ source: { type: 'git', url: server.url, path: 'skills/told', token } }),
        });
        return answer.status;
      };
      assert.equal(await register(WRONG_TOKEN), 400);
      assert.equal(await register(TOKEN), 201);
      server.intercept = (request) => {
        request.destroy();
        return true;
      };
      assert.equal(await register(TOKEN), 502);
      assert.match(program.output(), /Server listening/);
    } finally {
      program.kill('SIGTERM');
      await program.ended;
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    }
    assert.deepEqual(secretsIn([program.output()]), []);
  });
});
