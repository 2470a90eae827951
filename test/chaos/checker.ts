/** Compares what clients were promised, what the database says, and what the providers did: a verdict for each invariant. */
import { sql } from 'kysely';
import type { LedgerEntry } from '../../emulators/ledger.ts';
import type { Database } from '../../lib/db/database.ts';
import { TRANSITIONS } from '../../lib/runs/states.ts';
import type { ClientLog } from './client.ts';
import { loadFacts, type Facts } from './facts.ts';

export interface Verdict {
  readonly invariant: string;
  /** What breaks it; none when it holds. */
  readonly violations: readonly string[];
}

export interface Report {
  readonly verdicts: readonly Verdict[];
  /** Promised and never done; done and never promised; done or promised twice. */
  readonly lost: readonly string[];
  readonly unexpected: readonly string[];
  readonly duplicated: readonly string[];
}

export interface Evidence {
  readonly log: ClientLog;
  readonly truth: Database;
  readonly ledger: readonly LedgerEntry[];
  readonly unfinished: readonly string[];
  readonly auditVerification: unknown;
}

export async function examine(evidence: Evidence): Promise<Report> {
  const facts = await loadFacts(evidence.truth);
  const { log, unfinished } = evidence;
  const lost = lostRuns(log, facts, unfinished);
  const unexpected = [...unexpectedRuns(log, facts), ...unexpectedObjects(facts)];
  const duplicated = [...duplicatedKeys(log), ...(await duplicatedObjects(evidence))];
  const verdicts: Verdict[] = [
    { invariant: 'every run that was promised has ended', violations: lost },
    { invariant: 'no run without a request, no object without a record', violations: unexpected },
    { invariant: 'one batch a key, one object a target', violations: duplicated },
    {
      invariant: 'runs change as the transitions allow, without a gap, and end once',
      violations: brokenLogs(facts),
    },
    { invariant: 'every transition has its audit row', violations: unaudited(facts) },
    { invariant: 'the audit log verifies', violations: verified(evidence.auditVerification) },
    { invariant: 'attempts are counted and bounded', violations: tooManyAttempts(facts) },
    {
      invariant: 'nothing is sent that was not written down before',
      violations: unannounced(evidence, facts),
    },
    { invariant: 'what is said to be installed is there, with its content', violations: untrue(facts) },
    { invariant: 'one run at a time works on a target', violations: overlapping(facts) },
    { invariant: 'clients get no error but 503 with Retry-After', violations: log.wrongAnswers },
  ];
  return { verdicts, lost, unexpected, duplicated };
}

export function isGreen({ verdicts }: Report): boolean {
  return verdicts.every(({ violations }) => violations.length === 0);
}

function lostRuns(log: ClientLog, facts: Facts, unfinished: readonly string[]): string[] {
  const known = new Set(facts.runs.map(({ id }) => id));
  const promised = log.promised.flatMap(({ runIds }) => [...runIds]);
  return [...new Set([...unfinished, ...promised.filter((id) => !known.has(id))])];
}

function unexpectedRuns(log: ClientLog, facts: Facts): string[] {
  const promised = new Set(log.promised.flatMap(({ batchIds }) => [...batchIds]));
  return facts.runs.filter(({ batchId }) => !promised.has(batchId)).map(({ id }) => id);
}

/** Targets of which it was said that nobody knows, and of which no later install found out. */
function openTargets(facts: Facts): Set<string> {
  const open = new Set<string>();
  for (const run of facts.runs.toSorted((one, other) => one.finishedAt - other.finishedAt)) {
    if (run.effect === 'unknown') open.add(run.target);
    else if (run.status === 'success' && run.action === 'install') open.delete(run.target);
  }
  return open;
}

function unexpectedObjects(facts: Facts): string[] {
  const open = openTargets(facts);
  return facts.unmanaged
    .filter(({ target }) => !open.has(target))
    .map(({ target, externalId }) => `${externalId} of ${target}`);
}

function duplicatedKeys(log: ClientLog): string[] {
  return log.promised.filter(({ batchIds }) => batchIds.size > 1).map(({ key }) => `key ${key}`);
}

async function duplicatedObjects({ truth }: Evidence): Promise<string[]> {
  const twice = await sql<{ target: string }>`
    select p.slug || ' ' || s.name as target from installations i
    join providers p on p.id = i.provider_id join skills s on s.id = i.skill_id
    group by 1 having count(*) > 1`.execute(truth.kysely);
  return twice.rows.map(({ target }) => target);
}

function brokenLogs(facts: Facts): string[] {
  return facts.runs.flatMap((run) => {
    let status = 'queued';
    const problems: string[] = [];
    for (const [index, event] of (facts.events.get(run.id) ?? []).entries()) {
      if (event.seq !== index + 1) problems.push(`${run.id}: event ${event.seq} follows ${index}`);
      if (event.type === 'run.created') continue;
      const { from, to } = TRANSITIONS[event.type as keyof typeof TRANSITIONS];
      if (event.from !== status || event.to !== to || !(from as readonly string[]).includes(status))
        problems.push(`${run.id}: ${event.type} from ${event.from} to ${event.to} while ${status}`);
      status = event.to;
    }
    if (status !== run.status) problems.push(`${run.id} is ${run.status}, its log says ${status}`);
    return problems;
  });
}

function unaudited(facts: Facts): string[] {
  return facts.runs.flatMap(({ id }) => {
    const events = facts.events.get(id)?.length ?? 0;
    const rows = facts.auditRows.get(id) ?? 0;
    return rows === events ? [] : [`${id} has ${events} events and ${rows} audit rows`];
  });
}

function verified(verification: unknown): string[] {
  const { ok } = verification as { ok?: unknown };
  return ok === true ? [] : [JSON.stringify(verification)];
}

function tooManyAttempts(facts: Facts): string[] {
  return facts.runs
    .filter(({ attempt, maxAttempts }) => attempt > maxAttempts)
    .map(({ id, attempt }) => `${id} had ${attempt} attempts`);
}

/** Every create on the wire has an intent that was committed before it. */
function unannounced({ ledger }: Evidence, facts: Facts): string[] {
  const creates = ledger.filter(
    ({ method, path, isLate }) => method === 'POST' && /\/skills(?:\?|$)/.test(path) && !isLate,
  );
  return [...new Set(creates.map(({ provider }) => provider))].flatMap((provider) => {
    const sent = creates.filter((entry) => entry.provider === provider).length;
    const announced = facts.announcedCreates.get(provider) ?? 0;
    return sent <= announced ? [] : [`${provider} got ${sent} creates, ${announced} were announced`];
  });
}

/** Compared with the accounts after everything has ended; what was said to be unknown may be anything. */
function untrue(facts: Facts): string[] {
  const open = openTargets(facts);
  return facts.installed
    .filter(({ target, drift }) => drift !== 'in_sync' && drift !== 'outdated' && !open.has(target))
    .map(({ target, drift }) => `${target} is ${drift}`);
}

function overlapping(facts: Facts): string[] {
  const started = facts.runs.flatMap((run) =>
    run.startedAt === null ? [] : [{ ...run, at: run.startedAt }],
  );
  return [...Map.groupBy(started, ({ target }) => target).values()].flatMap((runs) => {
    const inOrder = runs.toSorted((one, other) => one.at - other.at);
    return inOrder.slice(1).flatMap((run, index) => {
      const before = inOrder[index];
      return before && before.finishedAt > run.at ? [`${run.id} began before ${before.id} ended`] : [];
    });
  });
}
