/** What an accepted message comes to: something that can be planned, and then done or told. */
import type { Connection, Installation } from '../../connections/schema.ts';
import type { Context, TxContext } from '../../kernel/context.ts';
import type { Previews } from '../../runs/plan-request.ts';
import type { PlanEntry, Run } from '../../runs/schema.ts';
import type { Skill } from '../../skills/schema.ts';

/** What would be done: to targets, or to runs that are there already. */
export interface Planned {
  readonly plan: readonly PlanEntry[];
  readonly runs: readonly Run[];
}

/** What was asked about; absent where it was not. */
export interface Facts {
  readonly skills?: readonly Skill[];
  readonly connections?: readonly Connection[];
  readonly installations?: readonly Installation[];
  readonly runs?: readonly Run[];
  /** There is more than is shown. */
  readonly hasMore: boolean;
}

export type Outcome =
  | {
      readonly is: 'started';
      readonly runs: readonly Run[];
      readonly batchIds: readonly string[];
      /** Ids of runs that did the same already. */
      readonly reused: readonly string[];
    }
  | { readonly is: 'canceled'; readonly runs: readonly Run[] }
  | { readonly is: 'told'; readonly facts: Facts };

export interface Deed {
  /** Changes take an operator. */
  readonly isChange: boolean;
  /** Before a transaction is open: what a repository has to be asked for. */
  prepare(ctx: Context, isOnlyPlanned: boolean): Promise<Previews>;
  plan(ctx: Context, previews: Previews): Promise<Planned>;
  /** `confirmed`: ids of the runs that were shown when it was asked about, and nothing else. */
  carryOut(tx: TxContext, confirmed: readonly string[] | null): Promise<Outcome>;
}

export const NO_PLAN: Planned = { plan: [], runs: [] };
