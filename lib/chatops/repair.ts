/** Second look at unknown words: a verb with a slip in it, or Hangul typed with the keyboard left on Latin. */
import { disassemble } from 'es-hangul';
import { distance } from 'fastest-levenshtein';
import { VERB_BASES } from './lexicons.ts';
import { hasHangul } from './normalize.ts';
import { fromLatinKeyboard } from './resolve-names.ts';
import { type Piece, segment } from './segment.ts';
import { slipsBetween, spellingOf } from './slips.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A message with more unknown words than this is prose, and looking at each of them again would cost time. */
export const MOST_REPAIRS = 12;
const SHORTEST_VERB = 5;
const LONGEST_WORD = 40;
/** Verbs that are written often; a rarer one would be read into words that are spelt right ("spare", "share"). */
const OFTEN =
  /^(?:install|deploy|upgrade|update|uninstall|remove|delete|revert|downgrade|restore|cancel|abort|retry|rerun|status|progress|refresh|reinstall|replace|roll back)$/u;
const LATIN_BASES = VERB_BASES.filter((base) => OFTEN.test(base)).map(spellingOf);
const HANGUL_OFTEN =
  /^(?:설치|삭제|제거|추가|배포|업데이트|업그레이드|다운그레이드|롤백|재시도|취소|중단|재설치|언인스톨|인스톨|리트라이|교체)$/u;
const HANGUL_BASES = VERB_BASES.filter((base) => HANGUL_OFTEN.test(base));
/** Words of their own that are one letter away from one of these. */
const OWN_WORDS =
  /^(?:최소|중간|제가|제기|재고|주가|축가|대포|추기|추후|교통|삭감|설지|교재|재기|제게|배부|중반|중당)/u;

export function repair(pieces: readonly Piece[], vocabulary: Vocabulary): Piece[] {
  const unknown = pieces.filter(isUnknown).length;
  if (unknown === 0 || unknown > MOST_REPAIRS) return [...pieces];
  return pieces.flatMap((piece) => {
    if (!isUnknown(piece) || piece.text.length > LONGEST_WORD) return [piece];
    const text = hasHangul(piece.text)
      ? hangulVerb(piece.text)
      : (fromLatinKeyboard(piece.text) ?? latinVerb(piece.text));
    if (text === null) return [piece];
    const again = segment(text, vocabulary);
    if (again.some(isUnknown)) return [piece];
    return again.map((part) => ({ ...part, start: piece.start, end: piece.end }));
  });
}

export function isUnknown(piece: Piece): boolean {
  return piece.meanings.some(({ is }) => is === 'unknown');
}

function latinVerb(text: string): string | null {
  if (text.length < SHORTEST_VERB - 1) return null;
  const typed = spellingOf(text);
  const near = LATIN_BASES.filter((base) => slipsBetween(typed, base) === 1);
  return near.length === 1 ? (near[0]?.compact ?? null) : null;
}

function hangulVerb(text: string): string | null {
  if (OWN_WORDS.test(text)) return null;
  const near = HANGUL_BASES.filter((base) => {
    const head = text.slice(0, base.length);
    return head.length === base.length && distance(disassemble(head), disassemble(base)) === 1;
  });
  const [only] = near;
  return near.length === 1 && only !== undefined ? only + text.slice(only.length) : null;
}
