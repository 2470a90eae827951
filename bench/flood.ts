/** A flood of what is refused: how much of it one process answers, what it costs the others, and whether memory stays flat. */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import autocannon from 'autocannon';
import { inlineSkill } from '../test/support/skills.ts';
import { ask } from './ask.ts';
import type { Engine } from './engines.ts';
import { ADMIN_KEY, type ServerProcess, startServer } from './server-process.ts';
import { milliseconds, perSecond, quantile, type Table } from './table.ts';

const CONNECTIONS = 32;
const HALF_SENT = 2000;
const ROUNDS = 3;
const READS_EVERY_MS = 50;
const SAMPLED_EVERY_MS = 100;
const MEGABYTE = 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };

interface Flood {
  readonly name: string;
  pour(server: ServerProcess, keys: Keys, seconds: number): Promise<Poured>;
}
interface Keys {
  /** Whom the flood is sent with, where it needs a key. */
  readonly greedy: string;
  readonly reader: string;
}
interface Poured {
  readonly count: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
}

const FLOODS: readonly Flood[] = [
  requests('no key', () => [{ method: 'GET', path: '/api/skills' }]),
  requests('wrong keys', () => wrongKeys()),
  requests('one key, far over its limit', ({ greedy }) => [
    {
      method: 'GET',
      path: '/api/skills',
      headers: { authorization: `Bearer ${greedy}` },
    },
  ]),
  requests('bodies of 2 MB', () => [posting('x'.repeat(2 * MEGABYTE))]),
  requests('JSON 100,000 deep', () => [posting('['.repeat(100_000))]),
  { name: `${HALF_SENT} half-sent headers`, pour: halfSend },
];

export async function benchFlood(engines: readonly Engine[], seconds: number): Promise<Table> {
  const rows: string[][] = [];
  for (const engine of engines) rows.push(...(await measure(engine, seconds)));
  return {
    title: 'A flood of requests that are refused, on one server process',
    notes: [
      `${CONNECTIONS} connections for ${seconds} s a kind, ${ROUNDS} rounds of all kinds; figures of the last round. The flood comes from a thread of its own that shares the machine's cores with the server.`,
      `Reader: GET /api/skills of another key, every ${READS_EVERY_MS} ms meanwhile. Memory: the most the server process (RSS) had in each round.`,
    ],
    head: ['flood', 'database', 'refused/s', 'answers', 'reader p50', 'p95', 'memory by round'],
    rows,
  };
}

async function measure(engine: Engine, seconds: number): Promise<string[][]> {
  const place = await engine.place();
  const server = await startServer(place, { SANDBOX: 'off', RATE_LIMIT_PER_MINUTE: '6000' });
  try {
    const keys = { greedy: await makeKey(server), reader: await makeKey(server) };
    for (let index = 0; index < 50; index += 1)
      await ask(server, 'POST', '/api/skills', inlineSkill(`skill-${index}`));
    const quiet = await observe(server, keys, async () => {
      await pause(seconds * 1000);
      return { count: 0, statuses: {} };
    });
    const rounds: Observed[][] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const observed: Observed[] = [];
      for (const flood of FLOODS)
        observed.push(await observe(server, keys, async () => await flood.pour(server, keys, seconds)));
      rounds.push(observed);
    }
    const memory = (kind: number) =>
      rounds.map((observed) => `${Math.round(observed[kind]?.megabytes ?? Number.NaN)}`).join(' · ');
    return [
      ['nothing', engine.name, ...shown(quiet), `${Math.round(quiet.megabytes)} MB`],
      ...FLOODS.map(({ name }, kind) => {
        const last = rounds.at(-1)?.[kind];
        return [name, engine.name, ...(last ? shown(last) : []), `${memory(kind)} MB`];
      }),
    ];
  } finally {
    await server.stop();
    await place.remove();
  }
}

