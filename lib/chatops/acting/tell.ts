/** Looks up what a message asks about: how something is, what there is, or how to write to us. */
import { findConnections, installationsNamed, listConnections } from '../../connections/read-connections.ts';
import type { Context } from '../../kernel/context.ts';
import { newestRuns, type RunChoice } from '../../runs/choose-runs.ts';
import { listSkills } from '../../skills/list-skills.ts';
import type { Intent, Subject } from '../interpret.ts';
import { type Deed, type Facts, NO_PLAN } from './deed.ts';

/** Of each kind of thing, in one answer. */
const MOST_TOLD = 50;
const MOST_RUNS = 20;

export function tell(intent: Intent, choice: RunChoice, subject: Subject): Deed {
  return {
    isChange: false,
    prepare: async () => new Map(),
    plan: async () => NO_PLAN,
    carryOut: async (tx) => ({ is: 'told', facts: await factsFor(tx, intent, choice, subject) }),
  };
}

async function factsFor(ctx: Context, intent: Intent, choice: RunChoice, subject: Subject): Promise<Facts> {
  if (intent.action === 'help') return { hasMore: false };
  if (intent.action === 'status') return await stateOf(ctx, choice);
  if (intent.providers.length > 0) return await installed(ctx, choice);
  if (subject === 'runs') return { runs: await newestRuns(ctx, choice, MOST_RUNS), hasMore: false };
  if (subject === 'connections') {
    const { items, nextCursor } = await listConnections(ctx, {
      filter: {},
      limit: MOST_TOLD,
      cursor: undefined,
    });
    return { connections: items, hasMore: nextCursor !== null };
  }
  const { items, nextCursor } = await listSkills(ctx, {
    filter: { status: 'active' },
    limit: MOST_TOLD,
    cursor: undefined,
  });
  return { skills: items, hasMore: nextCursor !== null };
}

async function stateOf(ctx: Context, choice: RunChoice): Promise<Facts> {
  const runs = await newestRuns(ctx, choice, MOST_RUNS);
  if (choice.ids.length > 0) return { runs, hasMore: false };
  if (choice.skills.length === 0) {
    const connections = await findConnections(ctx, choice.providers);
    return { connections, runs, hasMore: false };
  }
  return { ...(await installed(ctx, choice)), runs };
}

async function installed(ctx: Context, choice: RunChoice): Promise<Facts> {
  const found = await installationsNamed(ctx, choice, MOST_TOLD + 1);
  return { installations: found.slice(0, MOST_TOLD), hasMore: found.length > MOST_TOLD };
}
