/** What people are told of: the closed list of alerts, and for how long the same is not told again. (pure) */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** `quietMs`: the same type about the same subject within it is only counted; 0 tells each, Infinity once ever. */
export const ALERT_TYPES = {
  'run.stalled': { quietMs: 15 * MINUTE_MS, meaning: 'runs wait although they could have begun long ago' },
  'run.rescued': { quietMs: 5 * MINUTE_MS, meaning: 'runs were taken over from a worker that went silent' },
  'batch.failed': { quietMs: Infinity, meaning: 'all runs of a batch ended, none with success' },
  'batch.partially_failed': { quietMs: Infinity, meaning: 'a batch ended, and some of its runs failed' },
  'provider.error': { quietMs: 0, meaning: 'a provider cannot be used any more' },
  'provider.recovered': { quietMs: 0, meaning: 'a provider works again' },
  'drift.found': {
    quietMs: 5 * MINUTE_MS,
    meaning: 'a provider holds something else than was installed, or nothing',
  },
  'audit.broken': { quietMs: 24 * HOUR_MS, meaning: 'the audit log was changed by somebody' },
  'audit.checkpoint': {
    quietMs: Infinity,
    meaning: 'the audit log was signed; only for channels that name it, to keep a copy outside',
  },
  'key.expiring': { quietMs: Infinity, meaning: 'an API key ends soon' },
  'alert.test': { quietMs: 0, meaning: 'somebody tries a channel out' },
} as const satisfies Record<string, { readonly quietMs: number; readonly meaning: string }>;

export type AlertType = keyof typeof ALERT_TYPES;

/** Comes so often that nobody gets it who did not name it. */
export const ONLY_WHEN_NAMED: AlertType = 'audit.checkpoint';

export const ALERT_TYPE_NAMES = Object.keys(ALERT_TYPES).filter(isAlertType);

export function isAlertType(name: string): name is AlertType {
  return Object.hasOwn(ALERT_TYPES, name);
}

/** Something to tell people. */
export interface NewAlert {
  readonly type: AlertType;
  /** What it is about, for telling the same from another; an id. */
  readonly subject: string;
  /** One sentence. */
  readonly title: string;
  /** What a program may want to know; never a secret. */
  readonly data: Readonly<Record<string, unknown>>;
  /** How many things of its kind it stands for. */
  readonly count: number;
}
