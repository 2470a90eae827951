/** Somebody who asks for installs, takes them back, cancels and retries all the time, and writes down what was promised. */
import { setTimeout as pause } from 'node:timers/promises';
import { inlineSkill } from '../support/skills.ts';
import type { Choices } from './random.ts';
import { ADMIN_KEY, KINDS, type Stage } from './stage.ts';

export interface Promised {
  readonly key: string;
  readonly batchIds: Set<string>;
  readonly runIds: Set<string>;
  /** Of the last answer; 0 for none. */
  status: number;
}

export interface ClientLog {
  readonly promised: Promised[];
  /** Answers that nobody may get: server errors but for 503 with Retry-After. */
  readonly wrongAnswers: string[];
  requests: number;
  lostAnswers: number;
  refused: number;
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const ANSWER_WITHIN_MS = 20_000;
export const SKILLS = 12;

export function newLog(): ClientLog {
  return { promised: [], wrongAnswers: [], requests: 0, lostAnswers: 0, refused: 0 };
}

/** Null when no answer came, or one that says to try again. */
export async function ask(
  stage: Stage,
  log: ClientLog,
  request: { method: string; path: string; body?: object; key?: string },
): Promise<Answer | null> {
  const urls = stage.places.flatMap(({ role, url, process }) =>
    role === 'api' && url && process ? [url] : [],
  );
  const url = urls[log.requests % Math.max(1, urls.length)];
  log.requests += 1;
  if (url === undefined) return null;
  try {
    const response = await fetch(`${url}${request.path}`, {
      method: request.method,
      headers: {
        authorization: `Bearer ${ADMIN_KEY}`,
        'content-type': 'application/json',
        ...(request.key !== undefined && { 'idempotency-key': request.key }),
      },
      ...(request.body && { body: JSON.stringify(request.body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const body = (await response.json()) as Record<string, unknown>;
    if (response.status < 500) return { status: response.status, body };
    log.refused += 1;
    if (response.status !== 503 || response.headers.get('retry-after') === null)
      log.wrongAnswers.push(
        `${request.method} ${request.path} was answered ${response.status} ${String(body['code'])}`,
      );
    return null;
  } catch {
    log.lostAnswers += 1;
    return null;
  }
}

/** Asks until there is an answer that is one. */
export async function insist(
  stage: Stage,
  log: ClientLog,
  request: { method: string; path: string; body?: object; key?: string },
): Promise<Answer> {
  for (;;) {
    const answer = await ask(stage, log, request);
    if (answer) return answer;
    await pause(50);
  }
}

export async function prepare(stage: Stage, log: ClientLog): Promise<void> {
  for (const kind of KINDS) {
    const connection = stage.providers.connections[kind] as { slug: string; config: { baseUrl: string } };
    const baseUrl = new URL(connection.config.baseUrl);
    baseUrl.port = String(stage.networks[kind].port);
    const config = { ...connection.config, baseUrl: baseUrl.href.replace(/\/$/, '') };
    const body = { ...connection, slug: kind, config };
    const { status, body: made } = await insist(stage, log, { method: 'POST', path: '/api/providers', body });
    if (status !== 201 || made['status'] !== 'active') throw new Error(`${kind}: ${JSON.stringify(made)}`);
  }
  for (let number = 0; number < SKILLS; number += 1)
    await insist(stage, log, { method: 'POST', path: '/api/skills', body: inlineSkill(`skill-${number}`) });
}

/** One after the other until `isOver`; what was begun is insisted on even then. */
export async function work(
  stage: Stage,
  log: ClientLog,
  name: string,
  choices: Choices,
  isOver: () => boolean,
): Promise<void> {
  for (let count = 0; !isOver(); count += 1) {
    const what = choices.between(1, 100);
    const skill = `skill-${choices.between(0, SKILLS - 1)}`;
    if (what <= 60) await install(stage, log, `${name}-${count}`, choices, skill);
    else if (what <= 72) await newVersion(stage, log, `${name}-${count}`, skill);
    else if (what <= 88) await onSomeRun(stage, log, `${name}-${count}`, choices, 'cancel');
    else await onSomeRun(stage, log, `${name}-${count}`, choices, 'retry');
    await pause(choices.between(5, 120));
  }
}

async function install(
  stage: Stage,
  log: ClientLog,
  key: string,
  choices: Choices,
  skill: string,
): Promise<void> {
  const action = choices.chance(0.25) ? 'uninstall' : 'install';
  const providers = choices.chance(0.4) ? [...KINDS] : [choices.oneOf(KINDS)];
  await promise(stage, log, '/api/install-runs', key, { action, skill, providers });
}

/** The same request with the same key, until it is answered. */
async function promise(
  stage: Stage,
  log: ClientLog,
  path: string,
  key: string,
  body?: object,
): Promise<void> {
  const promised: Promised = { key, batchIds: new Set(), runIds: new Set(), status: 0 };
  log.promised.push(promised);
  const again = async (): Promise<void> => {
    const answer = await insist(stage, log, { method: 'POST', path, key, ...(body && { body }) });
    promised.status = answer.status;
    if (answer.status !== 202) return;
    promised.batchIds.add(String(answer.body['batchId']));
    for (const id of answer.body['runIds'] as string[]) promised.runIds.add(id);
  };
  await again();
  // Clients send again although they were answered.
  if (promised.status === 202 && Number.parseInt(key.split('-').at(-1) ?? '', 10) % 5 === 0) await again();
}

async function newVersion(stage: Stage, log: ClientLog, name: string, skill: string): Promise<void> {
  const body = inlineSkill(skill, `Changed by ${name}.`);
  await insist(stage, log, { method: 'POST', path: `/api/skills/${skill}/versions`, body });
}

async function onSomeRun(
  stage: Stage,
  log: ClientLog,
  key: string,
  choices: Choices,
  verb: 'cancel' | 'retry',
): Promise<void> {
  const ids = log.promised.flatMap(({ runIds }) => [...runIds]).slice(-30);
  const id = ids[choices.between(0, Math.max(0, ids.length - 1))];
  if (id === undefined) return;
  const path = `/api/install-runs/${id}/${verb}`;
  if (verb === 'retry') await promise(stage, log, path, key);
  else await insist(stage, log, { method: 'POST', path });
}
