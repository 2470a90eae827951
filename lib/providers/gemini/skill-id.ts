/** Ids of skills at Google, which the caller chooses and which stay taken for long after a deletion. */
import { createHash } from 'node:crypto';

const MAX_LENGTH = 63;
const SKILL_ID = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const MAX_CANDIDATES = 5;

export function isSkillId(id: string): boolean {
  return SKILL_ID.test(id) && !id.startsWith('gcp-');
}

/** The name itself where it can be an id; else one derived from it, the same every time. */
export function skillIdFor(name: string): string {
  if (isSkillId(name)) return name;
  const prefixed = `s-${name}`;
  if (isSkillId(prefixed)) return prefixed;
  return `s-${createHash('sha256').update(name).digest('hex').slice(0, 20)}`;
}

/**
 * The ids to try in this order: the one used before, the derived one, and numbered ones for when that id was
 * deleted and is still reserved. The order never changes, so a repeated install looks where the first one went.
 */
export function candidateIds(name: string, prior: string | null): string[] {
  const id = skillIdFor(name);
  const numbered = Array.from({ length: MAX_CANDIDATES - 1 }, (_, index) => {
    const suffix = `-${index + 2}`;
    return id.slice(0, MAX_LENGTH - suffix.length).replace(/-+$/, '') + suffix;
  });
  return [...new Set([...(prior === null ? [] : [prior]), id, ...numbered])];
}
