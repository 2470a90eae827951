/** After a cancel that came while a change was under way: looks at the provider what became of it, and changes nothing. */
import { callFor } from '../connections/call.ts';
import type { ConnectionRow } from '../connections/store.ts';
import type { Context } from '../kernel/context.ts';
import type { Connection, InstallRequest, ProviderAdapter, RemoteSkill } from '../providers/adapter.ts';
import type { ClaimedRun } from '../runs/claim.ts';
import { selectOpenIntentSince } from '../runs/intent-store.ts';
import type { Found } from './outcome.ts';

/** What an attempt acts on. */
export interface Target {
  readonly adapter: ProviderAdapter;
  readonly row: ConnectionRow;
  readonly connection: Connection;
  readonly prior: RemoteSkill | null;
  /** Null for an uninstall. */
  readonly request: InstallRequest | null;
}

/** Null when nothing can be said: it is not there, but may still arrive; or the provider does not answer. */
export async function lookAfterCancel(ctx: Context, run: ClaimedRun, target: Target): Promise<Found | null> {
  const { adapter, row, connection, prior, request } = target;
  const signal = AbortSignal.timeout(ctx.settings.providerTimeoutMs);
  const call = callFor(ctx, row, signal, refuseToSend);
  try {
    if (request === null) {
      const isGone = prior !== null && !(await adapter.status(connection, prior, call)).present;
      if (!isGone) return null;
      const result = { effect: 'removed', providerRequestId: null } as const;
      return { type: 'uninstalled', result, externalId: prior.externalId };
    }
    const since = await selectOpenIntentSince(ctx, run.providerId, run.skillId);
    // An install begins with a look for what an earlier one left, and ends there when that is what is wanted.
    const looked = { ...request, openIntent: since === null ? null : { since } };
    const result = await adapter.install(connection, looked, call);
    return result.outcome === 'done' ? { type: 'installed', result } : null;
  } catch (error) {
    ctx.log.debug({ err: error }, 'it could not be seen what became of a canceled run');
    return null;
  }
}

async function refuseToSend(): Promise<void> {
  throw new Error('it is not there, and nothing is sent any more');
}
