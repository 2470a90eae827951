/** How many requests a second one server process answers. */
import autocannon from 'autocannon';
import { inlineSkill } from '../test/support/skills.ts';
import type { Engine } from './engines.ts';
import { ADMIN_KEY, startServer } from './server-process.ts';
import { perSecond, ratio, type Table } from './table.ts';

const CONNECTIONS = 10;
const WARM_UP_SECONDS = 1;
const SECONDS = 3;
const HEADERS = { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' };

export async function benchHttp(engines: readonly Engine[]): Promise<Table> {
  const rows: string[][] = [];
  for (const engine of engines) rows.push(...(await measure(engine)));
  return {
    title: 'HTTP: requests per second of one server process',
    notes: [
      `${CONNECTIONS} connections for ${SECONDS} s each after a warm-up; the load generator shares the machine.`,
      'of /healthz: the share of the rate that the same process answers /healthz at.',
    ],
    head: ['request', 'database', 'requests/s', 'of /healthz', 'failed'],
    rows,
  };
}

async function measure(engine: Engine): Promise<string[][]> {
  const place = await engine.place();
  const server = await startServer(place, { SANDBOX: 'off' });
  try {
    const id = await registerSkill(server.url);
    const health = await load(server.url, { method: 'GET', path: '/healthz' });
    const read = await load(server.url, { method: 'GET', path: `/api/skills/${id}`, headers: HEADERS });
    const create = await load(server.url, creating());
    const row = (request: string, { rate, failed }: Load) => [
      request,
      engine.name,
      perSecond(rate),
      ratio(rate, health.rate),
      String(failed),
    ];
    return [row('GET /healthz', health), row('GET /api/skills/{id}', read), row('POST /api/skills', create)];
  } finally {
    await server.stop();
    await place.remove();
  }
}

async function registerSkill(url: string): Promise<string> {
  const body = JSON.stringify(inlineSkill('the-one-that-is-read'));
  const answer = await fetch(`${url}/api/skills`, { method: 'POST', headers: HEADERS, body });
  const { id } = (await answer.json()) as { id?: string };
  if (id === undefined) throw new Error(`the skill to read was not made: ${answer.status}`);
  return id;
}

/** Each request registers a skill of its own. */
function creating(): autocannon.Request {
  let count = 0;
  return {
    method: 'POST',
    path: '/api/skills',
    headers: HEADERS,
    setupRequest(request: autocannon.Request) {
      count += 1;
      return { ...request, body: JSON.stringify(inlineSkill(`skill-${count}`, `Number ${count}.`)) };
    },
  };
}

interface Load {
  /** Successful requests per second. */
  readonly rate: number;
  readonly failed: number;
}

async function load(url: string, request: autocannon.Request): Promise<Load> {
  const options = { url, connections: CONNECTIONS, requests: [request] };
  await autocannon({ ...options, duration: WARM_UP_SECONDS });
  const result = await autocannon({ ...options, duration: SECONDS });
  return { rate: result['2xx'] / result.duration, failed: result.non2xx + result.errors };
}
