/** Understands one chat message as one structured request, or refuses it with one reason. Pure, total, linear in time. */
import { quotesAnOrder, readSentences, type Sentence } from './clauses.ts';
import { isToldByEnding } from './talk.ts';
import { readEntities } from './entities.ts';
import { withoutFrames } from './frames.ts';
import { withBackground } from './background.ts';
import { actionAskedFor, type Inquiry, inquiryObjections, isAboutNothing, readInquiry } from './inquiries.ts';
import type { Entities } from './reading.ts';
import { ACTIONS, type Action, type Language, type Mark, type Verb } from './lexicon.ts';
import { MAX_MESSAGE_LENGTH, hasHangul, normalize, withoutQuotedLines } from './normalize.ts';
import { type Objection, objection, type RefusalReason, strongest } from './refusals.ts';
import { sentenceObjections, timeObjections } from './moods.ts';
import { isAfterthought, type Order, readOrder, tells } from './orders.ts';
import { mendNames } from './mend-names.ts';
import { repair } from './repair.ts';
import { segment } from './segment.ts';
import { resolveTargets, type Targets } from './targets.ts';
import { isUnsafe } from './unsafe.ts';
import type { Vocabulary } from './vocabulary.ts';
import { has, settle, type Word } from './words.ts';

export interface Intent {
  readonly action: Action;
  readonly skills: readonly string[];
  readonly providers: readonly string[];
  /** Label of a version, tag or branch, or a commit as written; null is the newest. */
  readonly ref: string | null;
}

/** What a question without names is about. */
export type Subject = 'skills' | 'connections' | 'runs';

export type Interpretation =
  | {
      readonly accepted: true;
      readonly intent: Intent;
      readonly subject: Subject;
      readonly needsConfirmation: boolean;
      readonly language: Language;
    }
  | {
      readonly accepted: false;
      readonly reason: RefusalReason;
      /** What was recognised on the way. */
      readonly intent: Partial<Intent> | null;
      readonly suggestions: readonly string[];
      readonly language: Language;
    };

/** What takes something away, or puts an older one in its place, is asked about first. */
const CONFIRMED: ReadonlySet<Action> = new Set<Action>(['uninstall', 'rollback']);

/** Actions that are asked about first when they are for all connections. */
const CHANGING: ReadonlySet<Action> = new Set<Action>(['install', 'upgrade', 'cancel', 'retry']);

const NO_TARGETS: Targets = { skills: [], providers: [], ref: null, objections: [] };

export function interpret(message: string, vocabulary: Vocabulary): Interpretation {
  if (message.length > MAX_MESSAGE_LENGTH) {
    const language = hasHangul(message) ? 'ko' : 'en';
    return { accepted: false, reason: 'not_understood', intent: null, suggestions: [], language };
  }
  const { text: whole, hidden } = normalize(message);
  const { text, quoted } = withoutQuotedLines(whole);
  const words = settle(mendNames(repair(segment(withoutFrames(text), vocabulary), vocabulary), vocabulary));
  const language = languageOf(words);
  const sentences = readSentences(words);
  const objections: Objection[] = [];
  if (hidden || isUnsafe(whole, words)) objections.push(objection('unsafe'));
  if (quotesAnOrder(words, text)) objections.push(objection('not_a_command'));
  if (quoted && !sentences.some(({ verbs }) => verbs.length > 0)) objections.push(objection('not_a_command'));
  const inquiry = readInquiry(sentences);
  const order = inquiry ?? readOrder(sentences, objections);
  objections.push(...objectionsTo(inquiry, order, sentences));
  return conclude(order, words, objections, vocabulary, language);
}

function objectionsTo(
  inquiry: Inquiry | null,
  order: Order | null,
  sentences: readonly Sentence[],
): Objection[] {
  if (inquiry !== null) {
    const isCutShort = sentences.some(
      (one) => !inquiry.words.includes(one.words[0] as Word) && isAfterthought(one),
    );
    return [...inquiryObjections(inquiry), ...(isCutShort ? [objection('not_understood')] : [])];
  }
  const ordering = new Set(order?.sentences);
  return sentences.flatMap((sentence) => {
    if (order === null || ordering.has(sentence)) return sentenceObjections(sentence, order?.verb ?? null);
    const isTalk = sentence.verbs.length > 0 || (tells(sentence) && !opensWithTime(sentence));
    return isTalk ? [] : timeObjections(sentence);
  });
}

/** "Every Friday at six, please upgrade it": a time that stands alone before the order. */
function opensWithTime({ words, hasNames }: Sentence): boolean {
  const at = words.findIndex((word) => !has(word, ['filler', 'article']) && !TIME_OPENING.test(word.text));
  return (
    !hasNames &&
    !words.some((word) => isToldByEnding(word) || has(word, ['reasonAfter'])) &&
    has(words[at], ['schedule'])
  );
}

const TIME_OPENING = /^(?:every|each|on|at|in|by|next|coming|this)$/u;

