/** Finds the verbs of a clause, the endings and words that belong to each, and those that stand as nouns. */
import type { Mark, Mood, Verb } from './lexicon.ts';
import { hasHangul } from './normalize.ts';
import type { Word } from './words.ts';

export interface VerbUse {
  readonly verb: Verb;
  readonly mood: Mood;
  /** The verb stands as a noun of another one: "cancel the install", "설치 취소". */
  readonly isBare: boolean;
  readonly at: number;
}

/** Between a Korean noun and the ending that makes it a verb: "설치를 좀 해줘". */
const TRANSPARENT: readonly Mark[] = ['filler', 'objectAfter', 'topicAfter', 'request', 'article'];

/** "The status of", "a list of": a noun that asks all the same. */
const ASKING: ReadonlySet<Verb> = new Set<Verb>(['tell', 'list', 'help']);

export function readVerbs(words: readonly Word[]): VerbUse[] {
  const verbs: VerbUse[] = [];
  const taken = new Set<number>();
  words.forEach((word, at) => {
    if (word.verb === null) return;
    const found = word.verb.mood === 'base' ? endingAfter(words, at) : -1;
    const ending = isRequestNoun(words, found) ? -1 : found;
    if (ending >= 0) taken.add(ending);
    const light = words[ending]?.light ?? null;
    const { verb, mood } = word.verb;
    const isNoun = ASKING.has(verb) ? isSight(words, at) || isKindOfSkill(words, at) : isNounHere(words, at);
    const isBare = light === null && mood === 'base' && isNoun;
    verbs.push({ verb, mood: light ?? (isBare ? 'report' : mood), isBare, at });
  });
  const read = withoutBackground(words, withAttempts(words, attachLooseEndings(words, verbs, taken)));
  return read.length === 0 ? byDirection(words) : read;
}

/** "Please shove docx onto Claude", "wind docx back to 1.0": where it goes says what an unknown verb means. */
function byDirection(words: readonly Word[]): VerbUse[] {
  const at = words.findIndex(({ marks }) => !BEFORE_VERB.some((mark) => marks.has(mark)));
  const verb = words[at];
  const bare = bareDirection(words) ?? requestedThere(words);
  if (bare !== null) return [{ verb: bare, mood: 'base', isBare: false, at: 0 }];
  if (verb?.other !== 'unknown' || !/^[a-z]+$/u.test(verb.text) || words.slice(at).some(isTensed)) return [];
  const rest = words.slice(at + 1);
  if (!rest.some(({ names }) => names.some(({ is }) => is === 'skill' || is === 'skillWord'))) return [];
  const text = rest.map((word) => (word.other === 'version' ? '<v>' : word.text)).join(' ');
  const found = DIRECTIONS.find(([pattern]) => pattern.test(text));
  return found === undefined ? [] : [{ verb: found[1], mood: 'base', isBare: false, at }];
}

/** "Docx onto claude-prod, please", "docx off Gemini": a name, a direction, a place and nothing else. */
function bareDirection(words: readonly Word[]): Verb | null {
  if (words.some((word) => word.other === 'unknown' || (isTensed(word) && word.text !== 'not'))) return null;
  const back = words.findIndex(({ text }) => text === 'back');
  if (back > 0 && words[back + 1]?.marks.has('to') && words.slice(back).some(isOlder)) return 'rollback';
  // "Docx to claude-prod" names all there is to name.
  const isAsked =
    words.some(({ marks, text }) => marks.has('request') && PLEASE.test(text)) ||
    (words.some(({ text }) => text === 'to') && words.every(({ marks }) => !marks.has('question')));
  const way = words.findIndex(
    ({ text }) => /^(?:onto|off|off of)$/u.test(text) || (isAsked && /^(?:on|to|into)$/u.test(text)),
  );
  if (way < 0 || !words.slice(0, way).some(isSkillName)) return null;
  return words[way]?.text.startsWith('off') ? 'uninstall' : 'install';
}

const PLEASE = /^(?:please|pls|plz|kindly)$/u;

function isOlder({ other, marks }: Word): boolean {
  return other === 'version' || marks.has('previous');
}

