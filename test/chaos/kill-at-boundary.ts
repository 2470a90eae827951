/** Preloaded by a worker: counts what it asks of the database, the provider and the disk for its run, and dies at the k-th. */
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import files from 'node:fs/promises';
import { createRequire, syncBuiltinESMExports } from 'node:module';

const killAt = Number(process.env['KILL_AT'] ?? 0);
const report = process.env['BOUNDARY_FILE'] ?? '';
let passed = 0;
/** From the claim of a run on. */
let isCounting = false;

function boundary(what: string): void {
  if (!isCounting) return;
  passed += 1;
  appendFileSync(report, `${what}\n`);
  if (passed === killAt) process.kill(process.pid, 'SIGKILL');
}

/** What only looks whether there is something to do says nothing about a run. */
function isAboutRun(text: string): boolean {
  if (/free_run_slots|statement_timestamp|held\("runId"|audit_unsealed|audit_seals/.test(text)) return false;
  return /install_runs|provider_intents|installations|^(?:begin|commit)/i.test(text);
}

type Query = (...given: readonly unknown[]) => unknown;
const { Client } = createRequire(import.meta.url)('pg') as { Client: { prototype: { query: Query } } };
const { query } = Client.prototype;
Client.prototype.query = function counted(this: unknown, ...given) {
  const [first] = given;
  const text = typeof first === 'string' ? first : ((first as { text?: string }).text ?? '');
  const words = text.trim().replace(/\s+/g, ' ').slice(0, 60);
  if (isAboutRun(text)) boundary(`before ${words}`);
  const asked = query.apply(this, [...given]);
  if (!(asked instanceof Promise)) return asked;
  return asked.then((answer: unknown) => {
    const { rows } = answer as { rows: readonly unknown[] };
    if (text.includes('free_run_slots') && rows.length > 0) isCounting = true;
    if (isAboutRun(text)) boundary(`after ${words}`);
    return answer;
  });
};

interface UndiciMessage {
  readonly request: { readonly method: string; readonly path: string };
}
subscribe('undici:request:create', (message) => {
  const { method, path } = (message as UndiciMessage).request;
  boundary(`before ${method} ${path}`);
});
subscribe('undici:request:trailers', (message) => {
  const { method, path } = (message as UndiciMessage).request;
  boundary(`after ${method} ${path}`);
});

for (const name of ['rename', 'rm', 'mkdir'] as const) {
  const real = files[name] as (...given: readonly unknown[]) => Promise<unknown>;
  const counted = async (...given: readonly unknown[]): Promise<unknown> => {
    boundary(`before ${name}`);
    const done = await real(...given);
    boundary(`after ${name}`);
    return done;
  };
  Object.assign(files, { [name]: counted });
}
syncBuiltinESMExports();
