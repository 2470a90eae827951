/** The command: prints where it serves, obeys a fault plan, ends on a signal. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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

  it('has every answered request in its ledger file when it is killed', async () => {
    const file = join(folder, 'ledger.ndjson');
    const child = spawn(process.execPath, [MAIN, '--port', '0', '--key', 'k', '--ledger', file, '--control']);
    const exited = once(child, 'exit');
    try {
      const [line] = await once(createInterface(child.stdout), 'line');
      const url = String(line).split(/\s+/)[1] ?? '';
      const { origin } = new URL(url);
      const put = async (plan: string) => await fetch(`${origin}/__faults`, { method: 'POST', body: plan });
      const wrong = await put('{"openai": [{"then": "explode", "times": 0}]}');
      assert.equal(wrong.status, 400);
      assert.match(await wrong.text(), /openai\[0\]\.times/);
      assert.equal((await put('{"openai": [{"then": {"status": 418}}]}')).status, 204);
      assert.equal((await fetch(`${url}/skills`)).status, 418);
      const { entries } = (await (await fetch(`${origin}/__ledger`)).json()) as { entries: object[] };
      assert.equal(entries.length, 1);
      assert.equal((await fetch(`${url}/skills`)).status, 401);
    } finally {
      child.kill('SIGKILL');
    }
    await exited;
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { status: number }).status),
      [418, 401],
    );
  });

  it('says what is wrong with its arguments', async () => {
    const child = spawn(process.execPath, [MAIN, '--port', 'none']);
    assert.deepEqual(await once(child, 'exit'), [1, null]);
  });
});