/** "번역 스킬 제미나이에 부탁해요": what is asked for at a place is to be put there. */
function requestedThere(words: readonly Word[]): Verb | null {
  if (!words.some(isSkillName) || words.some(({ other }) => other === 'unknown')) return null;
  const last = words.findLast(({ other }) => other !== 'punctuation');
  const asks =
    last?.text === '좀' ||
    last?.text === '좀요' ||
    words.some(({ light, text }) => light === 'command' && /^(?:부탁|요청|요망|바랍|ㄱㄱ|고고)/u.test(text));
  const isPlaced = words.some(
    ({ marks, text }, at) =>
      (marks.has('toAfter') || marks.has('byAfter') || text === '에만') &&
      words[at - 1]?.names.some(({ is }) => is === 'provider' || is === 'kind' || is === 'qualifier') ===
        true,
  );
  return asks && isPlaced ? 'install' : null;
}

const BEFORE_VERB: readonly Mark[] = ['filler', 'request', 'and', 'thanks', 'article'];

function isTensed({ text }: Word): boolean {
  return /^(?:is|are|was|were|did|does|has|have|had|will|won't|didn't|not)$/u.test(text);
}

const DIRECTIONS: readonly (readonly [RegExp, Verb])[] = [
  [/\bup to (?:version )?(?:<v>|the (?:latest|newest))/u, 'upgrade'],
  [/\b(?:back|down)\b.*\bto (?:version )?<v>|\bback (?:a|one) (?:version|release)/u, 'rollback'],
  [/\bonto\b/u, 'install'],
  [/\boff\b/u, 'uninstall'],
];

/** What a Korean sentence only tells of on its way to the order at its end: "설치했던 걸 이제 지워 주세요". */
const TOLD_ON_THE_WAY: ReadonlySet<Mood> = new Set<Mood>(['report', 'past', 'participle', 'state']);

function withoutBackground(words: readonly Word[], verbs: readonly VerbUse[]): VerbUse[] {
  return endsInOrder(words, verbs)
    ? verbs.filter(({ mood, isBare }, index) => {
        return index === verbs.length - 1 || isBare || !TOLD_ON_THE_WAY.has(mood);
      })
    : [...verbs];
}

/** In Korean the last predicate says what the whole sentence is. */
export function endsInOrder(words: readonly Word[], verbs: readonly VerbUse[]): boolean {
  const last = verbs.at(-1);
  if (last?.mood !== 'command') return false;
  const isKorean = words.slice(last.at).some(({ text, light, verb }) => {
    return (light !== null || verb !== null) && hasHangul(text);
  });
  return isKorean && !words.some(({ marks }) => marks.has('reported'));
}

/** "Try the failed ones again", "run it once more": trying is retrying when it is for another time, and else nothing. */
function withAttempts(words: readonly Word[], verbs: readonly VerbUse[]): VerbUse[] {
  const isAgain = words.some(({ marks }) => marks.has('again'));
  const goesBack = words.some(({ marks, other }) => marks.has('previous') || other === 'version');
  const moved = movesBack(words, verbs);
  if (moved !== null) return moved;
  return verbs.flatMap((use) => {
    if (use.verb !== 'attempt' && !RUNNING.has(words[use.at]?.text ?? '')) return [use];
    if (goesBack && /^(?:돌려|돌리|돌립)/u.test(words[use.at]?.text ?? ''))
      return [{ ...use, verb: 'rollback' as const }];
    if (isAgain) return [{ ...use, verb: 'retry' as const }];
    return use.verb === 'attempt' ? [] : [use];
  });
}

/** "Set it back to 1.0", "switch Claude back": whatever the verb is, it is a rollback. */
function movesBack(words: readonly Word[], verbs: readonly VerbUse[]): VerbUse[] | null {
  const from = words.findIndex(({ text }) => MOVING.test(text));
  const back = words.findIndex(({ text }, at) => at > from && text === 'back');
  if (from < 0 || back < 0 || words.slice(from, back).some(({ other }) => other === 'punctuation'))
    return null;
  const others = verbs.filter(({ at }) => at < from || at > back);
  const moved: VerbUse = { verb: 'rollback', mood: 'base', isBare: false, at: from };
  return [...others, moved].toSorted((one, other) => one.at - other.at);
}

const MOVING =
  /^(?:set|put|switch|bring|take|get|move|step|go|change|turn|roll|swap|drop|flip|send|revert|pull)$/u;
const RUNNING: ReadonlySet<string> = new Set(['run', 'execute', '실행']);

function endingAfter(words: readonly Word[], at: number): number {
  for (let next = at + 1; next < words.length; next += 1) {
    const word = words[next];
    if (word === undefined) return -1;
    if (word.light !== null) return next;
    if (!TRANSPARENT.some((mark) => word.marks.has(mark))) return -1;
  }
  return -1;
}

