/** An import whose process is killed in the middle is finished by the next one, and nothing is made twice. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createEmptyPostgres, ENGINES, skipReason } from '../support/databases.ts';
import { type GitServer, serveGit } from '../support/git-server.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { skillMd } from '../support/skills.ts';
import { until } from '../support/until.ts';

const KEY = 'an-admin-key-of-more-than-32-characters';
const SKILLS = 90;

for (const engine of ENGINES) {
  describe(`an import that is killed (${engine})`, { skip: skipReason(engine) }, () => {
    const started: ServerProcess[] = [];
    const folder = mkdtempSync(join(tmpdir(), 'skillconvoy-import-'));
    let git: GitServer;
    let empty: { url: string; drop: () => Promise<void> } | null = null;

    before(async () => {
      git = await serveGit();
      if (engine === 'postgres') empty = await createEmptyPostgres();
      const names = Array.from({ length: SKILLS }, (_, index) => `killed-${index}`);
      git.commit(Object.fromEntries(names.map((name) => [`skills/${name}/SKILL.md`, skillMd(name)])));
    });
    after(async () => {
      for (const server of started) server.kill('SIGKILL');
      await Promise.all(started.map((server) => server.ended));
      await Promise.all([git.close(), empty?.drop()]);
      rmSync(folder, { recursive: true, force: true });
    });

    function start(): ServerProcess {
      const server = startServer({
        DATA_DIR: folder,
        ADMIN_API_KEY: KEY,
        ENCRYPTION_KEY: Buffer.alloc(32, 3).toString('base64'),
        RUN_LEASE_MS: '1000',
        ALLOWED_HOSTS: git.host.host,
        ...(empty && { DATABASE_URL: empty.url }),
      });
      started.push(server);
      return server;
    }

    async function call(url: string, body?: object): Promise<Record<string, unknown>> {
      const response = await fetch(url, {
        method: body ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      return (await response.json()) as Record<string, unknown>;
    }

    it('is taken up again where it was', async () => {
      const first = start();
      const address = await first.ready();
      const { id } = await call(`${address}/api/skills/import`, { source: { type: 'git', url: git.url } });
      const path = `/api/skill-imports/${String(id)}`;
      await until(
        'it is in the middle',
        async () => ((await call(address + path))['progress'] as { done: number }).done >= 3,
        { every: 5, within: 30_000 },
      );
      first.kill('SIGKILL');
      await first.ended;

      const again = await start().ready();
      const done = await until(
        'it has ended',
        async () => {
          const shown = await call(again + path);
          return shown['finishedAt'] === null ? null : shown;
        },
        { within: 60_000 },
      );
      assert.deepEqual(done['counts'], { created: SKILLS, newVersion: 0, unchanged: 0, refused: 0 });
      assert.equal(done['status'], 'success');
      const { items } = await call(`${again}/api/skills?limit=100`);
      const skills = items as { name: string; latestVersion: { number: number } }[];
      assert.equal(skills.filter(({ name }) => name.startsWith('killed-')).length, SKILLS);
      assert.ok(skills.every(({ latestVersion }) => latestVersion.number === 1));
    });
  });
}
