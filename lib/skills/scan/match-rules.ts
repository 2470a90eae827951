/** Where a rule matches a skill, in every reading of its files. */
import type { Match, Pattern, Reading, Rule, ScannedFile, ScannedSkill } from './rule.ts';

/** A hostile text may match everywhere; so many places of one pattern in one reading tell enough. */
const MOST_MATCHES = 500;
/** How much of a long line counts as the surroundings of a match. */
const MOST_AROUND = 500;

export function* matchesOf(rule: Rule, skill: ScannedSkill): Iterable<Match> {
  if (rule.check) yield* rule.check(skill);
  for (const file of skill.files) {
    for (const pattern of rule.patterns ?? []) {
      if (!(pattern.languages?.includes(file.language) ?? true)) continue;
      for (const reading of file.readings) yield* matchesIn(pattern, file, reading);
    }
  }
}

function* matchesIn(pattern: Pattern, file: ScannedFile, reading: Reading): Iterable<Match> {
  const { place, unless, together, severity } = pattern;
  const { text } = reading;
  let count = 0;
  for (const { index, 0: found } of text.matchAll(everywhere(pattern.find))) {
    if (place !== 'any' && reading.isCode(index) !== (place === 'code')) continue;
    if (unless?.test(lineAround(text, index, found.length))) continue;
    // Asked last: the whole text is looked through once, and only where there is something to tell.
    if (count === 0 && together && !together.test(text)) return;
    yield { file, reading, index, length: found.length, ...(severity && { severity }) };
    count += 1;
    if (count >= MOST_MATCHES) return;
  }
}

const EVERYWHERE = new WeakMap<RegExp, RegExp>();

function everywhere(find: RegExp): RegExp {
  const known = EVERYWHERE.get(find);
  if (known) return known;
  const made = new RegExp(find.source, `${find.flags.replaceAll(/[gy]/g, '')}g`);
  EVERYWHERE.set(find, made);
  return made;
}

/** The line a match begins in, from its start or a bit before the match on. */
function lineAround(text: string, index: number, length: number): string {
  const before = text.slice(Math.max(0, index - MOST_AROUND), index);
  const after = text.slice(index, index + Math.min(length, MOST_AROUND) + MOST_AROUND);
  const end = after.indexOf('\n');
  return before.slice(before.lastIndexOf('\n') + 1) + (end < 0 ? after : after.slice(0, end));
}