/** "설치 요청은 철회합니다": a request that something else is said of. */
function isRequestNoun(words: readonly Word[], at: number): boolean {
  const isNoun = /^(?:요청|부탁)$/u.test(words[at]?.text ?? '');
  const after = words[at + 1]?.marks;
  return isNoun && (after?.has('topicAfter') === true || after?.has('objectAfter') === true);
}

/** "the install", "install of", and a Korean noun directly before another verb are names of deeds, not orders. */
function isNounHere(words: readonly Word[], at: number): boolean {
  const before = words[at - 1];
  const after = words[at + 1];
  if (before?.marks.has('article') || after?.marks.has('of')) return true;
  if (isKindOfSkill(words, at)) return true;
  if (after?.marks.has('question') && hasHangul(after.text)) return words[at]?.verb?.verb !== 'status';
  if (after?.marks.has('state') && !opensOrder(words, at)) return true;
  if (isNamedDeed(words, at)) return true;
  const next = after?.verb ?? null;
  return next !== null && next.mood !== 'gerund' && next.verb !== words[at]?.verb?.verb;
}

/** "날씨 알림 스킬": what it does, and no order. */
function isKindOfSkill(words: readonly Word[], at: number): boolean {
  return words[at + 1]?.marks.has('skillNoun') === true && hasHangul(words[at]?.text ?? '');
}

/** "The view was splendid": seen, and not to be shown. */
function isSight(words: readonly Word[], at: number): boolean {
  const isNoun = /^(?:view|display|print|check|report|see|help)$/u.test(words[at]?.text ?? '');
  return isNoun && words[at - 1]?.marks.has('article') === true && words[at + 1]?.marks.has('of') !== true;
}

/** "Cancel running jobs": the first word that says something. */
function opensOrder(words: readonly Word[], at: number): boolean {
  if (hasHangul(words[at]?.text ?? '')) return false;
  return words.slice(0, at).every(({ marks }) => BEFORE_VERB.some((mark) => marks.has(mark)));
}

/** "Halt the pending docx upgrade": of a name with an article, behind another verb. */
function isNamedDeed(words: readonly Word[], at: number): boolean {
  const before = words[at - 1];
  const isFailed = before?.marks.has('state') === true && !hasHangul(before.text);
  if (!DEED_NOUN.test(words[at]?.text ?? '') || (before?.names.length === 0 && !isFailed)) return false;
  if (isFailed && words.slice(0, at).some(({ verb }) => verb !== null)) return true;
  const article = words.slice(0, at).findLastIndex(({ marks }) => marks.has('article'));
  if (article >= 0 && words.slice(article + 1, at).every(isSkillName)) return true;
  return words.slice(0, Math.max(article, 0)).some(({ verb, other }) => verb !== null || other === 'unknown');
}

function isSkillName({ names, marks }: Word): boolean {
  return names.some(({ is }) => is === 'skill' || is === 'skillWord') || marks.has('state');
}

const DEED_NOUN = /^(?:install|upgrade|update|uninstall|rollback|removal|deployment)$/u;

/** "깔아 주세요 실험 좀 해 보려고요": an ending that belongs to a noun of its own. */
function hasOwnNoun(words: readonly Word[], at: number): boolean {
  let before = at - 1;
  while (words[before]?.marks.has('filler') === true && !words[before]?.marks.has('toAfter')) before -= 1;
  return words[before]?.other === 'unknown' && hasHangul(words[before]?.text ?? '');
}

/** Endings that do not overrule the order before them: "retry 해줘 failed된 것들". */
const GIVING_WAY: ReadonlySet<Mood> = new Set<Mood>(['command', 'participle']);

/** "install pdf-tools on openai-prod 해줘": an ending apart from its verb belongs to the last verb without one. */
function attachLooseEndings(
  words: readonly Word[],
  verbs: readonly VerbUse[],
  taken: ReadonlySet<number>,
): VerbUse[] {
  const result = [...verbs];
  words.forEach(({ light, marks }, at) => {
    if (light === null || taken.has(at) || marks.size > 0 || hasOwnNoun(words, at)) return;
    // "설치해줘 하면 어때": an ending that is no order overrules the one before it.
    const index = result.findLastIndex(
      (use) => use.at < at && (use.mood === 'base' || !GIVING_WAY.has(light)),
    );
    const use = result[index];
    if (use !== undefined) result[index] = { ...use, mood: light };
  });
  return result;
}
