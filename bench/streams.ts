/** Many event streams open in one process: how long opening takes, what they weigh, and how late events come. */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { until } from '../test/support/until.ts';
import { inlineSkill } from '../test/support/skills.ts';
import type { Engine } from './engines.ts';
import { ask } from './ask.ts';
import { ADMIN_KEY, type ServerProcess, startServer } from './server-process.ts';
import { milliseconds, perSecond, quantile, type Table } from './table.ts';

const STREAMS = 5000;
/** How many are opened at the same time. */
const OPENING = 100;
const RUNS = 20;
const WAIT = { within: 60_000, every: 20 };

interface Measured {
  readonly openedMs: number;
  readonly megabytes: readonly [before: number, open: number, after: number];
  readonly events: number;
  /** From the time written on an event to its arrival, for each event on each stream. */
  readonly delays: readonly number[];
  readonly deliveredPerSecond: number;
}

export async function benchStreams(engines: readonly Engine[]): Promise<Table> {
  const rows: string[][] = [];
  for (const engine of engines) rows.push(shown(engine, await measure(engine)));
  return {
    title: `Event streams: ${STREAMS} readers of everything in one server process`,
    notes: [
      `${RUNS} runs into a folder, one after the other; the readers are in one process beside the server and share its cores.`,
      'Late: from the time the database wrote on an event to its arrival. Memory is that of the server process (RSS).',
    ],
    head: [
      'database',
      'opened in',
      'memory before',
      'open',
      'after',
      'events',
      'late p50',
      'p99',
      'slowest',
      'delivered',
    ],
    rows,
  };
}

async function measure(engine: Engine): Promise<Measured> {
  const place = await engine.place();
  const server = await startServer(place, { SANDBOX: 'off', STREAMS_PER_PRINCIPAL: String(STREAMS) });
  const readers: Reader[] = [];
  try {
    const config = { path: join(place.dataDir, 'skills') };
    await ask(server, 'POST', '/api/providers', { slug: 'folder', kind: 'local', config });
    // The first run warms everything up.
    await doRun(server, 'warm-up');
    const before = memoryOf(server);
    const startedAt = performance.now();
    while (readers.length < STREAMS) {
      const count = Math.min(OPENING, STREAMS - readers.length);
      readers.push(
        ...(await Promise.all(Array.from({ length: count }, async () => await openReader(server)))),
      );
    }
    const openedMs = performance.now() - startedAt;
    const open = memoryOf(server);
    const busyAt = performance.now();
    for (let number = 0; number < RUNS; number += 1) await doRun(server, `skill-${number}`);
    const events = await until(
      'every reader has every event',
      () => {
        const counts = new Set(readers.map(({ delays }) => delays.length));
        const [count = 0] = counts;
        return counts.size === 1 && count >= RUNS * 3 ? count : null;
      },
      WAIT,
    );
    const busySeconds = (performance.now() - busyAt) / 1000;
    return {
      openedMs,
      megabytes: [before, open, memoryOf(server)],
      events,
      delays: readers.flatMap(({ delays }) => delays),
      deliveredPerSecond: (events * STREAMS) / busySeconds,
    };
  } finally {
    for (const { socket } of readers) socket.destroy();
    await server.stop();
    await place.remove();
  }
}

interface Reader {
  readonly socket: Socket;
  /** Milliseconds, one for each event that came. */
  readonly delays: number[];
}

/** A bare socket, so that the readers cost little of what they measure. Resolves once the stream has begun. */
async function openReader(server: ServerProcess): Promise<Reader> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const delays: number[] = [];
  let rest = '';
  socket.setEncoding('utf8');
  socket.write(
    `GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ADMIN_KEY}\r\nAccept: text/event-stream\r\n\r\n`,
  );
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.on('data', (chunk: string) => {
      const now = Date.now();
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const at = /"at":"([^"]+)"/.exec(block)?.[1];
        if (at !== undefined) delays.push(now - Date.parse(at));
        else if (block.includes('retry:')) resolve();
      }
    });
  });
  return { socket, delays };
}

async function doRun(server: ServerProcess, skill: string): Promise<void> {
  await ask(server, 'POST', '/api/skills', inlineSkill(skill));
  const made = await ask(server, 'POST', '/api/install-runs', { skill, providers: ['folder'] });
  const [id] = made['runIds'] as string[];
  await until(
    `${id} has succeeded`,
    async () => {
      const headers = { prefer: 'wait=30' };
      return (
        (await ask(server, 'GET', `/api/install-runs/${id}`, undefined, headers))['status'] === 'success'
      );
    },
    WAIT,
  );
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

function shown(engine: Engine, measured: Measured): string[] {
  const slowest = measured.delays.reduce((most, delay) => Math.max(most, delay), 0);
  return [
    engine.name,
    `${(measured.openedMs / 1000).toFixed(1)} s`,
    ...measured.megabytes.map((each) => `${Math.round(each)} MB`),
    String(measured.events),
    ...[quantile(measured.delays, 0.5), quantile(measured.delays, 0.99), slowest].map((each) =>
      milliseconds(each),
    ),
    `${perSecond(measured.deliveredPerSecond)}/s`,
  ];
}
