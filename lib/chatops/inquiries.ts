/** Recognises messages that only ask: how to do something, how something is, or what there is. */
import type { Sentence } from './clauses.ts';
import { isCondition } from './talk.ts';
import type { VerbUse } from './verb-uses.ts';
import type { Mark, Verb } from './lexicon.ts';
import { governorOf, isWished } from './governors.ts';
import { hasHangul } from './normalize.ts';
import type { Order } from './orders.ts';
import type { Entities } from './reading.ts';
import { type Objection, objection } from './refusals.ts';
import { has, type Word } from './words.ts';

const TELLING: ReadonlySet<Verb> = new Set<Verb>(['status', 'list', 'tell']);
/** Moods in which a verb is told about and not ordered. */
const TOLD: ReadonlySet<VerbUse['mood']> = new Set<VerbUse['mood']>([
  'participle',
  'report',
  'past',
  'state',
  'question',
  'gerund',
]);
const NOT_ASKING: readonly Mark[] = ['opinion', 'hypothetical', 'reported'];

export interface Inquiry extends Order {
  readonly verb: 'help' | 'tell';
  readonly sentences: readonly Sentence[];
}

/** Null when the message orders something as well, or asks for nothing we know of. */
export function readInquiry(sentences: readonly Sentence[]): Inquiry | null {
  const helping = sentences.filter(asksForHelp);
  const asking = helping.length > 0 ? helping : sentences.filter(asks);
  if (asking.length === 0) return null;
  const others = sentences.filter((sentence) => !asking.includes(sentence));
  if (others.some(orders) || others.some(({ words }) => words.some((word) => has(word, ['retraction']))))
    return null;
  const fragments = others.filter(
    ({ hasNames, hasUnknown, verbs }) => hasNames && !hasUnknown && verbs.length === 0,
  );
  const told = sentences.filter((sentence) => asking.includes(sentence) || fragments.includes(sentence));
  return {
    verb: helping.length > 0 ? 'help' : 'tell',
    words: told.flatMap(({ words }) => words),
    sentences: asking,
  };
}

export function inquiryObjections({ verb, sentences }: Inquiry): Objection[] {
  return sentences.flatMap((sentence) => {
    const heard = (mark: Mark): boolean => sentence.words.some(({ marks }) => marks.has(mark));
    const found: Objection[] = [];
    if (forbids(sentence) || (verb === 'tell' && weighsDeed(sentence)))
      found.push(objection('not_a_command'));
    if (heard('schedule') || sentence.words.some((word, at) => waits(word, at, sentence.words)))
      found.push(objection('unsupported_action'));
    return found;
  });
}

/** A question that names a skill, asks for a run or for how something is, is for a status; one for members is for a list. */
export function actionAskedFor(words: readonly Word[], entities: Entities): 'status' | 'list' {
  const heard = (marks: readonly Mark[]): boolean => words.some((word) => has(word, marks));
  const said = (verb: Verb): boolean => words.some((word) => word.verb?.verb === verb);
  if (entities.items.some(({ type }) => type === 'skill') || entities.pronoun) return 'status';
  if (said('list') && !heard(['runNoun'])) return 'list';
  if (said('status') || heard(['state', 'runNoun'])) return 'status';
  const namesProvider = entities.items.some(({ type }) => type === 'provider');
  const asksHow = words.some(({ text }) => /^(?:how|why|왜|어떤지|어떻게)/u.test(text));
  if ((asksHow || asksWhether(words)) && heard(['health'])) return 'status';
  if (heard(['health'])) return namesProvider && !heard(['skillNoun', 'skillNouns']) ? 'status' : 'list';
  if (heard(['versionNoun', 'latest'])) return 'status';
  const isDone = words.some(({ verb }) => verb?.mood === 'past' || verb?.mood === 'question');
  return isDone && !heard(['skillNoun', 'skillNouns', 'providerNoun', 'providerNouns', 'question'])
    ? 'status'
    : 'list';
}

