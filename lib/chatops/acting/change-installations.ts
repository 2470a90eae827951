/** Installs, upgrades, uninstalls and rolls back, by the functions behind the API. */
import type { Context } from '../../kernel/context.ts';
import { createRuns, planOnly } from '../../runs/create-runs.ts';
import { previewUnknownRef, registerUnknownRef } from '../../runs/look-up-ref.ts';
import { planRollBack, rollBack } from '../../runs/roll-back.ts';
import type { CreatedRuns, CreateRuns } from '../../runs/schema.ts';
import { shapePlanEntry } from '../../runs/shape.ts';
import type { Intent } from '../interpret.ts';
import type { Deed, Outcome } from './deed.ts';

export function changeInstallations(intent: Intent): Deed {
  return intent.action === 'rollback' && intent.ref === null ? goBack(intent) : request(intent);
}

function request(intent: Intent): Deed {
  const input: CreateRuns = {
    action: intent.action === 'uninstall' ? 'uninstall' : 'install',
    skills: [...intent.skills],
    providers: [...intent.providers],
    ref: intent.ref ?? 'latest',
    dryRun: false,
    onDuplicate: 'reuse',
  };
  return {
    isChange: true,
    async prepare(ctx: Context, isOnlyPlanned: boolean) {
      if (isOnlyPlanned) return await previewUnknownRef(ctx, input);
      await registerUnknownRef(ctx, input);
      return new Map();
    },
    plan: async (ctx, previews) => ({ plan: (await planOnly(ctx, input, previews)).plan, runs: [] }),
    carryOut: async (tx) => started([(await createRuns(tx, input, null)).created]),
  };
}

/** Each connection to the version it had before. */
function goBack(input: Intent): Deed {
  return {
    isChange: true,
    prepare: async () => new Map(),
    plan: async (ctx) => ({ plan: (await planRollBack(ctx, input)).map(shapePlanEntry), runs: [] }),
    carryOut: async (tx) => started([await rollBack(tx, input)]),
  };
}

export function started(batches: readonly CreatedRuns[]): Outcome {
  return {
    is: 'started',
    runs: batches.flatMap(({ runs }) => runs),
    batchIds: batches.map(({ batchId }) => batchId),
    reused: batches.flatMap(({ reused }) => reused),
  };
}
