/** What every verb receives: who asks, through which door, and the means to act. */
import type { Clock } from './clock.ts';
import type { Fetch } from './egress.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { NoteSigner } from './note-signer.ts';
import type { SecretBox } from './secret-box.ts';
import type { Settings } from './settings.ts';
import type { Span, Tracing } from './tracing.ts';

export const ROLES = ['viewer', 'operator', 'auditor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who asks. `system` is this program acting on its own account: workers and schedules. */
export interface Principal {
  readonly type: 'api_key' | 'bootstrap' | 'user' | 'system';
  readonly id: string;
  readonly name: string;
  readonly role: Role | 'system';
  /** Unix milliseconds after which it is nobody any more; absent where only looking can tell. */
  readonly until?: number;
}

/** Where a request came from; stored with runs and audit rows. */
export type Source = 'api' | 'chat_ops' | 'console' | 'cli' | 'schedule' | 'worker';

/** The database as the kernel sees it. `db/database.ts` knows what is behind it. */
export interface DatabaseHandle {
  readonly engine: 'pglite' | 'postgres';
  /** Tells listeners of all processes that something changed. A hint: debounced, may be lost. */
  notify(channel: Channel): void;
  /** Runs `listener` when a hint arrives. Returns the function that stops it. */
  listen(channel: Channel, listener: () => void): () => void;
}

export type Channel =
  | 'runs_queued'
  | 'runs_changed'
  | 'runs_canceling'
  | 'imports_queued'
  | 'syncs_queued'
  | 'chat_queued';

/** The scanner of skills as the kernel sees it. `skills/scan-content.ts` knows what is behind it. */
export interface ScannerHandle {
  /** Changes whenever a rule changes. */
  readonly ruleSet: string;
}

/** What the process gives to everything that acts in it; made once by `main.ts`. */
export interface Environment {
  readonly settings: Settings;
  readonly db: DatabaseHandle;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly secretBox: SecretBox;
  /** Signs checkpoints of the audit log. */
  readonly noteSigner: NoteSigner;
  readonly scanner: ScannerHandle;
  /** The only way out to other machines. */
  readonly egress: Fetch;
}

export interface Context extends Environment {
  readonly principal: Principal;
  readonly source: Source;
  readonly requestId: string | null;
  /** What this is a part of, for traces; absent for what began by itself. */
  readonly span?: Span;
}

/** An open transaction; only `db/database.ts` makes and opens one. */
export interface TransactionHandle {
  readonly inTransaction: true;
}

/** A context inside a transaction. Writing functions take this, so "outside one" does not compile. */
export interface TxContext extends Context {
  readonly tx: TransactionHandle;
}
