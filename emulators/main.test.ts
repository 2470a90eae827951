/** The command: prints where it serves, obeys a fault plan, ends on a signal. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emulators-'));
});
after(async () => await rm(folder, { recursive: true }));

describe('npm run emulate', () => {
  it('serves three providers until SIGTERM', async () => {
    const plan = join(folder, 'plan.json');
    await writeFile(plan, JSON.stringify({ openai: [{ then: { status: 503 } }] }));
    const child = spawn(process.execPath, [MAIN, '--port', '0', '--key', 'k', '--faults', plan]);
    const exited = once(child, 'exit');
    try {
      const urls: string[] = [];
      for await (const line of createInterface(child.stdout)) {
        urls.push(line.split(/\s+/)[1] ?? '');
        if (urls.length === 3) break;
      }
      const [openai, claude, gemini] = urls;
      const headers = { authorization: 'Bearer k', 'anthropic-version': '2026-10-21' };
      assert.equal((await fetch(`${openai}/skills`, { headers })).status, 503);
      assert.equal((await fetch(`${openai}/skills`, { headers })).status, 200);
      assert.equal((await fetch(`${claude}/v1/skills`, { headers })).status, 200);
      assert.equal((await fetch(`${claude}/v1/skills`)).status, 401);
      const skills = `${gemini}/projects/p/locations/us-central1/skills`;
      assert.equal((await fetch(skills, { headers })).status, 200);
    } finally {
      child.kill('SIGTERM');
    }
    assert.deepEqual(await exited, [0, null]);
  });

  it('says what is wrong with its arguments', async () => {
    const child = spawn(process.execPath, [MAIN, '--port', 'none']);
    assert.deepEqual(await once(child, 'exit'), [1, null]);
  });
});
