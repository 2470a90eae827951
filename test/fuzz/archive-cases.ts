/** Archives at random: such as lie in every field, such as were damaged, and good ones packed in every honest way. */
import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import {
  paxRecords,
  type TarPart,
  tarOf,
  type ZipEnd,
  type ZipPart,
  zipOf,
} from '../support/archive-fixtures.ts';
import type { ArchiveInput } from './archive-task.ts';
import { type ByteChange, byteChanges, change } from './byte-changes.ts';
import { hostileName } from './hostile-names.ts';
import { packed, type SkillCase, skillCase } from './honest-archives.ts';

const SKILL_MD = '---\nname: pdf-tools\ndescription: Reads PDF files.\n---\n';

interface ZipCase {
  readonly zip: readonly ZipPart[];
  readonly end: ZipEnd;
  readonly changes: readonly ByteChange[];
}

interface TarCase {
  readonly tar: readonly TarPart[];
  readonly changes: readonly ByteChange[];
  readonly gzip: {
    /** Where the tar is cut into members of the gzip, in ten-thousandths. */
    readonly cuts: readonly number[];
    readonly changes: readonly ByteChange[];
    readonly again: boolean;
  };
}

interface MagicCase {
  readonly magic: readonly number[];
  readonly rest: Uint8Array;
}

export type ArchiveCase = ZipCase | TarCase | MagicCase | SkillCase;

const wrongSize = fc.constantFrom(
  0,
  1,
  5,
  99,
  65_535,
  2 ** 24,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 2,
  2 ** 32 - 1,
);
const fewBytes = fc.uint8Array({ maxLength: 40 });
const content = fc.oneof(
  fc.constantFrom(SKILL_MD, '', 'x', 'bee'.repeat(50), '\0\x05\x16\x07'),
  fewBytes,
  fc.constantFrom(zipOf([{ name: 'SKILL.md', content: SKILL_MD }]), gzipSync('inner')),
);
const extraField = fc.oneof(
  fewBytes,
  fc.tuple(fc.constantFrom(1, 0x7075, 0x5455, 0x000a, 0x9901), fewBytes).map(([id, data]) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(id, 0);
    head.writeUInt16LE(data.length, 2);
    return Buffer.concat([head, data]);
  }),
);

/** Most parts are honest but for a field or two. */
const zipPart: fc.Arbitrary<ZipPart> = fc
  .record(
    {
      name: hostileName,
      content,
      mode: seldom(
        fc.constantFrom(0o100644, 0, 0o040755, 0o120777, 0o020644, 0o060644, 0o010644, 0o140755, 0o107777),
      ),
      flags: seldom(fc.constantFrom(1, 0x08, 0x20, 0x40, 0x2000, 0xffff)),
      method: seldom(fc.constantFrom(0, 1, 9, 12, 14, 99)),
      data: seldom(
        fc.oneof(
          fewBytes,
          fewBytes.map((bytes) => deflateRawSync(bytes)),
        ),
      ),
      declaredSize: seldom(wrongSize),
      declaredCompressedSize: seldom(wrongSize),
      declaredCrc: seldom(fc.constantFrom(0, 1, 2 ** 32 - 1)),
      isZip64: seldom(fc.boolean()),
      descriptor: seldom(fc.constantFrom('plain', 'signed')),
      local: seldom(
        fc.record(
          {
            name: hostileName,
            method: fc.constantFrom(0, 8, 12),
            declaredSize: wrongSize,
            extra: extraField,
          },
          { requiredKeys: [] },
        ),
      ),
      sharesBytesOf: seldom(fc.constantFrom(0, 1)),
      offset: seldom(fc.oneof(wrongSize, fc.integer({ min: 0, max: 300 }))),
      extra: seldom(extraField),
      comment: seldom(fewBytes),
      trailing: seldom(fewBytes),
    },
    { requiredKeys: ['name', 'content'] },
  )
  .map(withoutUndefined);

const zipEnd: fc.Arbitrary<ZipEnd> = fc
  .record({
    count: seldom(fc.constantFrom(0, 1, 2, 3, 499, 65_535)),
    size: seldom(wrongSize),
    offset: seldom(fc.oneof(wrongSize, fc.integer({ min: 0, max: 300 }))),
    disk: seldom(fc.constantFrom(1, 0xffff)),
    comment: seldom(fc.oneof(fewBytes, fc.constant(zipOf([])))),
    declaredComment: seldom(fc.constantFrom(0, 1, 0xffff)),
    zip64: seldom(fc.record({ count: wrongSize, size: wrongSize, offset: wrongSize }, { requiredKeys: [] })),
    gap: seldom(fewBytes),
    afterDirectory: seldom(fewBytes),
  })
  .map(withoutUndefined);

const skillFile = { name: 'SKILL.md', content: SKILL_MD };
const zipCase: fc.Arbitrary<ZipCase> = fc.record({
  zip: fc.array(zipPart, { maxLength: 5 }).map((parts) => [skillFile, ...parts]),
  end: zipEnd,
  changes: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, byteChanges),
});

