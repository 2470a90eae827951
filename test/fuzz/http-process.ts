/** The server itself as what cases run against: every request is answered, in time, and never with an error of ours. */
import { connect } from 'node:net';
import { openInMemory } from '../../lib/db/embedded.ts';
import { ADMIN_KEY, startApp, type TestApp } from '../support/app.ts';
import { type OpenApi, readContract } from '../support/contract.ts';
import { inlineSkill } from '../support/skills.ts';
import { templateOnPGlite } from '../support/templates.ts';
import type { CaseProcess, Verdict } from './case-process.ts';
import { type HttpCase, httpCases, type WrittenRequest, writeRequest } from './http-cases.ts';
import type { Area } from './run-area.ts';

const DEADLINE_MS = 10_000;
/** What fetching from elsewhere may come to, however good the request. */
const FROM_ELSEWHERE = /^(bad_gateway|timeout|offline):/;

export async function openHttpArea(): Promise<{ area: Area; process: CaseProcess }> {
  const database = await openInMemory(await templateOnPGlite());
  const app = await startApp(database, { isWorking: false, settings: { providerTimeoutMs: 2000 } });
  await app.call('POST', '/api/skills', inlineSkill('known'));
  const { body } = await app.call('GET', '/api/openapi.json');
  const words = ['known', 'uploaded', 'latest', '1', 'unheard-of'];
  return {
    area: {
      name: 'http',
      known: [],
      cases: httpCases(readContract(body as unknown as OpenApi), words),
      inputOf: (some) => writeRequest(some as HttpCase, `Bearer ${ADMIN_KEY}`),
      goodOutcome: '200',
      leastOutcomes: 8,
    },
    process: {
      run: async (_task, input) =>
        judge(input as WrittenRequest, await exchange(app, input as WrittenRequest)),
      async close() {
        await app.close();
        await database.close();
      },
    },
  };
}

/** All that came back, or null when nothing had ended by the deadline. */
async function exchange(app: TestApp, { bytes, isWhole }: WrittenRequest): Promise<string | null> {
  const { hostname, port } = new URL(app.url);
  const socket = connect({ host: hostname, port: Number(port) });
  let answer = '';
  return await new Promise((resolve) => {
    const timer = setTimeout(() => {
      socket.destroy();
      resolve(null);
    }, DEADLINE_MS);
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    // The server may close before it has read everything; the answer counts.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(answer);
    });
    socket.write(bytes);
    if (!isWhole) socket.end();
  });
}

function judge({ isWhole }: WrittenRequest, answer: string | null): Verdict {
  const wrong = (reason: string): Verdict => ({
    held: false,
    reason: `${reason}\n${answer?.slice(-1000) ?? ''}`,
  });
  if (answer === null) return wrong(`no answer within ${DEADLINE_MS} ms`);
  const [head = '', ...rest] = answer.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '').split('\r\n\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1] ?? 0);
  const held = (outcome: string): Verdict => ({ held: true, outcome, peakBytes: 0 });
  if (status === 0) return answer === '' && !isWhole ? held('closed before the end') : wrong('no answer');
  if (status < 400) return held(String(status));
  if (!/content-type: application\/problem\+json/i.test(head)) return wrong(`${status} without a problem`);
  const code = /"code":"([\w:]+)"/.exec(rest.join('\r\n\r\n'))?.[1] ?? '';
  if (code === '') return wrong(`${status} without a code`);
  if (status >= 500 && !FROM_ELSEWHERE.test(code)) return wrong(`${status} ${code}`);
  return held(`${status} ${code}`);
}
