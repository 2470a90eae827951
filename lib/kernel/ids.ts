/** Prefixed, time-ordered identifiers: a prefix that names the kind of thing, then a UUIDv7. */
import { randomUUIDv7 } from 'node:crypto';

export const ID_PREFIXES = {
  skill: 'skl',
  skillVersion: 'skv',
  skillImport: 'imp',
  provider: 'prv',
  providerCheck: 'chk',
  run: 'run',
  batch: 'bat',
  chatAction: 'act',
  chatUser: 'usr',
  chatJob: 'chj',
  audit: 'aud',
  key: 'key',
  installation: 'ins',
  intent: 'int',
  alert: 'alt',
  alertChannel: 'alc',
  alertDelivery: 'ald',
  request: 'req',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

export function newId(kind: IdKind): string {
  return `${ID_PREFIXES[kind]}_${randomUUIDv7()}`;
}

/** Every id of this kind made at this time (Unix milliseconds) or later sorts behind it. */
export function firstIdAt(kind: IdKind, time: number): string {
  const hex = Math.max(0, Math.trunc(time)).toString(16).padStart(12, '0');
  return `${ID_PREFIXES[kind]}_${hex.slice(0, 8)}-${hex.slice(8, 12)}-`;
}
