/** Third look at unknown words: together with the words beside them they may be a name with a slip in it ("Log Serch"). (pure) */
import type { Slipped } from './name-index.ts';
import { isUnknown } from './repair.ts';
import type { Piece } from './segment.ts';
import type { Name, Vocabulary } from './vocabulary.ts';

const LONGEST_NAME = 4;
/** A message with more unknown words than this is prose. */
const MOST_UNKNOWN = 6;

interface Mended {
  readonly from: number;
  readonly to: number;
  readonly name: Name;
  readonly slips: number;
}

/** Pieces with the names of several words put in, nearest first; names of one word are looked up when they are read. */
export function mendNames(pieces: readonly Piece[], vocabulary: Vocabulary): Piece[] {
  const unknown = pieces.filter(isUnknown).length;
  if (unknown === 0 || unknown > MOST_UNKNOWN) return [...pieces];
  const found = windowsOf(pieces).flatMap(([from, to]) => mendedFrom(pieces, from, to, vocabulary));
  const nearest = found.toSorted(
    (one, other) => one.slips - other.slips || other.to - other.from - (one.to - one.from),
  );
  const kept: Mended[] = [];
  for (const one of nearest)
    if (kept.every((other) => one.to <= other.from || one.from >= other.to)) kept.push(one);
  const mended = kept.toSorted((one, other) => other.from - one.from).reduce(put, [...pieces]);
  return mended.map((piece, at) => (isAlone(mended, at) ? withKind(piece, vocabulary) : piece));
}

/** "설치됐어? 지피띠": a sentence of one unknown word. */
function isAlone(pieces: readonly Piece[], at: number): boolean {
  const ends = (piece: Piece | undefined): boolean => piece === undefined || /^[.,!?\n]$/u.test(piece.text);
  const piece = pieces[at];
  return (
    piece !== undefined &&
    pieces.length > 1 &&
    isUnknown(piece) &&
    ends(pieces[at - 1]) &&
    ends(pieces[at + 1])
  );
}

function withKind(piece: Piece, { kindNames }: Vocabulary): Piece {
  const { slugs } = kindNames.slipped(piece.text);
  const [kind] = slugs;
  return kind === undefined || slugs.length > 1 ? piece : { ...piece, meanings: [{ is: 'kind', kind }] };
}

function put(pieces: Piece[], { from, to, name }: Mended): Piece[] {
  const text = textOf(pieces.slice(from, to));
  const piece = { text, start: pieces[from]?.start ?? 0, end: pieces[to - 1]?.end ?? 0, meanings: [name] };
  return pieces.toSpliced(from, to - from, piece);
}

/** Neighbours with an unknown word among them, that begin and end like names. */
function windowsOf(pieces: readonly Piece[]): [from: number, to: number][] {
  return pieces.flatMap((_, from) => {
    const windows: [number, number][] = [];
    for (let to = from + 2; to <= Math.min(pieces.length, from + LONGEST_NAME); to += 1) {
      const words = pieces.slice(from, to);
      if (!words.every(isInName)) break;
      if (words.some(isUnknown)) windows.push([from, to]);
    }
    return windows;
  });
}

const NAMING: ReadonlySet<string> = new Set([
  'unknown',
  'skill',
  'skillWord',
  'provider',
  'kind',
  'qualifier',
]);

function isInName({ meanings }: Piece): boolean {
  return meanings.some(({ is }) => NAMING.has(is));
}

function mendedFrom(pieces: readonly Piece[], from: number, to: number, vocabulary: Vocabulary): Mended[] {
  const text = textOf(pieces.slice(from, to));
  const named = (names: { slipped(text: string): Slipped }, is: 'skill' | 'provider'): Mended[] => {
    const { slugs, slips } = names.slipped(text);
    const [slug] = slugs;
    return slug === undefined || slugs.length > 1 ? [] : [{ from, to, name: { is, slug }, slips }];
  };
  return [...named(vocabulary.skillNames, 'skill'), ...named(vocabulary.providerNames, 'provider')];
}

function textOf(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join(' ');
}
