/** Answers of a git server at random: packs that lie, trees with hostile names, lists of refs, and all of them damaged. */
import { hash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { type ByteChange, byteChanges, change } from './byte-changes.ts';
import { hostileName } from './hostile-names.ts';

/** What the task is given: a list of refs, or the answer with a pack and the commit that was asked for. */
export interface GitInput {
  readonly refs: Uint8Array | null;
  readonly answer: Uint8Array | null;
  readonly commit: string;
  /** In a thread as the catalogue does it, which costs more than the rest. */
  readonly inThread: boolean;
}

export interface TreePart {
  readonly name: string | Uint8Array;
  readonly mode: string;
  readonly content: string | Uint8Array;
}

interface PackCase {
  readonly parts: readonly TreePart[];
  readonly folders: readonly (string | Uint8Array)[];
  readonly deltas: readonly {
    readonly back: number;
    readonly makes: number;
    readonly ops: readonly number[];
  }[];
  readonly types: Readonly<Record<number, number>>;
  readonly sizes: Readonly<Record<number, number>>;
  readonly count: number | null;
  readonly changes: readonly ByteChange[];
  readonly wireChanges: readonly ByteChange[];
}

interface RefsCase {
  readonly refs: readonly (readonly [oid: string, name: string, end: string])[];
  readonly wireChanges: readonly ByteChange[];
}

export type GitCase = PackCase | RefsCase;

const SKILL = {
  name: 'SKILL.md',
  mode: '100644',
  content: '---\nname: pdf-tools\ndescription: Reads.\n---\n',
};
const seldomChanged = fc.oneof(
  { weight: 4, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: byteChanges },
);
const seldomPicked = fc.oneof(
  { weight: 8, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.nat(6).map(String), fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7), { maxKeys: 2 }),
  },
);

const packCase: fc.Arbitrary<PackCase> = fc.record({
  parts: fc.array(
    fc.record({
      name: hostileName,
      mode: fc.constantFrom(
        ...Array.from({ length: 20 }, () => '100644'),
        '100644',
        '100644',
        '100644',
        '100755',
        '40000',
        '040000',
        '120000',
        '160000',
        '',
        '1',
        '999999',
      ),
      content: fc.constantFrom('', 'x', 'version https://git-lfs.github.com/spec/v1\n', SKILL.content),
    }),
    { maxLength: 4 },
  ),
  folders: fc.oneof(
    { weight: 3, arbitrary: fc.constant(['skills', 'pdf-tools']) },
    { weight: 1, arbitrary: fc.array(hostileName, { maxLength: 3 }) },
  ),
  deltas: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc.record({
          back: fc.constantFrom(0, 1, 2, 3, 1000),
          makes: fc.constantFrom(0, 4, 45, 2 ** 20, 2 ** 31, 2 ** 40),
          ops: fc.array(fc.constantFrom(0, 1, 4, 0x90, 0x91, 0xb0, 0xff, 127), { maxLength: 8 }),
        }),
        { maxLength: 3 },
      ),
    },
  ),
  types: seldomPicked,
  sizes: seldomPicked,
  count: fc.oneof(
    { weight: 12, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom(0, 1, 2, 20_000, 2 ** 32 - 1) },
  ),
  changes: seldomChanged,
  wireChanges: seldomChanged,
});

const refName = fc.oneof(
  fc.constantFrom(
    'HEAD',
    'refs/heads/main',
    'refs/heads/../../x',
    'refs/tags/v1',
    'refs/tags/v1^{}',
    'capabilities^{}',
    '__proto__',
    'refs/heads/--upload-pack=id',
    'refs/heads/a\u202eb',
    'refs/heads/',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 10 }),
);

const refsCase: fc.Arbitrary<RefsCase> = fc.record({
  refs: fc.array(
    fc.tuple(
      fc.constantFrom('a'.repeat(40), 'A'.repeat(40), '0'.repeat(40), 'x', 'b'.repeat(64)),
      refName,
      fc.constantFrom('\n', '', '\0side-band-64k filter\n', '\0\0\n', ' \n'),
    ),
    { maxLength: 6 },
  ),
  wireChanges: seldomChanged,
});

export const gitCase: fc.Arbitrary<GitCase> = fc.oneof(
  { weight: 4, arbitrary: packCase },
  { weight: 1, arbitrary: refsCase },
);