async function makeKey(server: ServerProcess): Promise<string> {
  const made = await ask(server, 'POST', '/api/keys', { name: 'bench', role: 'viewer' });
  return String(made['key']);
}

interface Observed extends Poured {
  readonly seconds: number;
  /** Milliseconds, one for each read. */
  readonly reads: readonly number[];
  readonly megabytes: number;
}

async function observe(server: ServerProcess, keys: Keys, pour: () => Promise<Poured>): Promise<Observed> {
  const over = new AbortController();
  const reads: number[] = [];
  let megabytes = 0;
  const watching = (async () => {
    while (!over.signal.aborted) {
      megabytes = Math.max(megabytes, memoryOf(server));
      await pause(SAMPLED_EVERY_MS);
    }
  })();
  const reading = (async () => {
    while (!over.signal.aborted) {
      const startedAt = performance.now();
      const headers = { authorization: `Bearer ${keys.reader}` };
      const answer = await fetch(`${server.url}/api/skills`, { headers });
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`the reader was answered ${answer.status}`);
      reads.push(performance.now() - startedAt);
      await pause(READS_EVERY_MS);
    }
  })();
  const startedAt = performance.now();
  const poured = await pour();
  const seconds = (performance.now() - startedAt) / 1000;
  over.abort();
  await Promise.all([watching, reading]);
  return { ...poured, seconds, reads, megabytes };
}

function requests(name: string, list: (keys: Keys) => autocannon.Request[]): Flood {
  return {
    name,
    async pour(server, keys, seconds) {
      const options = {
        url: server.url,
        connections: CONNECTIONS,
        duration: seconds,
        requests: list(keys),
        workers: 1,
      };
      const { statusCodeStats, errors } = await autocannon(options);
      const statuses = Object.fromEntries(
        Object.entries(statusCodeStats).map(([status, { count }]) => [status, count]),
      );
      const count = Object.values(statuses).reduce((sum, each) => sum + each, 0);
      return { count, statuses: errors > 0 ? { ...statuses, cut: errors } : statuses };
    },
  };
}

function wrongKeys(): autocannon.Request[] {
  return Array.from({ length: 100 }, (_, index) => ({
    method: 'GET',
    path: '/api/skills',
    headers: { authorization: `Bearer skc_${String(index).repeat(20)}` },
  }));
}

function posting(body: string): autocannon.Request {
  return {
    method: 'POST',
    path: '/api/chat-ops',
    headers: { ...JSON_TYPE, authorization: `Bearer ${ADMIN_KEY}` },
    body,
  };
}

/** Many connections that begin a request and send one byte of its headers now and then. */
async function halfSend(server: ServerProcess, _keys: Keys, seconds: number): Promise<Poured> {
  const { port } = new URL(server.url);
  const statuses: Record<string, number> = {};
  const sockets: Socket[] = [];
  for (let index = 0; index < HALF_SENT; index += 1) {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      const status = /^HTTP\/1\.1 (\d+)/.exec(chunk.toString('latin1'))?.[1] ?? 'other';
      statuses[status] = (statuses[status] ?? 0) + 1;
    });
    socket.write('GET /api/skills HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    sockets.push(socket);
  }
  for (let second = 0; second < seconds; second += 1) {
    for (const socket of sockets) if (socket.writable) socket.write('a');
    await pause(1000);
  }
  for (const socket of sockets) socket.destroy();
  return { count: HALF_SENT, statuses };
}

/** Megabytes; not a number where the system does not tell. */
function memoryOf({ pid }: ServerProcess): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes) / 1024;
  } catch {
    return Number.NaN;
  }
}

function shown({ count, seconds, statuses, reads }: Observed): string[] {
  return [
    perSecond(count / seconds),
    Object.entries(statuses)
      .map(([status, number]) => `${number} × ${status}`)
      .join(', '),
    milliseconds(quantile(reads, 0.5), 1),
    milliseconds(quantile(reads, 0.95), 1),
  ];
}
