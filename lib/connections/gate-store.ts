/** The SQL of `provider_gates`: when a connection may be asked again, shared by all workers. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { type GateSignal, paceOf, pauseMs } from './gate.ts';

/** Writes down what an attempt learnt. By the clock of the database, which all workers share. */
export async function signalGate(tx: TxContext, providerId: string, signal: GateSignal): Promise<void> {
  switch (signal.type) {
    case 'up':
      await sql`update provider_gates set failures = 0 where provider_id = ${providerId} and failures > 0`.execute(
        query(tx),
      );
      return;
    case 'busy':
      await closeGate(tx, providerId, signal.waitMs, signal.because);
      return;
    case 'failing': {
      const counted = await sql<{ failures: number }>`
        update provider_gates set failures = failures + 1 where provider_id = ${providerId}
        returning failures`.execute(query(tx));
      const waitMs = pauseMs(counted.rows[0]?.failures ?? 0);
      if (waitMs > 0) await closeGate(tx, providerId, waitMs, signal.because);
    }
  }
}

/** Never opens earlier than somebody else said. */
async function closeGate(tx: TxContext, providerId: string, waitMs: number, because: string): Promise<void> {
  await sql`
    update provider_gates set
      closed_until = greatest(closed_until, clock_timestamp() + make_interval(secs => ${waitMs / 1000}::double precision)),
      closed_because = ${because}
    where provider_id = ${providerId}`.execute(query(tx));
}

/** Lets runs in at once, say after new credentials. */
export async function openGate(tx: TxContext, providerId: string): Promise<void> {
  await sql`
    update provider_gates set closed_until = null, closed_because = null, failures = 0
    where provider_id = ${providerId} and (closed_until is not null or failures > 0)`.execute(query(tx));
}

/**
 * Takes the next turn of a connection that may be asked so many times a minute, whichever process asks. Returns the
 * milliseconds until that turn; longer than `longestMs` the turn is not taken.
 */
export async function takeTurn(
  ctx: Context,
  providerId: string,
  requestsPerMinute: number,
  longestMs: number,
): Promise<{ isTaken: boolean; waitMs: number }> {
  const { burst, intervalMs } = paceOf(requestsPerMinute);
  const turn = await sql<{ taken: boolean; wait_ms: number }>`
    with gate as (
      select provider_id, clock_timestamp() as now, next_request_at from provider_gates
      where provider_id = ${providerId} for no key update
    ), turn as (
      select provider_id, now, greatest(next_request_at, now) + make_interval(secs => ${intervalMs / 1000}::double precision) as after
      from gate
    ), timed as (
      select provider_id, after,
        greatest(0, extract(epoch from after - now) * 1000 - ${burst * intervalMs}::double precision)::double precision as wait_ms
      from turn
    ), taken as (
      update provider_gates g set next_request_at = t.after from timed t
      where g.provider_id = t.provider_id and t.wait_ms <= ${longestMs}::double precision
      returning true
    )
    select wait_ms, exists (select from taken) as taken from timed`.execute(query(ctx));
  const [row] = turn.rows;
  if (!row) throw new Error(`the connection ${providerId} has no gate`);
  return { isTaken: row.taken, waitMs: Math.ceil(row.wait_ms) };
}
