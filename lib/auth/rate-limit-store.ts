/** Reads and writes of `rate_limits`: one statement takes requests out of a bucket that all processes share. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Environment } from '../kernel/context.ts';
import type { RateLimit } from './rate-limiter.ts';

export interface Taken {
  /** How many of those wanted may be used. */
  readonly granted: number;
  /** Until all of the burst may be used again. */
  readonly fullInMs: number;
}

/** Takes as many as there are, `wanted` at most. The bucket fills by one each interval. */
export async function takeFromBucket(
  env: Environment,
  bucket: string,
  wanted: number,
  { burst, intervalMs }: RateLimit,
): Promise<Taken> {
  const interval = sql`make_interval(secs => ${intervalMs / 1000}::double precision)`;
  const free = sql`greatest(0, least(${wanted}::integer, floor(${burst}::integer -
    extract(epoch from greatest(used.full_at, clock_timestamp()) - clock_timestamp()) / extract(epoch from ${interval}) + 0.001)))`;
  const taken = await sql<{ granted: number; full_in_ms: number }>`
    insert into rate_limits as used (bucket, full_at, granted)
    values (${bucket}, clock_timestamp() + ${wanted}::integer * ${interval}, ${wanted})
    on conflict (bucket) do update set
      granted = ${free},
      full_at = greatest(used.full_at, clock_timestamp()) + ${free} * ${interval}
    returning granted,
      extract(epoch from full_at - clock_timestamp())::double precision * 1000 as full_in_ms`.execute(
    query(env),
  );
  const row = taken.rows[0];
  if (!row) throw new Error('a bucket was not written');
  return { granted: row.granted, fullInMs: Math.max(0, row.full_in_ms) };
}

/** Full buckets say nothing. */
export async function pruneBuckets(env: Environment): Promise<void> {
  await sql`delete from rate_limits where full_at < clock_timestamp()`.execute(query(env));
}
