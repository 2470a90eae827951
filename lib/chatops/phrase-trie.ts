/** Finds all known phrases that begin at one place of a text, in time bounded by the longest phrase. */

export interface PhraseTrie<T> {
  readonly next: Map<string, PhraseTrie<T>>;
  readonly values: T[];
}

export interface Match<T> {
  readonly end: number;
  readonly values: readonly T[];
}

const WIDEST_GAP = 3;

export function emptyTrie<T>(): PhraseTrie<T> {
  return { next: new Map(), values: [] };
}

/** A space in the phrase matches none or up to three of space, hyphen and underscore. */
export function addPhrase<T>(trie: PhraseTrie<T>, phrase: string, value: T): void {
  let node = trie;
  for (const letter of phrase) {
    let child = node.next.get(letter);
    if (child === undefined) {
      child = emptyTrie();
      node.next.set(letter, child);
    }
    node = child;
  }
  node.values.push(value);
}

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
  if (node.values.length > 0 && at > start) collect(found, at, node.values);
  const gap = node.next.get(' ');
  if (gap !== undefined) {
    const end = gapEnd(text, at);
    if (end - at <= WIDEST_GAP) walk(gap, text, end, start, found);
  }
  const letter = text[at];
  const child = letter === undefined || letter === ' ' ? undefined : node.next.get(letter);
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
