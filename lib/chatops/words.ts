/** Settles what each piece of a message means where it stands: a word may name a skill here and an environment there. */
import type { Mark, Mood, Verb } from './lexicon.ts';
import type { Piece } from './segment.ts';
import type { Name } from './vocabulary.ts';

export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly names: readonly Name[];
  readonly verb: { readonly verb: Verb; readonly mood: Mood } | null;
  readonly light: Mood | null;
  readonly marks: ReadonlySet<Mark>;
  readonly other: 'version' | 'commit' | 'number' | 'punctuation' | 'unknown' | null;
}

const NO_MARKS: ReadonlySet<Mark> = new Set();
const REF_NOUNS: readonly Mark[] = ['versionNoun', 'tagNoun', 'branchNoun', 'commitNoun'];
const PROVIDER_NOUNS: readonly Mark[] = ['providerNoun', 'providerNouns'];
const PUNCTUATION_MARKS: Readonly<Record<string, Mark>> = {
  '&': 'and',
  '+': 'and',
  '@': 'at',
  '/': 'or',
  '#': 'at',
};

export function settle(pieces: readonly Piece[]): Word[] {
  return pieces.map((piece, index) => {
    const names = chooseNames(pieces, index);
    return names.length > 0 ? named(piece, names) : plain(pieces, index);
  });
}

function named(piece: Piece, names: readonly Name[]): Word {
  const { text, start, end } = piece;
  return { text, start, end, names, verb: null, light: null, marks: NO_MARKS, other: null };
}

function plain(pieces: readonly Piece[], index: number): Word {
  const piece = pieces[index];
  if (piece === undefined) throw new RangeError('no such piece');
  const { text, start, end, meanings } = piece;
  const marks = new Set<Mark>();
  let verb: Word['verb'] = null;
  let light: Mood | null = null;
  let other: Word['other'] = null;
  for (const meaning of meanings) {
    if (meaning.is === 'mark') marks.add(meaning.mark);
    else if (meaning.is === 'verb') verb ??= meaning;
    else if (meaning.is === 'light') light ??= meaning.mood;
    else if (meaning.is === 'version' || meaning.is === 'commit' || meaning.is === 'number')
      other ??= meaning.is;
    else if (meaning.is === 'punctuation' || meaning.is === 'unknown') other ??= meaning.is;
  }
  if (isForeignRef(pieces, index) || isCommonNoun(pieces, index)) other = 'unknown';
  const punctuationMark = other === 'punctuation' ? PUNCTUATION_MARKS[text] : undefined;
  if (punctuationMark !== undefined) marks.add(punctuationMark);
  if (verb !== null && marks.size > 0 && !isVerbHere(pieces, index, marks)) verb = null;
  return { text, start, end, names: [], verb, light, marks, other };
}

/** "run", "tag", "빼고" are verbs only where a verb can stand. */
function isVerbHere(pieces: readonly Piece[], index: number, marks: ReadonlySet<Mark>): boolean {
  if (marks.has('exceptPrevious')) return false;
  const next = pieces[index + 1];
  if (next?.meanings.some(({ is }) => is === 'light')) return true;
  // "Run 512": which one, and no order.
  if (marks.has('runNoun') && next?.meanings.some(({ is }) => is === 'number')) return false;
  if (marks.has('previous') || marks.has('exceptNext') || marks.has('providerNoun')) return false;
  const previous = pieces[index - 1];
  return (
    previous === undefined ||
    isPunctuation(previous) ||
    hasMark(previous, ['request', 'filler', 'and', 'negation'])
  );
}

function chooseNames(pieces: readonly Piece[], index: number): readonly Name[] {
  const piece = pieces[index];
  const names = (piece?.meanings ?? []).filter(isName);
  if (piece === undefined || names.length === 0) return [];
  const of = (is: Name['is']): Name[] => names.filter((name) => name.is === is);
  const skillNext = hasMark(neighbour(pieces, index, 1), ['skillNoun', 'skillNouns']);
  const skills = of('skill');
  if (skills.length > 0 && skillNext) return skills;
  if (of('provider').length > 0) return of('provider');
  const isFunctionWord = piece.meanings.some((meaning) => isSign(meaning));
  if (of('ref').length > 0 && isRefHere(pieces, index)) return of('ref');
  if (isForeignRef(pieces, index) || isCommonNoun(pieces, index)) return [];
  if (skills.length > 0) return isFunctionWord && !isQuoted(pieces, index) ? [] : skills;
  if (of('skillWord').length > 0 && skillNext) return of('skillWord');
  if (of('kind').length > 0) return of('kind');
  if (of('qualifier').length > 0 && isPlaceHere(pieces, index)) return of('qualifier');
  if (isFunctionWord) return [];
  const [first] = [of('skillWord'), of('qualifier'), of('ref')].filter((found) => found.length > 0);
  return first ?? [];
}

/** "The dev branch", "prod 태그로": named as a ref that we do not know, and no environment. */
function isForeignRef(pieces: readonly Piece[], index: number): boolean {
  const meanings = pieces[index]?.meanings ?? [];
  const isEnvironment = meanings.length > 0 && meanings.every(({ is }) => is === 'qualifier');
  return isEnvironment && hasMark(pieces[index + 1], ['tagNoun', 'branchNoun']);
}

