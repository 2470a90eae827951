/** Answers of a git server made to exhaust whoever reads them. */
import {
  advertisement,
  entry,
  gitObject,
  type GitInput,
  offset,
  packet,
  packOf,
  repositoryOf,
  treeOf,
  wired,
} from './git-cases.ts';

const MEBIBYTE = 1024 * 1024;
const LARGEST_ANSWER = 45 * MEBIBYTE;
const OID = 'a'.repeat(40);

export const HEAVY_GIT: readonly { readonly what: string; readonly input: () => GitInput }[] = [
  { what: 'a list of nothing but ends', input: () => listed(Buffer.alloc(LARGEST_ANSWER - 100, '0000')) },
  { what: 'as many refs as fit', input: () => listed(refs(600_000)) },
  { what: 'an answer of nothing but ends', input: () => answered(Buffer.alloc(LARGEST_ANSWER, '0000')) },
  { what: 'an answer of empty pieces', input: () => answered(Buffer.alloc(LARGEST_ANSWER, '0005\u0001')) },
  { what: 'blobs of 190 MB in all', input: () => packed(blobs(6, 31 * MEBIBYTE)) },
  { what: 'a blob that says to be 4 GB', input: () => packed([entry(3, 2 ** 32, Buffer.alloc(10))]) },
  {
    what: '20,000 small objects',
    input: () =>
      packed(Array.from({ length: 20_000 }, (_, index) => entry(3, 5, Buffer.from(`${index}`.padEnd(5))))),
  },
  { what: 'chains of deltas, each of 250', input: () => packed(chains(70, 250)) },
  { what: 'a delta on itself', input: () => packed([delta(4, 0)]) },
  { what: 'a delta on what comes later', input: () => packed([delta(4, 2 ** 40)]) },
  { what: 'a tree of a million entries', input: () => withTree(wideTree(1_100_000)) },
  { what: 'a tree whose branches are all the same tree', input: () => branching(100, 8) },
  { what: 'ten thousand folders one in the other', input: () => nestedFolders(10_000) },
  { what: 'one blob as ten thousand files', input: () => withTree(wideTree(10_000)) },
];

function listed(lines: Buffer): GitInput {
  return { refs: advertisement([lines]), answer: null, commit: OID, inThread: true };
}

function answered(answer: Buffer, commit = OID): GitInput {
  return { refs: null, answer, commit, inThread: true };
}

function packed(entries: readonly Buffer[], commit = OID): GitInput {
  return answered(wired(packOf(entries)), commit);
}

function refs(count: number): Buffer {
  return Buffer.concat(
    Array.from({ length: count }, (_, index) => packet(Buffer.from(`${OID} refs/heads/${index}\n`))),
  );
}

function blobs(count: number, bytes: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => entry(3, bytes, Buffer.alloc(bytes, index)));
}

function delta(makes: number, back: number): Buffer {
  const content = Buffer.from([4, makes, 0x90, 4]);
  return entry(6, content.length, content, offset(back));
}

function chains(count: number, depth: number): Buffer[] {
  const base = entry(3, 4, Buffer.from('base'));
  const link = (before: Buffer): Buffer => delta(4, before.length);
  return Array.from({ length: count }, () => {
    const chain = [base];
    while (chain.length < depth) chain.push(link(chain.at(-1) ?? base));
    return chain;
  }).flat();
}

type Tree = ReturnType<typeof treeOf>;

function withTree(tree: Tree, others: readonly Tree[] = []): GitInput {
  const { objects } = repositoryOf([], []);
  const commit = gitObject(
    1,
    Buffer.from(`tree ${tree.oid}\nauthor a <a> 0 +0000\ncommitter a <a> 0 +0000\n\nx\n`),
  );
  const all = [commit, tree, ...others, ...objects];
  return packed(
    all.map(({ type, content }) => entry(type, content.length, content)),
    commit.oid,
  );
}

function wideTree(count: number): Tree {
  const { oid } = gitObject(3, Buffer.from('---\nname: pdf-tools\ndescription: Reads.\n---\n'));
  return treeOf([
    { mode: '100644', name: 'SKILL.md', oid },
    ...Array.from({ length: count }, (_, index) => ({ mode: '100644', name: String(index), oid })),
  ]);
}

function branching(width: number, depth: number): GitInput {
  const trees = [treeOf([])];
  for (let level = 0; level < depth; level += 1) {
    const oid = trees.at(-1)?.oid ?? '';
    trees.push(
      treeOf(Array.from({ length: width }, (_, index) => ({ mode: '40000', name: String(index), oid }))),
    );
  }
  const [top = treeOf([]), ...others] = trees.toReversed();
  return withTree(top, others);
}

function nestedFolders(depth: number): GitInput {
  const { objects, commit } = repositoryOf(
    [],
    Array.from({ length: depth }, () => 'a'),
  );
  return packed(
    objects.map(({ type, content }) => entry(type, content.length, content)),
    commit,
  );
}
