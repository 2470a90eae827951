/** Numbers about many spellings side by side in memory, so that most of them are ruled out without a look at their letters. */
import { bitsApart, PAIR_WORDS, type Spelling } from './slips.ts';

/** Length, letters, and the words of pairs. */
const WIDTH = 2 + PAIR_WORDS;
/** More than any least distance. */
const FAR = 8 * PAIR_WORDS + 1;

export class SpellingTable<Entry extends Spelling> {
  readonly #entries: Entry[] = [];
  readonly #places = new Map<Entry, number>();
  #numbers = new Int32Array(64 * WIDTH);

  add(entry: Entry): void {
    const place = this.#entries.length;
    if ((place + 1) * WIDTH > this.#numbers.length) {
      const grown = new Int32Array(2 * this.#numbers.length);
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    this.#entries.push(entry);
    this.#put(entry, place);
  }

  /** The last one takes its place. */
  remove(entry: Entry): void {
    const place = this.#places.get(entry);
    const last = this.#entries.pop();
    if (place === undefined || last === undefined) return;
    this.#places.delete(entry);
    if (last === entry) return;
    this.#entries[place] = last;
    this.#put(last, place);
  }

  /** Those whose length differs by that much at most, and whose letters by that many classes. */
  *withLetters(wanted: Spelling, widest: number, mostLetters: number): Iterable<Entry> {
    const numbers = this.#numbers;
    const length = wanted.compact.length;
    for (let place = 0, at = 0; place < this.#entries.length; place += 1, at += WIDTH) {
      if (Math.abs((numbers[at] ?? 0) - length) > widest) continue;
      if (bitsApart(numbers[at + 1] ?? 0, wanted.letters) > mostLetters) continue;
      const entry = this.#entries[place];
      if (entry !== undefined) yield entry;
    }
  }

  /** Those of similar length that may be nearest, the nearest first, each with the least that its distance can be. */
  nearest(
    wanted: Spelling,
    widest: number,
    most: number,
  ): { readonly entry: Entry; readonly least: number }[] {
    const least = this.#leastDistances(wanted, widest);
    const counts = new Int32Array(FAR + 1);
    for (const distance of least) counts[distance] = (counts[distance] ?? 0) + 1;
    let farthest = 0;
    for (let sum = counts[0] ?? 0; farthest + 1 < FAR && sum < most; sum += counts[farthest] ?? 0)
      farthest += 1;
    return this.#entries
      .flatMap((entry, place) => {
        const distance = least[place] ?? FAR;
        return distance <= farthest ? [{ entry, least: distance }] : [];
      })
      .toSorted((one, other) => one.least - other.least)
      .slice(0, most);
  }

  #leastDistances(wanted: Spelling, widest: number): Uint8Array {
    const numbers = this.#numbers;
    const length = wanted.compact.length;
    const least = new Uint8Array(this.#entries.length).fill(FAR);
    for (let place = 0, at = 0; place < least.length; place += 1, at += WIDTH) {
      if (Math.abs((numbers[at] ?? 0) - length) > widest) continue;
      let bits = 0;
      for (let word = 0; word < PAIR_WORDS; word += 1)
        bits += bitsApart(numbers[at + 2 + word] ?? 0, wanted.pairs[word] ?? 0);
      least[place] = Math.ceil(bits / 4);
    }
    return least;
  }

  #put(entry: Entry, place: number): void {
    this.#places.set(entry, place);
    this.#numbers.set([entry.compact.length, entry.letters, ...entry.pairs], place * WIDTH);
  }
}
