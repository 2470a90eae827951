/** Good skills packed in every way that honest tools pack: all of them must be taken, and be the same skill. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { longNamed, tarOf, type ZipPart, zipOf } from '../support/archive-fixtures.ts';
import type { ArchiveInput } from './archive-task.ts';

const segment = fc.stringMatching(/^[a-z가-힣0-9_.-]{0,6}[a-z가-힣0-9]$/);
const path = fc.oneof(
  fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/')),
  segment.map((name) => `${`${'long-'.repeat(20)}/`.repeat(2)}${name}`),
);

export interface SkillCase {
  readonly name: string;
  readonly files: ReadonlyArray<{ readonly path: string; readonly bytes: Uint8Array }>;
  readonly packing: Packing;
}

interface Packing {
  readonly form: 'zip' | 'pax' | 'gnu';
  readonly inFolder: boolean;
  readonly withFolders: boolean;
  readonly dotted: boolean;
  readonly decomposed: boolean;
  readonly zip: Pick<ZipPart, 'isZip64' | 'descriptor'> & {
    readonly stored: boolean;
    readonly zip64End: boolean;
  };
  readonly level: number;
  readonly members: number;
}

export const skillCase: fc.Arbitrary<SkillCase> = fc.record({
  name: fc.constantFrom('pdf-tools', '회의록', 'x1', 'schöne-dinge'),
  files: fc.uniqueArray(fc.record({ path, bytes: fc.uint8Array({ maxLength: 1200 }) }), {
    maxLength: 6,
    comparator: (one, other) => areInEachOthersWay(one.path, other.path),
  }),
  packing: fc.record({
    form: fc.constantFrom('zip', 'zip', 'pax', 'gnu'),
    inFolder: fc.boolean(),
    withFolders: fc.boolean(),
    dotted: fc.boolean(),
    decomposed: fc.boolean(),
    zip: fc.record(
      {
        isZip64: fc.boolean(),
        stored: fc.boolean(),
        zip64End: fc.boolean(),
        descriptor: fc.constantFrom('plain', 'signed'),
      },
      { requiredKeys: ['isZip64', 'stored', 'zip64End'] },
    ),
    level: fc.integer({ min: 0, max: 9 }),
    members: fc.integer({ min: 1, max: 3 }),
  }),
});

function areInEachOthersWay(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}

export function packed({ name, files, packing }: SkillCase): ArchiveInput {
  const skillMd = `---\nname: ${name}\ndescription: A skill of the fuzzer.\n---\n`;
  const content = [{ path: 'SKILL.md', bytes: Buffer.from(skillMd) as Uint8Array }, ...files];
  const entries = content.map(({ path: plain, bytes }) => ({
    name: writtenPath(plain, name, packing),
    content: bytes,
  }));
  const folders = packing.withFolders ? foldersOf(entries.map((entry) => entry.name)) : [];
  if (packing.form !== 'zip') {
    const tar = tarOf([
      ...longNamed(
        folders.map((folder) => ({ name: folder, type: '5' })),
        packing.form,
      ),
      ...longNamed(entries, packing.form),
    ]);
    return { bytes: membersOf(tar, packing), content };
  }
  const { stored, zip64End, ...shape } = packing.zip;
  const parts: ZipPart[] = entries.map((entry) => ({
    ...entry,
    ...shape,
    ...(stored && { method: 0, data: entry.content }),
  }));
  const folderParts = folders.map(
    (folder): ZipPart => ({ name: folder, mode: 0o040755, method: 0, data: Buffer.alloc(0) }),
  );
  return { bytes: zipOf([...folderParts, ...parts], zip64End ? { zip64: {} } : {}), content };
}

function writtenPath(plain: string, name: string, { inFolder, dotted, decomposed }: Packing): string {
  const path = `${dotted ? './' : ''}${inFolder ? `${name}/` : ''}${plain}`;
  return decomposed ? path.normalize('NFD') : path;
}

function foldersOf(paths: readonly string[]): string[] {
  const all = paths.flatMap((path) => {
    const segments = path.split('/').slice(0, -1);
    return segments.map((_, depth) => `${segments.slice(0, depth + 1).join('/')}/`);
  });
  return [...new Set(all)];
}

function membersOf(tar: Buffer, { level, members }: Packing): Buffer {
  const length = Math.ceil(tar.length / members);
  const cuts = Array.from({ length: members }, (_, index) =>
    tar.subarray(index * length, (index + 1) * length),
  );
  return Buffer.concat(cuts.map((cut) => gzipSync(cut, { level })));
}