/** "Are all connections up?": yes or no, and not which. */
function asksWhether(words: readonly Word[]): boolean {
  const first = words.find((word) => !has(word, ['filler', 'and', 'thanks']));
  return /^(?:is|are|was|were)$/u.test(first?.text ?? '');
}

/** "어떻게 됐어요" asks how it ended, and not how it is done. */
const BECAME = /^어떻게 ?(?:됐|되었|돼 ?가|되어 ?가|되고)/u;

function asksForHelp(sentence: Sentence): boolean {
  const { words, verbs } = sentence;
  if (words.some((word) => has(word, NOT_ASKING))) return false;
  if (verbs.some(({ verb, mood }) => verb === 'help' && mood !== 'negation')) return !orders(sentence);
  return (
    words.some((word) => has(word, ['howto']) && !BECAME.test(word.text)) ||
    verbs.some(({ mood }) => mood === 'howto')
  );
}

function asks(sentence: Sentence): boolean {
  const { words, verbs } = sentence;
  if (words.some((word) => has(word, NOT_ASKING)) || orders(sentence)) return false;
  // "If we removed it, would the macros still work?"
  if (words[0]?.text === 'if' || !concerns(sentence)) return false;
  if (verbs.some(({ mood }) => mood === 'opinion' || mood === 'hypothetical')) return false;
  if (verbs.some((use) => TELLING.has(use.verb) && !TOLD.has(use.mood) && !isBackground(sentence, use)))
    return true;
  return isQuestion(sentence);
}

const OTHERS = /^(?:people|they|he|she|somebody|someone|everybody|nobody|users|colleagues)$/u;

/** "People tell me": nobody asks us. */
function isBackground({ words }: Sentence, { at }: VerbUse): boolean {
  const isTold = governorOf(words, at) === 'report';
  return isTold && words.slice(0, at).some(({ text }) => OTHERS.test(text));
}

/** Opens with "is", "which", "did"; or has a Korean question word or ending. */
export function isQuestion({ words, verbs, isQuestion: isMarked }: Sentence): boolean {
  const end = words.findLast(({ other }) => other !== 'punctuation')?.text ?? '';
  if (!isMarked && HEARSAY.test(end)) return false;
  const openings = openingsOf(words);
  if (openings.some((word) => has(word, ['question']) && !has(word, ['because', 'request']))) return true;
  if (isMarked && openings.some(({ text }) => text === 'when')) return true;
  if (verbs.some(({ mood }) => mood === 'question')) return true;
  const wonders = words.some((word) => has(word, ['question', 'state', 'health']) && hasHangul(word.text));
  const isDone = verbs.some(({ mood }) => mood === 'past' || mood === 'state' || mood === 'participle');
  return (
    (isMarked && (wonders || isDone || words.some((word) => has(word, ['state', 'health'])))) ||
    wondersAloud(words)
  );
}

/** "죽었냐", "어떻게 됐어": asked by the ending alone. */
const WONDERED = /(?:냐|니|나|나요|까|까요|는지|는지요)$|^(?:어떻게|어케|어찌) ?(?:됐|되|돼|된)/u;

const HEARSAY =
  /(?:더라고?요?|더라구요?|더군요?|[었았했됐웠렸겼졌]네요?|[었았했됐웠렸겼졌]군요?|[었았했됐웠렸겼졌]구나|답니다|다네요?|다던데요?|다고 (?:해요|합니다|하네요|들었어요|들었습니다))$/u;

/** "openai-prod에 뭐가 있어": a question word makes one, with or without its mark. */
function wondersAloud(words: readonly Word[]): boolean {
  const last = words.findLast(({ other }) => other !== 'punctuation');
  if (has(last, ['state', 'health']) && WONDERED.test(last?.text ?? '')) return true;
  // "누가 설치했더라고요": seen, and told.
  if (HEARSAY.test(last?.text ?? '')) return false;
  return words.some(
    (word) => has(word, ['question']) && /^(?:뭐|무엇|무슨|어디|누가|왜|몇|어느|어떤|언제)/u.test(word.text),
  );
}

