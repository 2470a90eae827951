/** Checks of the database itself: does it answer, is it new enough, has it the tables, what time is it there. */
import type { Database } from '../db/database.ts';
import { MigrationError, pendingMigrations } from '../db/migrate.ts';
import type { Context } from '../kernel/context.ts';
import { fail, type Finding, ok, warn } from './finding.ts';
import { selectDatabaseFacts, selectTime } from './store.ts';

const OLDEST_VERSION = 150_000;
const MOST_CLOCK_MS = 2000;

export async function checkVersion(ctx: Context): Promise<Finding> {
  const { version, shown } = await selectDatabaseFacts(ctx);
  if (version >= OLDEST_VERSION) return ok('database', `answers; PostgreSQL ${shown}`);
  return fail('database', `PostgreSQL ${shown} is too old`, 'upgrade it to version 15 or later');
}

/** Applies none. `isReady`: the tables are those that this version knows. */
export async function checkMigrations(
  ctx: Context,
  db: Database,
): Promise<{ readonly isReady: boolean; readonly findings: Finding[] }> {
  try {
    const { applied, pending } = await pendingMigrations(db);
    if (pending.length === 0)
      return { isReady: true, findings: [ok('migrations', `all ${applied} are applied`)] };
    return { isReady: false, findings: [toApply(applied, pending), await checkRights(ctx)] };
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    const finding = fail('migrations', error.message, 'docs/operations/upgrading.md says more');
    return { isReady: false, findings: [finding] };
  }
}

function toApply(applied: number, pending: readonly string[]): Finding {
  if (applied === 0)
    return warn(
      'migrations',
      'the database is empty',
      'the first start makes the tables; run this again after it',
    );
  return fail(
    'migrations',
    `${pending.length} not applied: ${pending.join(', ')}; the rest was not looked at`,
    'start this version (npm start), which applies them; make a backup before',
  );
}

async function checkRights(ctx: Context): Promise<Finding> {
  const { mayCreate } = await selectDatabaseFacts(ctx);
  if (mayCreate) return ok('rights', 'tables, the extension pg_trgm and a schema may be made');
  return fail(
    'rights',
    'this role may not create in the database and its schema, which migrations need',
    'make the role the owner of the database, as in docs/operations/postgresql.md',
  );
}

export async function checkClock(ctx: Context): Promise<Finding> {
  const before = ctx.clock.now().getTime();
  const there = await selectTime(ctx);
  const after = ctx.clock.now().getTime();
  // Whatever lies between asking and being answered may be the way, not the clock.
  const apart = Math.round(Math.max(0, before - there, there - after));
  if (apart <= MOST_CLOCK_MS) return ok('clock', `that of the database is at most ${MOST_CLOCK_MS} ms apart`);
  return fail(
    'clock',
    `that of the database is ${apart} ms ${there < before ? 'behind' : 'ahead of'} this machine's`,
    'let both follow the same time servers (NTP); tokens, keys and timestamps depend on it',
  );
}