/** "It has a bug", "an email came": a word of a name behind "a" is a thing like others, unless it is called a skill. */
function isCommonNoun(pieces: readonly Piece[], index: number): boolean {
  const meanings = pieces[index]?.meanings ?? [];
  const isWordOnly = meanings.length > 0 && meanings.every(({ is }) => is === 'skillWord');
  if (!isWordOnly || !/^an?$/u.test(pieces[index - 1]?.text ?? '')) return false;
  return (
    !hasMark(pieces[index + 1], ['skillNoun']) &&
    !pieces[index + 1]?.meanings.some(({ is }) => is === 'skillWord')
  );
}

function isRefHere(pieces: readonly Piece[], index: number): boolean {
  const before = neighbour(pieces, index, -1);
  const after = neighbour(pieces, index, 1);
  if (hasMark(before, [...REF_NOUNS, 'at']) || hasMark(after, REF_NOUNS) || before?.text === '@') return true;
  return before?.meanings.some(({ is }) => is === 'skill') ?? false;
}

function isPlaceHere(pieces: readonly Piece[], index: number): boolean {
  const before = neighbour(pieces, index, -1);
  const after = neighbour(pieces, index, 1);
  const near = [before, after].some(
    (piece) =>
      hasMark(piece, PROVIDER_NOUNS) ||
      piece?.meanings.some(({ is }) => is === 'kind' || is === 'provider' || is === 'qualifier'),
  );
  // "클로드에 리서치 빼고".
  if (hasMark(after, ['exceptPrevious']) && pieces.slice(0, index).some(isWholeConnection)) return true;
  const beyond = hasMark(before, ['of']) ? neighbour(pieces, index - 1, -1) : undefined;
  if (hasMark(beyond, PROVIDER_NOUNS)) return true;
  if (near || hasMark(before, ['to', 'all']) || hasMark(after, ['toAfter', 'fromAfter'])) return true;
  return continuesProviders(pieces, index);
}

function isWholeConnection({ meanings }: Piece): boolean {
  return meanings.some(({ is }) => is === 'kind' || is === 'provider');
}

const BETWEEN_PROVIDERS: readonly Mark[] = [
  'article',
  'and',
  'or',
  'exceptNext',
  'providerNoun',
  'providerNouns',
  'only',
  'andAfter',
];

/** "Claude except the research one": what follows connections in a list is one too. */
function continuesProviders(pieces: readonly Piece[], index: number): boolean {
  for (let at = index - 1; at >= 0; at -= 1) {
    const piece = pieces[at];
    if (piece === undefined) return false;
    if (piece.meanings.some(({ is }) => is === 'kind' || is === 'provider')) return true;
    if (!hasMark(piece, BETWEEN_PROVIDERS) && piece.text !== ',') return false;
  }
  return false;
}

/** The next piece in one direction, past articles and quotation marks. */
function neighbour(pieces: readonly Piece[], index: number, step: 1 | -1): Piece | undefined {
  for (let at = index + step; ; at += step) {
    const piece = pieces[at];
    if (piece === undefined || !(hasMark(piece, ['article']) || isQuotation(piece) || piece.text === '('))
      return piece;
  }
}

function isQuoted(pieces: readonly Piece[], index: number): boolean {
  const before = pieces[index - 1];
  const after = pieces[index + 1];
  return before !== undefined && after !== undefined && isQuotation(before) && isQuotation(after);
}

export function isQuotation(piece: { readonly text: string }): boolean {
  return piece.text === '"' || piece.text === '`' || piece.text === "'";
}

function isPunctuation(piece: Piece): boolean {
  return piece.meanings.some(({ is }) => is === 'punctuation');
}

function hasMark(piece: Piece | undefined, marks: readonly Mark[]): boolean {
  return piece?.meanings.some((meaning) => meaning.is === 'mark' && marks.includes(meaning.mark)) ?? false;
}

function isName(meaning: Piece['meanings'][number]): meaning is Name {
  return ['skill', 'skillWord', 'provider', 'kind', 'qualifier', 'ref'].includes(meaning.is);
}

function isSign(meaning: Piece['meanings'][number]): boolean {
  if (meaning.is === 'verb' || meaning.is === 'light') return true;
  return meaning.is === 'mark' && meaning.mark !== 'filler';
}

export function has(word: Word | undefined, marks: readonly Mark[]): boolean {
  return word !== undefined && marks.some((mark) => word.marks.has(mark));
}

export function isNamed(word: Word, is: Name['is']): boolean {
  return word.names.some((name) => name.is === is);
}

/** Names a skill, or may be the unknown name of one. */
export function isSkillish(word: Word): boolean {
  return isNamed(word, 'skill') || isNamed(word, 'skillWord') || word.other === 'unknown';
}

export function isProviderish(word: Word): boolean {
  return isNamed(word, 'provider') || isNamed(word, 'kind') || isNamed(word, 'qualifier');
}

/** "SQL 스킬 다 지워줘": all of the one just named, and not all there are. */
export function isAllOfOneSkill(words: readonly Word[], at: number): boolean {
  const before = words[at - 1];
  const isNamedBefore = before !== undefined && (isNamed(before, 'skill') || isNamed(before, 'skillWord'));
  return isNamedBefore && words[at]?.text.startsWith('스킬') === true;
}