export function gitInputOf(recipe: GitCase): GitInput {
  if ('refs' in recipe) {
    const lines = recipe.refs.map(([oid, name, end]) => packet(Buffer.from(`${oid} ${name}${end}`)));
    const refs = advertisement(lines);
    return { refs: change(refs, recipe.wireChanges), answer: null, commit: '', inThread: false };
  }
  const { objects, commit } = repositoryOf(recipe.parts, recipe.folders);
  const entries = objects.map(({ type, content }, index) =>
    entry(recipe.types[index] ?? type, recipe.sizes[index] ?? content.length, content),
  );
  const deltas = recipe.deltas.map(({ back, makes, ops }) => {
    const content = Buffer.from([...number(4), ...number(makes), ...ops]);
    return entry(6, content.length, content, offset((entries[back] ?? Buffer.alloc(back)).length));
  });
  const pack = change(packOf([...entries, ...deltas], recipe.count), recipe.changes);
  const answer = change(wired(pack), recipe.wireChanges);
  return { refs: null, answer, commit, inThread: false };
}

interface GitObject {
  readonly type: number;
  readonly content: Buffer;
  readonly oid: string;
}

export function gitObject(type: 1 | 2 | 3, content: Buffer): GitObject {
  const head = `${['', 'commit', 'tree', 'blob'][type]} ${content.length}\0`;
  return { type, content, oid: hash('sha1', Buffer.concat([Buffer.from(head), content])) };
}

export function treeOf(
  entries: ReadonlyArray<{ mode: string; name: string | Uint8Array; oid: string }>,
): GitObject {
  const lines = entries.map(({ mode, name, oid }) =>
    Buffer.concat([Buffer.from(`${mode} `), Buffer.from(name), Buffer.of(0), Buffer.from(oid, 'hex')]),
  );
  return gitObject(2, Buffer.concat(lines));
}

/** A commit whose skill lies in these folders, one in the other. */
export function repositoryOf(parts: readonly TreePart[], folders: readonly (string | Uint8Array)[]) {
  const blobs = [SKILL, ...parts].map((part) => ({
    ...part,
    object: gitObject(3, Buffer.from(part.content)),
  }));
  const trees = [treeOf(blobs.map(({ name, mode, object }) => ({ name, mode, oid: object.oid })))];
  for (const name of folders.toReversed())
    trees.push(treeOf([{ mode: '40000', name, oid: trees.at(-1)?.oid ?? '' }]));
  const root = gitObject(
    1,
    Buffer.from(`tree ${trees.at(-1)?.oid}\nauthor a <a> 0 +0000\ncommitter a <a> 0 +0000\n\nx\n`),
  );
  return { objects: [root, ...trees, ...blobs.map(({ object }) => object)], commit: root.oid };
}

export function entry(
  type: number,
  size: number,
  content: Uint8Array,
  before: readonly number[] = [],
): Buffer {
  const rest = Math.floor(size / 16);
  const head = [(rest > 0 ? 128 : 0) + type * 16 + (size % 16), ...(rest > 0 ? number(rest) : [])];
  return Buffer.concat([Buffer.from([...head, ...before]), deflateSync(content, { level: 1 })]);
}

export function packOf(entries: readonly Buffer[], count: number | null = null): Buffer {
  const head = Buffer.alloc(12);
  head.write('PACK');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(count ?? entries.length, 8);
  const body = Buffer.concat([head, ...entries]);
  return Buffer.concat([body, Buffer.from(hash('sha1', body), 'hex')]);
}

function number(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...number(Math.floor(value / 128))];
}

/** How far back the base of a delta is; every byte but the last has its highest bit set, and counts one more. */
export function offset(back: number): number[] {
  const bytes = [back % 128];
  for (let rest = Math.floor(back / 128); rest > 0; rest = Math.floor(rest / 128)) {
    rest -= 1;
    bytes.unshift((rest % 128) + 128);
  }
  return bytes;
}

export function packet(content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from((content.length + 4).toString(16).padStart(4, '0')), content]);
}

export function advertisement(lines: readonly Buffer[]): Buffer {
  const flush = Buffer.from('0000');
  return Buffer.concat([packet(Buffer.from('# service=git-upload-pack\n')), flush, ...lines, flush]);
}

/** A pack as it comes over the wire, in pieces of the largest size. */
export function wired(pack: Buffer): Buffer {
  const pieces: Buffer[] = [packet(Buffer.from('NAK\n'))];
  for (let at = 0; at < pack.length; at += 65_515) {
    pieces.push(packet(Buffer.concat([Buffer.of(1), pack.subarray(at, at + 65_515)])));
  }
  return Buffer.concat([...pieces, Buffer.from('0000')]);
}
