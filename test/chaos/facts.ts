/** What the database says of runs, their logs, intents and installations, read once when everything is over. */
import { sql } from 'kysely';
import type { Database } from '../../lib/db/database.ts';

export interface RunFact {
  readonly id: string;
  readonly batchId: string;
  /** Provider and skill, by name. */
  readonly target: string;
  readonly action: 'install' | 'uninstall';
  readonly status: string;
  readonly effect: string | null;
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number | null;
  readonly finishedAt: number;
}

export interface EventFact {
  readonly seq: number;
  readonly type: string;
  readonly from: string | null;
  readonly to: string;
}

export interface ObjectFact {
  readonly target: string;
  readonly externalId: string;
  readonly drift: string;
}

export interface Facts {
  readonly runs: readonly RunFact[];
  readonly events: ReadonlyMap<string, readonly EventFact[]>;
  readonly auditRows: ReadonlyMap<string, number>;
  /** By provider. */
  readonly announcedCreates: ReadonlyMap<string, number>;
  readonly installed: readonly ObjectFact[];
  readonly unmanaged: readonly ObjectFact[];
}

export async function loadFacts(truth: Database): Promise<Facts> {
  const db = truth.kysely;
  const runs = await sql<RunFact>`
    select r.id, r.batch_id as "batchId", p.slug || ' ' || s.name as target, r.action, r.status,
      r.result ->> 'effect' as effect, r.attempt, r.max_attempts as "maxAttempts",
      extract(epoch from r.started_at)::double precision * 1000 as "startedAt",
      extract(epoch from r.finished_at)::double precision * 1000 as "finishedAt"
    from install_runs r join providers p on p.id = r.provider_id join skills s on s.id = r.skill_id
    order by r.id`.execute(db);
  const events = await sql<EventFact & { runId: string }>`
    select run_id as "runId", seq, type, from_status as "from", to_status as "to" from run_events order by run_id, seq`.execute(
    db,
  );
  const audits = await sql<{ id: string; count: number }>`
    select target_id as id, count(*)::integer as count from audit_logs
    where target_type = 'install_run' group by target_id`.execute(db);
  const creates = await sql<{ slug: string; count: number }>`
    select p.slug, count(*)::integer as count from provider_intents i join providers p on p.id = i.provider_id
    where i.mutation = 'create' group by p.slug`.execute(db);
  const objects = await sql<ObjectFact & { isManaged: boolean }>`
    select i.drift, i.external_id as "externalId", i.skill_id is not null as "isManaged",
      p.slug || ' ' || coalesce(s.name, substring(
        concat_ws(' ', i.remote_name, i.remote_display_name, i.external_id) from 'skill-[0-9]+'), '?') as target
    from installations i join providers p on p.id = i.provider_id left join skills s on s.id = i.skill_id`.execute(
    db,
  );
  return {
    runs: runs.rows,
    events: Map.groupBy(events.rows, ({ runId }) => runId),
    auditRows: new Map(audits.rows.map(({ id, count }) => [id, count])),
    announcedCreates: new Map(creates.rows.map(({ slug, count }) => [slug, count])),
    installed: objects.rows.filter(({ isManaged }) => isManaged),
    unmanaged: objects.rows.filter(({ isManaged }) => !isManaged),
  };
}
