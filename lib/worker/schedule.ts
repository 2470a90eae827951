/** What is done on a timetable, and when. */
import { checkAuditLog } from '../alerts/check-audit.ts';
import { pruneAlerts } from '../alerts/prune-alerts.ts';
import { watchKeys } from '../alerts/watch-keys.ts';
import { pruneAudit } from '../audit/prune-audit.ts';
import { pruneBuckets } from '../auth/rate-limit-store.ts';
import { pruneChat } from '../chatops/prune-chat.ts';
import { pruneNameChanges } from '../chatops/live-vocabulary.ts';
import { rewrapSecrets } from '../connections/rewrap-secrets.ts';
import { pruneChecks } from '../connections/prune-checks.ts';
import { requestDueSyncs } from '../connections/request-sync.ts';
import { verifyConnections } from '../connections/verify-connections.ts';
import type { Database } from '../db/database.ts';
import type { Schedule } from '../jobs/jobs.ts';
import type { Context } from '../kernel/context.ts';
import { pruneBlobs } from '../skills/prune-blobs.ts';
import { rescanSkills } from '../skills/policy/rescan-skills.ts';
import { adapters } from '../providers/registry.ts';
import { pruneEvents, pruneIdempotencyKeys, pruneRuns } from '../runs/prune-runs.ts';
import { sweepDuplicates } from './sweep-duplicates.ts';

const RESCAN = 'rescan-skills';
const REWRAP = 'rewrap-secrets';

/** Also done at the start of a process, which may have brought new rules or a new key. */
export const AT_START = [RESCAN, REWRAP] as const;

/** `stopping` aborts when the process wants to end: long work then ends early and is taken up at its next time. */
export function schedules(ctx: Context, db: Database, stopping: AbortSignal): Schedule[] {
  const isStopped = () => stopping.aborted;
  return [
    {
      name: 'sweep-duplicates',
      cron: '* * * * *',
      run: async () => void (await sweepDuplicates(ctx, adapters)),
    },
    { name: 'verify-providers', cron: '*/15 * * * *', run: async () => await verifyConnections(ctx) },
    { name: 'sync-providers', cron: '2-59/5 * * * *', run: async () => await requestDueSyncs(ctx) },
    {
      name: 'prune-idempotency-keys',
      cron: '7 * * * *',
      async run() {
        const forgotten = await pruneIdempotencyKeys(ctx);
        ctx.log.debug({ forgotten }, 'old idempotency keys were forgotten');
      },
    },
    {
      name: 'prune-provider-checks',
      cron: '17 3 * * *',
      async run() {
        const forgotten = await pruneChecks(ctx);
        ctx.log.debug({ forgotten }, 'old checks of providers were forgotten');
      },
    },
    {
      name: 'prune-name-changes',
      cron: '23 * * * *',
      run: async () => void (await pruneNameChanges(ctx)),
    },
    { name: 'prune-rate-limits', cron: '*/10 * * * *', run: async () => await pruneBuckets(ctx) },
    { name: 'watch-keys', cron: '11 * * * *', run: async () => await watchKeys(ctx) },
    { name: 'verify-audit', cron: '27 2,8,14,20 * * *', run: async () => void (await checkAuditLog(ctx)) },
    { name: 'prune-alerts', cron: '31 3 * * *', run: async () => void (await pruneAlerts(ctx)) },
    { name: 'prune-runs', cron: '13 4 * * *', run: async () => void (await pruneRuns(ctx, isStopped)) },
    { name: 'prune-events', cron: '23 4 * * *', run: async () => void (await pruneEvents(ctx, isStopped)) },
    { name: 'prune-chat', cron: '33 4 * * *', run: async () => void (await pruneChat(ctx)) },
    { name: 'prune-blobs', cron: '43 4 * * *', run: async () => void (await pruneBlobs(ctx, isStopped)) },
    { name: 'prune-audit', cron: '47 3 * * *', run: async () => void (await pruneAudit(ctx)) },
    {
      name: RESCAN,
      cron: '*/5 * * * *',
      async run() {
        await rescanSkills(ctx, { signal: stopping });
      },
    },
    {
      name: REWRAP,
      cron: '37 * * * *',
      async run() {
        const { counts, unreadable, keyIds } = await rewrapSecrets(ctx, { signal: stopping });
        if (Object.keys(counts).length > 0)
          ctx.log.info({ counts, unreadable, keyIds }, 'secrets have the newest key now');
      },
    },
    { name: 'vacuum-embedded-database', cron: '*/10 * * * *', run: async () => await db.vacuum() },
  ];
}