function conclude(
  order: Order | null,
  words: readonly Word[],
  objections: Objection[],
  vocabulary: Vocabulary,
  language: Language,
): Interpretation {
  if (order === null) return refuse(objections, null, language);
  if (order.verb === 'tell' && isAboutNothing(order.words)) objections.push(objection('not_a_command'));
  if (handlesConnection(order)) objections.push(objection('unsupported_action'));
  const entities = withBackground(readEntities(order.words, order.verb), words, order.verb);
  const action = actionOf(order, entities, words);
  const named = action === 'rollback' ? withoutBroken(entities, order.words) : entities;
  const targets = action === 'help' ? NO_TARGETS : resolveTargets(named, action, vocabulary);
  objections.push(...targets.objections);
  if (action === null) objections.push(objection('not_understood'));
  const { skills, providers, ref } = targets;
  if (action === null || objections.length > 0)
    return refuse(objections, { ...(action && { action }), skills, providers, ref }, language);
  return {
    accepted: true,
    intent: { action, skills, providers, ref },
    subject: subjectOf(words),
    needsConfirmation: CONFIRMED.has(action) || (CHANGING.has(action) && entities.allProviders),
    language,
  };
}

/** "커넥션 하나 추가해줘", "add a new connection": it is the connection that is made or taken away. */
function handlesConnection({ verb, words }: Order): boolean {
  if (verb !== 'install' && verb !== 'uninstall') return false;
  if (words.some(({ names }) => names.some(({ is }) => is === 'skill' || is === 'skillWord'))) return false;
  const at = words.findIndex((word) => word.verb?.verb === verb);
  if (verb === 'uninstall' && isConnectionItself(words, at)) return true;
  const isKorean = hasHangul(words[at]?.text ?? '');
  const beside = isKorean ? words.slice(0, at).toReversed() : words.slice(at + 1);
  const first = beside.find(
    (word) => word.names.length === 0 && !has(word, ['filler', 'article', 'objectAfter', 'again', 'request']),
  );
  return has(first, ['providerNoun', 'providerNouns']);
}

/** "claude-prod를 삭제해 주세요", "delete openai-prod": the connection is all that is named, and it is what the verb takes. */
function isConnectionItself(words: readonly Word[], at: number): boolean {
  const isKorean = hasHangul(words[at]?.text ?? '');
  const object = isKorean ? words[at - 2] : words[at + 1];
  const isDirect =
    !isKorean || (has(words[at - 1], ['objectAfter']) && words[at - 1]?.marks.has('toAfter') !== true);
  const isSlug = object?.names.some(({ is }) => is === 'provider') === true;
  return (
    isDirect &&
    isSlug &&
    !words.some((word) => has(word, ['from', 'fromAfter', 'to', 'pronoun', 'allSkills']))
  );
}

/** "2.1.0 is broken, go back to the previous version": what is told of before is not where it goes. */
function withoutBroken(entities: Entities, words: readonly Word[]): Entities {
  const goal = words.findLastIndex((word) => has(word, ['previous']));
  const version = words.findLastIndex(({ other }) => other === 'version');
  return goal > version ? { ...entities, refs: [] } : entities;
}

function subjectOf(words: readonly Word[]): Subject {
  const heard = (mark: Mark): boolean => words.some(({ marks }) => marks.has(mark));
  if (heard('runNoun')) return 'runs';
  const isOfSkills = heard('skillNoun') || heard('skillNouns');
  return !isOfSkills && (heard('providerNoun') || heard('providerNouns')) ? 'connections' : 'skills';
}

function refuse(
  objections: readonly Objection[],
  intent: Partial<Intent> | null,
  language: Language,
): Interpretation {
  const { reason, suggestions } = strongest(objections) ?? objection('not_understood');
  return { accepted: false, reason, intent, suggestions, language };
}

/** 올리다 and 내리다 move a version when one is named, and a skill when none is. */
function actionOf({ verb, words }: Order, entities: Entities, whole: readonly Word[]): Action | null {
  if (verb === 'tell') return actionAskedFor(words, entities);
  const { refs } = entities;
  // "버전이 너무 오래됐어요. 올려주세요": what is told before says it too.
  const speaksOfVersions = whole.some((word) => has(word, ['versionNoun', 'latest', 'previous']));
  const hasVersion = refs.length > 0 || speaksOfVersions;
  if (verb === 'raise') return hasVersion ? 'upgrade' : 'install';
  // "Bring it up to date".
  const isMoved = words.some(({ text, verb: own }) => own !== null && /^(?:bring|get|put)$/u.test(text));
  if (verb === 'install' && isMoved && words.some(({ marks }) => marks.has('latest'))) return 'upgrade';
  if (verb === 'lower')
    return hasVersion || words.some(({ marks }) => marks.has('previous')) ? 'rollback' : 'uninstall';
  return isAction(verb) ? verb : null;
}

function isAction(verb: Verb): verb is Action {
  return (ACTIONS as readonly Verb[]).includes(verb);
}

/** The language of the grammar; names in the other script do not count. */
function languageOf(words: readonly Word[]): Language {
  const spoken = words.filter(({ other, names }) => names.length === 0 && other !== 'punctuation');
  const inHangul = spoken.filter(({ text }) => hasHangul(text)).length;
  if (inHangul > 0) return 'ko';
  const isSpoken = spoken.some(({ text }) => /[a-z]/u.test(text));
  return !isSpoken && words.some(({ text }) => hasHangul(text)) ? 'ko' : 'en';
}