const numberText = fc.constantFrom(
  '0',
  '5',
  '-1',
  '1e9',
  '0x10',
  '99999999999',
  '',
  'NaN',
  '5 ',
  '1.5',
  '１２',
);
const pax = fc
  .record({
    path: seldom(hostileName),
    size: seldom(numberText),
    linkpath: seldom(fc.constantFrom('/etc/passwd', '')),
    type: seldom(fc.constantFrom('2', '5', 'SymbolicLink')),
    mtime: seldom(numberText),
    charset: seldom(fc.constantFrom('BINARY', 'ISO-IR 10646 2000 UTF-8')),
    'GNU.sparse.major': seldom(fc.constantFrom('0', '1')),
    'GNU.sparse.name': seldom(hostileName),
    'GNU.sparse.realsize': seldom(numberText),
    'SCHILY.ino': seldom(numberText),
    ['__proto__']: seldom(fc.constantFrom('x')),
  })
  .map((records) => paxRecords(withoutUndefined(records) as Record<string, string | Uint8Array>));

const tarPart: fc.Arbitrary<TarPart> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .record({
        name: hostileName,
        content,
        type: seldom(fc.constantFrom(...Array.from('0\x001234567DKLMNSVXgx'))),
        target: seldom(fc.constantFrom('SKILL.md', '/etc/passwd', '../..')),
        declaredSize: seldom(fc.constantFrom(0, 1, 511, 512, 513, 4096, 0o77777777777)),
        sizeField: seldom(
          fc.oneof(
            fc.uint8Array({ minLength: 12, maxLength: 12 }),
            fc.constantFrom(
              Uint8Array.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5]),
              Uint8Array.from([0xff, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]),
              Uint8Array.from([0x80, 0, 0, 0x7f, 255, 255, 255, 255, 255, 255, 255, 255]),
            ),
          ),
        ),
        checksum: seldom(fc.constantFrom(0, 1, 0o777777)),
        prefix: seldom(fc.constantFrom('a', '..', '/', 'pdf-tools', 'x'.repeat(130))),
      })
      .map(withoutUndefined),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      name: fc.constant('PaxHeader'),
      type: fc.constantFrom('x', 'g', 'X'),
      content: pax,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      name: fc.constant('././@LongLink'),
      type: fc.constantFrom('L', 'K', 'N'),
      content: hostileName.map((name) => Buffer.from(name)),
    }),
  },
);

const tarCase: fc.Arbitrary<TarCase> = fc.record({
  tar: fc.array(tarPart, { maxLength: 5 }).map((parts) => [skillFile, ...parts]),
  changes: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, byteChanges),
  gzip: fc.record({
    cuts: seldom(fc.array(fc.integer({ min: 0, max: 9999 }), { maxLength: 3 })).map((cuts) => cuts ?? []),
    changes: seldom(byteChanges).map((changes) => changes ?? []),
    again: seldom(fc.boolean()).map((again) => again ?? false),
  }),
});

const magicCase: fc.Arbitrary<MagicCase> = fc.record({
  magic: fc.constantFrom([0x50, 0x4b, 3, 4], [0x50, 0x4b, 5, 6], [0x1f, 0x8b], [0x1f, 0x8b, 8, 0], []),
  rest: fc.uint8Array({ maxLength: 200 }),
});

export const archiveCase: fc.Arbitrary<ArchiveCase> = fc.oneof(
  { weight: 4, arbitrary: zipCase },
  { weight: 4, arbitrary: tarCase },
  { weight: 3, arbitrary: skillCase },
  { weight: 1, arbitrary: magicCase },
);

export function archiveOf(recipe: ArchiveCase): ArchiveInput {
  if ('zip' in recipe) return { bytes: change(zipOf(recipe.zip, recipe.end), recipe.changes), content: null };
  if ('tar' in recipe) return { bytes: gzipped(tarOf(recipe.tar), recipe), content: null };
  if ('magic' in recipe) return { bytes: Buffer.from([...recipe.magic, ...recipe.rest]), content: null };
  return packed(recipe);
}

function gzipped(tar: Buffer, { changes, gzip }: TarCase): Buffer {
  const damaged = change(tar, changes);
  const places = [...gzip.cuts.map((at) => Math.floor((at / 10_000) * damaged.length)), damaged.length];
  let start = 0;
  const members = places
    .toSorted((one, other) => one - other)
    .map((end) => {
      const member = gzipSync(damaged.subarray(start, end));
      start = end;
      return member;
    });
  const bytes = change(Buffer.concat(members), gzip.changes);
  return gzip.again ? gzipSync(bytes) : bytes;
}

/** One time in eight. */
function seldom<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
}

type Given<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

function withoutUndefined<T extends object>(record: T): Given<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Given<T>;
}
