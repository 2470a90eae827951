/** How long the program takes from its start until it is ready. */
import type { Engine, Place } from './engines.ts';
import { startServer } from './server-process.ts';
import { median, milliseconds, type Table } from './table.ts';

const STARTS = 5;

export async function benchStart(engines: readonly Engine[]): Promise<Table> {
  const rows: string[][] = [];
  for (const engine of engines) {
    rows.push([`${engine.name}, empty`, ...shown(await startsOnNew(engine))]);
    rows.push([`${engine.name}, there already`, ...shown(await startsOnExisting(engine))]);
  }
  return {
    title: 'Start: process spawned until /readyz answers 200',
    notes: [`${STARTS} starts each, sandbox providers on; the compile cache of Node is warm.`],
    head: ['database', 'median', 'fastest', 'slowest'],
    rows,
  };
}

async function startsOnNew(engine: Engine): Promise<number[]> {
  // The first start after a change of the code fills the compile cache.
  await startOnNew(engine);
  const durations: number[] = [];
  for (let round = 0; round < STARTS; round += 1) durations.push(await startOnNew(engine));
  return durations;
}

async function startOnNew(engine: Engine): Promise<number> {
  const place = await engine.place();
  try {
    return await startAndStop(place);
  } finally {
    await place.remove();
  }
}

async function startsOnExisting(engine: Engine): Promise<number[]> {
  const place = await engine.place();
  try {
    await startAndStop(place);
    const durations: number[] = [];
    for (let round = 0; round < STARTS; round += 1) durations.push(await startAndStop(place));
    return durations;
  } finally {
    await place.remove();
  }
}

async function startAndStop(place: Place): Promise<number> {
  const server = await startServer(place);
  await server.stop();
  return server.readyMs;
}

function shown(durations: readonly number[]): string[] {
  return [median(durations), Math.min(...durations), Math.max(...durations)].map((duration) =>
    milliseconds(duration),
  );
}
