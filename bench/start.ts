/** How long the program takes from its start until it is ready. */
import type { Engine } from './engines.ts';
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
    notes: [
      `${STARTS} starts each, sandbox providers on; Node's compile cache is warm from the second one on.`,
    ],
    head: ['database', 'median', 'fastest', 'slowest'],
    rows,
  };
}

async function startsOnNew(engine: Engine): Promise<number[]> {
  const durations: number[] = [];
  for (let round = 0; round < STARTS; round += 1) {
    const place = await engine.place();
    try {
      const server = await startServer(place);
      await server.kill();
      durations.push(server.readyMs);
    } finally {
      await place.remove();
    }
  }
  return durations;
}

async function startsOnExisting(engine: Engine): Promise<number[]> {
  const place = await engine.place();
  try {
    await (await startServer(place)).stop();
    const durations: number[] = [];
    for (let round = 0; round < STARTS; round += 1) {
      const server = await startServer(place);
      await server.stop();
      durations.push(server.readyMs);
    }
    return durations;
  } finally {
    await place.remove();
  }
}

function shown(durations: readonly number[]): string[] {
  return [median(durations), Math.min(...durations), Math.max(...durations)].map((duration) =>
    milliseconds(duration),
  );
}
