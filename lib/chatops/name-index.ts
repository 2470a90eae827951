/** The names of many things, kept in step: who has exactly this name, and whose is close to it. */
import { distance } from 'fastest-levenshtein';
import { compact, hasHangul, spaced } from './normalize.ts';
import { slipsBetween, type Spelling, spellingOf } from './slips.ts';
import { SpellingTable } from './spelling-table.ts';

const MAX_NAME_LENGTH = 80;
const MAX_SUGGESTIONS = 3;
/** Names whose lengths differ by more are not close, whatever their letters. */
const WIDEST_DIFFERENCE = 4;
const MOST_COMPARED = 2000;
/** Of the longer one's letters. */
const MOST_DIFFERENT = 0.5;

interface NamedSpelling extends Spelling {
  /** Slug → how many of its names are spelt so. */
  readonly slugs: Map<string, number>;
}

export interface Near {
  /** Within a slip or two, and none is nearer. */
  readonly slipped: readonly string[];
  /** The closest others, for suggestions; empty when something is within a slip. */
  readonly similar: readonly string[];
}

const FAR: Near = { slipped: [], similar: [] };

export interface Slipped {
  readonly slugs: readonly string[];
  /** How many slips away they all are. */
  readonly slips: number;
}

const NONE: Slipped = { slugs: [], slips: 0 };

function isNoName({ compact: letters }: Spelling): boolean {
  return letters.length > MAX_NAME_LENGTH || /[^\u0021-\u007e가-힣]/u.test(letters);
}

export class NameIndex {
  readonly #bySpaced = new Map<string, NamedSpelling>();
  readonly #byCompact = new Map<string, Set<NamedSpelling>>();
  readonly #table = new SpellingTable<NamedSpelling>();
  readonly #slippery = new Set<NamedSpelling>();

  /** `isSlippery`: also found when it is written with a slip in it. */
  add(name: string, slug: string, isSlippery = true): void {
    const key = spaced(name);
    const known = this.#bySpaced.get(key) ?? this.#make(key);
    if (isSlippery && !this.#slippery.has(known)) {
      this.#slippery.add(known);
      this.#table.add(known);
    }
    known.slugs.set(slug, (known.slugs.get(slug) ?? 0) + 1);
  }

  /** Takes away one of the names that were added. */
  remove(name: string, slug: string): void {
    const key = spaced(name);
    const known = this.#bySpaced.get(key);
    const count = known?.slugs.get(slug);
    if (known === undefined || count === undefined) return;
    if (count > 1) known.slugs.set(slug, count - 1);
    else known.slugs.delete(slug);
    if (known.slugs.size === 0) this.#drop(known);
  }

  /** Whose name is written with these letters and digits. */
  exact(text: string): string[] {
    const spellings = this.#byCompact.get(compact(spaced(text))) ?? [];
    return [...new Set([...spellings].flatMap(({ slugs }) => [...slugs.keys()]))];
  }

  near(text: string): Near {
    const wanted = spellingOf(compact(spaced(text)));
    if (isNoName(wanted)) return FAR;
    const { slugs: slipped } = this.#slipped(wanted);
    return slipped.length > 0 ? { slipped, similar: [] } : { slipped, similar: this.#similar(wanted) };
  }

  /** Whose names are nearest within a slip or two, without suggestions when there are none. */
  slipped(text: string): Slipped {
    const wanted = spellingOf(compact(spaced(text)));
    return isNoName(wanted) ? NONE : this.#slipped(wanted);
  }

  #slipped(wanted: Spelling): Slipped {
    // Two slips change four classes of letters at most; those of syllables may be any.
    const most = hasHangul(wanted.compact) ? 32 : 4;
    let least = Number.POSITIVE_INFINITY;
    let nearest = new Set<string>();
    for (const name of this.#table.withLetters(wanted, 2, most)) {
      const slips = slipsBetween(wanted, name);
      if (slips === null || slips > least) continue;
      if (slips < least) [least, nearest] = [slips, new Set()];
      for (const slug of name.slugs.keys()) nearest.add(slug);
    }
    return { slugs: [...nearest], slips: least };
  }

  /** Among the names that may be nearest; the letters of all of them are not compared. */
  #similar(wanted: Spelling): string[] {
    const closest = new Closest();
    for (const { entry, least } of this.#table.nearest(wanted, WIDEST_DIFFERENCE, MOST_COMPARED))
      closest.offer(wanted, entry, least);
    return closest.slugs();
  }

  #make(key: string): NamedSpelling {
    const made = { ...spellingOf(key), slugs: new Map<string, number>() };
    this.#bySpaced.set(key, made);
    const same = this.#byCompact.get(made.compact) ?? new Set();
    this.#byCompact.set(made.compact, same.add(made));
    return made;
  }

  #drop(known: NamedSpelling): void {
    this.#bySpaced.delete(known.spaced);
    if (this.#slippery.delete(known)) this.#table.remove(known);
    const same = this.#byCompact.get(known.compact);
    same?.delete(known);
    if (same?.size === 0) this.#byCompact.delete(known.compact);
  }
}

/** The few whose names differ least, of those that differ in less than half of their letters. */
class Closest {
  #best: { readonly slug: string; readonly score: number }[] = [];

  offer(wanted: Spelling, name: NamedSpelling, least: number): void {
    const longest = Math.max(wanted.compact.length, name.compact.length);
    const last = this.#best.length < MAX_SUGGESTIONS ? MOST_DIFFERENT : (this.#best.at(-1)?.score ?? 0);
    if (least > last * longest) return;
    const score = distance(wanted.compact, name.compact) / longest;
    if (score > last) return;
    for (const slug of name.slugs.keys()) this.#add(slug, score);
  }

  slugs(): string[] {
    return this.#best.map(({ slug }) => slug);
  }

  #add(slug: string, score: number): void {
    const known = this.#best.find((one) => one.slug === slug);
    if (known !== undefined && known.score <= score) return;
    const others = this.#best.filter((one) => one !== known);
    this.#best = [...others, { slug, score }].toSorted((one, other) => one.score - other.score);
    this.#best.length = Math.min(this.#best.length, MAX_SUGGESTIONS);
  }
}
