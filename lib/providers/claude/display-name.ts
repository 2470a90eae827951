/** The name a skill shows at Claude: the readable one and, in brackets, the mark that tells it is ours. */
import { installMarker } from '../adopt.ts';

const MAX_LENGTH = 255;

/** `CSV tools [sc:…13 letters…]`. Claude allows one line of 255 characters and keeps it for ever. */
export function displayNameFor(connectionId: string, skill: { name: string; displayName: string }): string {
  const mark = markFor(connectionId, skill.name);
  const line = skill.displayName.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  const room = MAX_LENGTH - mark.length - 1;
  const readable = line.length <= room ? line : line.slice(0, room).replace(/[\uD800-\uDBFF]$/, '');
  return `${readable} ${mark}`.trim();
}

export function isMarkedFor(connectionId: string, skillName: string, displayName: string): boolean {
  return displayName.endsWith(markFor(connectionId, skillName));
}

/** The mark a shown name ends with; null for a name that is none of ours. */
export function markIn(displayName: string): string | null {
  return /\[sc:([a-z2-7]{13})\]$/.exec(displayName)?.[1] ?? null;
}

function markFor(connectionId: string, skillName: string): string {
  return `[sc:${installMarker(connectionId, skillName)}]`;
}
