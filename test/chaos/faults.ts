/** What goes wrong, one thing after the other, as the seed has it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { FaultStep } from '../../emulators/faults.ts';
import { until } from '../support/until.ts';
import type { Choices } from './random.ts';
import { KINDS, type Place, type Stage } from './stage.ts';

const JSON_ANSWER = { 'content-type': 'application/json' };

const PROVIDER_FAULTS: readonly FaultStep[] = [
  { match: { method: 'POST' }, apply: true, then: 'drop' },
  { match: { method: 'POST' }, apply: false, then: 'drop' },
  { match: { method: 'POST' }, apply: true, then: { status: 502 } },
  { match: { method: 'POST' }, apply: true, then: 'half-open' },
  { match: { method: 'POST' }, applyAfterMs: 2500, then: 'drop' },
  { match: { method: 'DELETE' }, apply: true, then: 'drop' },
  { match: { method: 'GET' }, then: 'truncated' },
  { match: { method: 'GET' }, then: 'html' },
  { match: { method: 'GET' }, delayMs: 2000 },
  { times: 3, then: { status: 429, headers: { ...JSON_ANSWER, 'retry-after': '1' }, body: '{}' } },
  { times: 4, then: { status: 503, headers: JSON_ANSWER, body: '{}' } },
];

type Fault = (stage: Stage, choices: Choices, say: (what: string) => void) => Promise<void>;

const FAULTS: readonly (readonly [weight: number, fault: Fault])[] = [
  [4, kill],
  [3, freeze],
  [1, crashDatabase],
  [1, resetDatabase],
  [1, swallowDatabase],
  [7, spoilProvider],
  [2, resetProvider],
];

/** Until `isOver`; then everything is whole again. */
export async function breakThings(
  stage: Stage,
  choices: Choices,
  which: 'all' | 'providers',
  isOver: () => boolean,
  say: (what: string) => void,
): Promise<number> {
  const all =
    which === 'providers'
      ? [spoilProvider]
      : FAULTS.flatMap(([weight, fault]) => Array<Fault>(weight).fill(fault));
  const [shortest, longest] = which === 'providers' ? [20, 200] : [300, 2500];
  let count = 0;
  while (!isOver()) {
    await choices.oneOf(all)(stage, choices, say);
    count += 1;
    await pause(choices.between(shortest, longest));
  }
  for (const proxy of [stage.database, ...Object.values(stage.networks)]) proxy.set({ kind: 'pass' });
  for (const plan of Object.values(stage.providers.faults)) plan.script.length = 0;
  for (const place of stage.places) await revive(stage, place);
  return count;
}

async function revive(stage: Stage, place: Place): Promise<void> {
  if (place.isStopped) place.process?.kill('SIGCONT');
  place.isStopped = false;
  if (place.process === null) await stage.start(place);
}

async function kill(stage: Stage, choices: Choices, say: (what: string) => void): Promise<void> {
  const place = choices.oneOf(stage.places);
  const downMs = choices.between(0, 1500);
  const { process } = place;
  if (process === null) return;
  say(`kill -9 ${place.role}, down ${downMs} ms`);
  process.kill('SIGKILL');
  await process.ended;
  await pause(downMs);
  await stage.start(place);
}

async function freeze(stage: Stage, choices: Choices, say: (what: string) => void): Promise<void> {
  const place = choices.oneOf(stage.places);
  const ms = choices.between(200, 5000);
  say(`SIGSTOP ${place.role} for ${ms} ms`);
  place.isStopped = true;
  place.process?.kill('SIGSTOP');
  await pause(ms);
  await revive(stage, place);
}

async function crashDatabase(stage: Stage, choices: Choices, say: (what: string) => void): Promise<void> {
  const ms = choices.between(0, 1500);
  say(`the database crashes, down ${ms} ms`);
  await stage.cluster.crash();
  await pause(ms);
  await stage.cluster.restart();
}

async function resetDatabase(stage: Stage, _choices: Choices, say: (what: string) => void): Promise<void> {
  say('connections to the database are reset');
  stage.database.set({ kind: 'reset' });
  await until('all are gone', () => stage.database.connections() === 0).catch(() => {});
  stage.database.set({ kind: 'pass' });
}

async function swallowDatabase(stage: Stage, choices: Choices, say: (what: string) => void): Promise<void> {
  const ms = choices.between(500, 3000);
  say(`the network to the database swallows everything for ${ms} ms`);
  stage.database.set({ kind: 'black-hole' });
  await pause(ms);
  stage.database.set({ kind: 'pass' });
}

async function spoilProvider(stage: Stage, choices: Choices, say: (what: string) => void): Promise<void> {
  const kind = choices.oneOf(KINDS);
  const step = choices.oneOf(PROVIDER_FAULTS);
  say(`${kind}: ${JSON.stringify(step)}`);
  stage.providers.faults[kind].script.push(step);
}

async function resetProvider(stage: Stage, choices: Choices, say: (what: string) => void): Promise<void> {
  const kind = choices.oneOf(KINDS);
  const ms = choices.between(50, 800);
  say(`the network to ${kind} is down for ${ms} ms`);
  stage.networks[kind].set({ kind: choices.chance(0.5) ? 'reset' : 'black-hole' });
  await pause(ms);
  stage.networks[kind].set({ kind: 'pass' });
}