const OURS: readonly Mark[] = [
  'skillNoun',
  'skillNouns',
  'allSkills',
  'providerNoun',
  'providerNouns',
  'runNoun',
  'state',
  'versionNoun',
];

function concerns({ words, verbs, hasNames }: Sentence): boolean {
  return hasNames || verbs.length > 0 || words.some((word) => has(word, OURS));
}

/** "Tell me a joke": words we do not know, and nothing that is here. */
export function isAboutNothing(words: readonly Word[]): boolean {
  const isOurs = words.some(
    (word) => word.names.length > 0 || has(word, OURS) || has(word, ['health', 'latest', 'pronoun']),
  );
  const asksForOne = words.some(({ verb }) => verb?.verb === 'status' || verb?.mood === 'participle');
  const looksNamed = words.some(({ text, other }) => other === 'unknown' && /[-_\d]/u.test(text));
  return !isOurs && !asksForOne && !looksNamed && words.some(({ other }) => other === 'unknown');
}

/** Whether one of its verbs is an order to change something. */
function orders(sentence: Sentence): boolean {
  const asksBack = opensWithAuxiliary(sentence);
  return sentence.verbs.some(({ verb, mood, isBare }) => {
    if (TELLING.has(verb) || verb === 'help' || isBare || TOLD.has(mood))
      return isWanted(sentence, verb, mood);
    return !(asksBack && mood === 'base') && mood !== 'howto';
  });
}

/** "Docx should be removed": a told verb is ordered when somebody wants it. */
function isWanted({ words }: Sentence, verb: Verb, mood: VerbUse['mood']): boolean {
  if (TELLING.has(verb) || verb === 'help') return false;
  const starts = words.some((word) => has(word, ['requestGerund']));
  return ((mood === 'participle' || mood === 'report') && isWished(words)) || (mood === 'gerund' && starts);
}

/** "Did you install docx?" orders nothing. */
function opensWithAuxiliary({ words }: Sentence): boolean {
  return openingsOf(words).some((word) => has(word, ['question']) && !has(word, ['request']));
}

/** The first word of each clause that says something. */
function openingsOf(words: readonly Word[]): Word[] {
  let isOpen = true;
  return words.filter((word) => {
    if (word.other === 'punctuation' || /^(?:but|so|and)$/u.test(word.text)) isOpen = true;
    else if (isOpen && !has(word, ['filler', 'and', 'article', 'thanks', 'correction'])) {
      isOpen = false;
      return true;
    }
    return false;
  });
}

/** "Is it too early to upgrade docx?", "any point in installing it?": a deed that is only thought of. */
function weighsDeed({ words, verbs }: Sentence): boolean {
  if (verbs.some(({ verb, mood }) => TELLING.has(verb) && mood === 'base' && verb !== 'tell')) return false;
  const isSupposed =
    words.some((word) => word.text === 'if') &&
    words.some(({ text }) => /^(?:would|could|might)$/u.test(text));
  return (
    isSupposed ||
    verbs.some(({ verb, mood, at }) => {
      if (TELLING.has(verb) || verb === 'help') return false;
      const before = words[at - 1];
      return (
        (mood === 'base' && before?.text === 'to') ||
        (mood === 'gerund' && has(before, ['of', 'to', 'at', 'from']))
      );
    })
  );
}

/** "Don't tell me": a negation before the verb, in what is no question. */
function forbids(sentence: Sentence): boolean {
  if (sentence.verbs.some(({ mood }) => mood === 'negation')) return true;
  if (isQuestion(sentence)) return false;
  const first = sentence.verbs[0]?.at ?? 0;
  return sentence.words.slice(0, first).some((word) => has(word, ['negation']));
}

/** "Tell me when it is done" is for later; "let me know whether", and "when was …?", are for now. */
function waits(word: Word, at: number, words: readonly Word[]): boolean {
  if (!isCondition(word) || /^(?:if|whether)$/u.test(word.text)) return false;
  return !(word.text === 'when' && words.slice(0, at).every(opensOnly));
}

function opensOnly(word: Word): boolean {
  return word.other === 'punctuation' || has(word, ['filler', 'and']);
}
