/** Finds all known phrases that begin at one place of a text, in time bounded by the longest phrase. */

/** Most nodes have one child at most, so that only the others pay for a map. */
export class PhraseTrie<T> {
  #letter = '';
  #child: PhraseTrie<T> | null = null;
  #children: Map<string, PhraseTrie<T>> | null = null;
  /** Of phrases that end here. */
  values: T[] | null = null;

  /** A space in the phrase matches none or up to three of space, hyphen and underscore. */
  add(phrase: string, value: T): void {
    const node = Array.from(phrase).reduce<PhraseTrie<T>>(
      (at, letter) => at.childAt(letter) ?? at.#grow(letter),
      this,
    );
    (node.values ??= []).push(value);
  }

  /** Takes away what is the very same value; its nodes stay for whatever is added next. */
  remove(phrase: string, value: T): void {
    const node = this.#at(phrase);
    if (!node?.values?.includes(value)) return;
    const others = node.values.filter((one) => one !== value);
    node.values = others.length === 0 ? null : others;
  }

  childAt(letter: string): PhraseTrie<T> | undefined {
    if (this.#children !== null) return this.#children.get(letter);
    return this.#child !== null && this.#letter === letter ? this.#child : undefined;
  }

  /** All values of phrases that begin so. */
  below(beginning: string): T[] {
    return this.#at(beginning)?.all() ?? [];
  }

  /** All values of this node and below. */
  all(): T[] {
    const below = this.#children === null ? [this.#child] : [...this.#children.values()];
    return [...(this.values ?? []), ...below.flatMap((child) => child?.all() ?? [])];
  }

  #at(phrase: string): PhraseTrie<T> | undefined {
    return Array.from(phrase).reduce<PhraseTrie<T> | undefined>((at, letter) => at?.childAt(letter), this);
  }

  #grow(letter: string): PhraseTrie<T> {
    const made = new PhraseTrie<T>();
    if (this.#child === null && this.#children === null) {
      this.#letter = letter;
      this.#child = made;
      return made;
    }
    if (this.#child !== null) this.#children = new Map([[this.#letter, this.#child]]);
    this.#child = null;
    this.#children?.set(letter, made);
    return made;
  }
}

export interface Match<T> {
  readonly end: number;
  readonly values: readonly T[];
}

const WIDEST_GAP = 3;

export function phrasesAt<T>(trie: PhraseTrie<T>, text: string, start: number): Match<T>[] {
  const found = new Map<number, T[]>();
  walk(trie, text, start, start, found);
  return [...found].map(([end, values]) => ({ end, values }));
}

function walk<T>(
  node: PhraseTrie<T>,
  text: string,
  at: number,
  start: number,
  found: Map<number, T[]>,
): void {
  if (node.values !== null && at > start) collect(found, at, node.values);
  const gap = node.childAt(' ');
  if (gap !== undefined) {
    const end = gapEnd(text, at);
    if (end - at <= WIDEST_GAP) walk(gap, text, end, start, found);
  }
  const letter = text[at];
  const child = letter === undefined || letter === ' ' ? undefined : node.childAt(letter);
  if (child !== undefined) walk(child, text, at + 1, start, found);
}

function collect<T>(found: Map<number, T[]>, end: number, values: readonly T[]): void {
  const known = found.get(end) ?? [];
  for (const value of values) if (!known.includes(value)) known.push(value);
  found.set(end, known);
}

function gapEnd(text: string, at: number): number {
  let end = at;
  while (text[end] === ' ' || text[end] === '-' || text[end] === '_') end += 1;
  return end;
}
