/** What one provider that hangs, fails or asks for patience costs the installs of another. */
import { startProviders } from '../test/support/app.ts';
import { inlineSkill } from '../test/support/skills.ts';
import { ask } from './ask.ts';
import type { Engine } from './engines.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { milliseconds, quantile, ratio, type Table } from './table.ts';

const SKILLS = 50;
const JSON_ANSWER = { 'content-type': 'application/json' };
const REFUSED = { error: { message: 'Not now.', type: 'server_error', code: null } };

type Providers = Awaited<ReturnType<typeof startProviders>>;
type Then = Providers['faults']['openai']['script'][number]['then'];

/** What becomes of every request to A; undefined for nothing, null for no runs there at all. */
const SITUATIONS: readonly (readonly [name: string, then: Then | null])[] = [
  ['nothing goes to A', null],
  ['A works', undefined],
  ['A never answers', 'half-open'],
  [
    'A answers 429, Retry-After 30',
    { status: 429, headers: { ...JSON_ANSWER, 'retry-after': '30' }, body: REFUSED },
  ],
  ['A answers 503', { status: 503, headers: JSON_ANSWER, body: REFUSED }],
  ['A drops every connection', 'drop'],
  ['nothing goes to A, again', null],
];

export async function benchPoliteness(engines: readonly Engine[]): Promise<Table> {
  const rows: string[][] = [];
  for (const engine of engines) rows.push(...(await measure(engine)));
  return {
    title: 'Politeness: installs at provider B while provider A is in trouble',
    notes: [
      `${SKILLS} installs at B, one after the other, from the request to the success that a waiting read tells of,`,
      `while ${SKILLS} runs for A were queued before them. One server process with one worker; emulated providers over HTTP.`,
      'Ratios are to the first row.',
    ],
    head: ['database', 'situation', 'p50 of B', 'p95 of B', 'slowest', 'p95 ratio'],
    rows,
  };
}

async function measure(engine: Engine): Promise<string[][]> {
  const rows: string[][] = [];
  let idle: number | null = null;
  for (const [name, then] of SITUATIONS) {
    const durations = await inSituation(engine, then);
    const p95 = quantile(durations, 0.95);
    idle ??= p95;
    const figures = [quantile(durations, 0.5), p95, Math.max(...durations)];
    rows.push([engine.name, name, ...figures.map((each) => milliseconds(each)), ratio(p95, idle)]);
  }
  return rows;
}

/** Each in a server and a database of its own, so that nothing is left of the one before. */
async function inSituation(engine: Engine, then: Then | null): Promise<number[]> {
  const place = await engine.place();
  const providers = await startProviders();
  const server = await startServer(place, { SANDBOX: 'off', ALLOWED_HOSTS: '127.0.0.1' });
  try {
    const skills = Array.from({ length: SKILLS }, (_, index) => `polite-${index + 1}`);
    for (const skill of skills) await ask(server, 'POST', '/api/skills', inlineSkill(skill));
    for (const slug of ['warm-up', 'b']) await connect(server, providers, 'claude', slug);
    await connect(server, providers, 'openai', 'a');
    // Everything is loaded and compiled before anything is measured.
    await installEach(server, skills, 'warm-up');
    if (then === null) return await installEach(server, skills, 'b');
    if (then !== undefined) providers.faults.openai.script.push({ times: Number.MAX_SAFE_INTEGER, then });
    await ask(server, 'POST', '/api/install-runs', { skills, providers: ['a'] });
    return await installEach(server, skills, 'b');
  } finally {
    await server.kill();
    await providers.close();
    await place.remove();
  }
}

async function connect(
  server: ServerProcess,
  providers: Providers,
  kind: 'openai' | 'claude',
  slug: string,
): Promise<void> {
  const body = { ...providers.connections[kind], slug };
  const { status } = await ask(server, 'POST', '/api/providers', body);
  if (status !== 'active') throw new Error(`${slug} is ${String(status)}`);
}

/** Milliseconds of each install. */
async function installEach(
  server: ServerProcess,
  skills: readonly string[],
  provider: string,
): Promise<number[]> {
  const durations: number[] = [];
  for (const skill of skills) {
    const startedAt = performance.now();
    const made = await ask(server, 'POST', '/api/install-runs', { skill, providers: [provider] });
    const [id] = made['runIds'] as string[];
    await untilSucceeded(server, id ?? '');
    durations.push(performance.now() - startedAt);
  }
  return durations;
}

async function untilSucceeded(server: ServerProcess, id: string): Promise<void> {
  for (;;) {
    const { status } = await ask(server, 'GET', `/api/install-runs/${id}`, undefined, { prefer: 'wait=30' });
    if (status === 'success') return;
    if (status !== 'queued' && status !== 'running') throw new Error(`${id} is ${String(status)}`);
  }
}
