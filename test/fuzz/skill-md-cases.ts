/** Texts for SKILL.md: a grammar of YAML with everything it can hide, then damaged as bytes. */
import fc from 'fast-check';
import { byteChanges, change } from './byte-changes.ts';

const breaks = ['\n', '\r\n', '\r', '\u0085', '\u2028', '\u2029', '\f', '\v', '\n\n'];

const names = [
  'pdf-tools',
  '회의록',
  '회의록'.normalize('NFD'),
  'ı',
  'İstanbul',
  'ｐｄｆ',
  'ﬁle',
  'ß',
  'שלום',
  'أداة',
  'a\u202eb',
  'a\u200db',
  'हिन्दी',
  '𝓅𝒹𝒻',
  'x'.repeat(64),
  'x'.repeat(65),
  '-a',
  'a--b',
  '1.10',
  '0x1F',
  'yes',
  'null',
  '~',
];

const plainScalar = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...names, 'Reads PDF files.', 'Bash(git add:*) Read', '', ' ') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom('a', '# a comment', 'x: y'),
        fc.constantFrom(...breaks),
        fc.constantFrom('name: other', 'allowed-tools: Bash', '---', ' b'),
      )
      .map((parts) => parts.join('')),
  },
);

const scalar = fc.oneof(
  { weight: 4, arbitrary: plainScalar },
  { weight: 1, arbitrary: plainScalar.map((text) => JSON.stringify(text)) },
  { weight: 1, arbitrary: plainScalar.map((text) => `'${text.replaceAll("'", "''")}'`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('|', '>', '|-', '>+', '|2', '|9', '|0', '>-1'), plainScalar)
      .map(([style, text]) => `${style}\n  ${text.replaceAll('\n', '\n  ')}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '"\\u0000"',
      '"\\ud800"',
      '"\\x07"',
      '"\\u2028"',
      '"\\U0010FFFF"',
      '"\\UFFFFFFFF"',
      '"\\',
      "'",
      '"',
    ),
  },
);

const property = fc.constantFrom(
  '',
  '',
  '',
  '',
  '',
  '&a ',
  '!!str ',
  '!!binary ',
  '!!js/function ',
  '!<tag:x,2000:y> ',
  '! ',
  '&a !!map ',
  '!!merge ',
  '!!timestamp ',
  '? ',
);

const key = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'name',
      'description',
      'license',
      'compatibility',
      'metadata',
      'allowed-tools',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '__proto__',
      'constructor',
      'prototype',
      '"__proto__"',
      '"\\u005f_proto__"',
      '<<',
      '"<<"',
      'Name',
      '"name"',
      "'name'",
      '? name',
      '[a]',
      '{a: b}',
      '*a',
      '&a name',
      '!!str name',
      '~',
      '1',
      '0x1',
      'true',
      '"\\0"',
      'toString',
      'hasOwnProperty',
      '',
      '-',
      'name ',
      '\ufeffname',
    ),
  },
);

// An interface would not do: the type of `letrec` asks for an index signature.
type Tied = Record<'node', string>;

const { node } = fc.letrec<Tied>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.tuple(property, scalar).map((parts) => parts.join('')),
    fc.constantFrom('*a', '*unknown', '*', '&a', '- a', '...', '%YAML 1.1', '%TAG ! tag:x:'),
    fc.array(tie('node'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc
      .array(fc.tuple(key, tie('node')), { maxLength: 3 })
      .map((pairs) => `{${pairs.map((pair) => pair.join(': ')).join(', ')}}`),
    fc
      .array(tie('node'), { maxLength: 3 })
      .map((items) => items.map((item) => `\n  - ${indented(item)}`).join('')),
    fc
      .array(fc.tuple(key, tie('node')), { minLength: 1, maxLength: 3 })
      .map((pairs) => pairs.map((pair) => `\n  ${indented(pair.join(': '))}`).join('')),
  ),
}));

function indented(text: string): string {
  return text.replaceAll('\n', '\n  ');
}

const lines = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 9, arbitrary: fc.tuple(key, node).map((pair) => pair.join(': ')) },
      { weight: 1, arbitrary: node },
    ),
    fc.constantFrom('\n', '\n', '\n', '\n', '\n', '\n', ...breaks),
  ),
  { maxLength: 6 },
);

const fence = fc.oneof(
  { weight: 30, arbitrary: fc.constant('---\n') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '---\r\n',
      '--- \t\n',
      '---\r',
      '---\u2028',
      '----\n',
      '--- x\n',
      '...\n',
      '---',
      '',
    ),
  },
);

/** Most have a name and a description that are right, so that the rest is looked at too. */
const good = fc.oneof(
  { weight: 5, arbitrary: fc.constant('name: pdf-tools\ndescription: Reads PDF files.\n') },
  { weight: 1, arbitrary: fc.constant('') },
);

const text = fc
  .tuple(
    fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom('', '\ufeff') },
      { weight: 1, arbitrary: fc.constantFrom('\ufeff\ufeff', ' ', '\n') },
    ),
    fence,
    good,
    lines,
    fence,
    fc.constantFrom('', '# Body\n', '\0', '---\nname: other\n---\n'),
  )
  .map(
    ([start, open, head, body, close, rest]) =>
      `${start}${open}${head}${body.flat().join('')}${close}${rest}`,
  );

/** Bytes as they are uploaded, or a text as JSON carries it, which may hold half a surrogate pair. */
export type SkillMdCase = { readonly text: string } | { readonly bytes: Uint8Array };

export const skillMdCase: fc.Arbitrary<SkillMdCase> = fc.oneof(
  { weight: 3, arbitrary: text.map((some) => ({ text: some })) },
  { weight: 2, arbitrary: text.map((some) => ({ bytes: Buffer.from(some) })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(text, byteChanges)
      .map(([some, changes]) => ({ bytes: change(Buffer.from(some), changes) })),
  },
);

const heavyTexts: readonly (readonly [what: string, text: () => string])[] = [
  ['a megabyte of dashes', () => '-'.repeat(1 << 20)],
  ['a megabyte of lines of dashes', () => '---\n'.repeat(1 << 18)],
  ['dashes and blanks without an end', () => `---\n${`---${' '.repeat(60_000)}x\n`.repeat(16)}`],
  ['fences that never close', () => `---\n${'--- x\n'.repeat(10_000)}`],
  ['a billion laughs', () => fenced(laughs(12))],
  ['lists in lists', () => fenced(`name: ${'['.repeat(30_000)}`)],
  ['maps in maps', () => fenced(`name: ${'{a: '.repeat(15_000)}`)],
  ['lists in lists by dashes', () => fenced(`name:\n  ${'- '.repeat(30_000)}`)],
  ['keys in keys', () => fenced('? '.repeat(30_000))],
  [
    'maps in maps by indentation',
    () => fenced(Array.from({ length: 340 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')),
  ],
  ['as many keys as fit', () => fenced(Array.from({ length: 9000 }, (_, index) => `k${index}:`).join('\n'))],
  [
    'as many metadata as fit',
    () => fenced(`metadata:\n${Array.from({ length: 900 }, (_, index) => `  k${index}: v`).join('\n')}`),
  ],
  ['as many tools as fit', () => fenced(`allowed-tools: ${'a,'.repeat(30_000)}`)],
  ['parentheses that do not close', () => fenced(`allowed-tools: ${'('.repeat(60_000)}`)],
  ['anchors', () => fenced(Array.from({ length: 5000 }, (_, index) => `k${index}: &a${index} x`).join('\n'))],
  ['tags', () => fenced(`name: ${'!a '.repeat(20_000)}x`)],
  ['quotes that do not close', () => fenced(`name: "${'\\"'.repeat(30_000)}`)],
  ['a block scalar of blanks', () => fenced(`name: |\n${`${' '.repeat(200)}\n`.repeat(300)}`)],
  ['comments', () => fenced('#\n'.repeat(30_000))],
  ['colons', () => fenced(':\n'.repeat(30_000))],
  ['commas', () => fenced(`name: [${','.repeat(60_000)}]`)],
  ['a name of 16 MB', () => `---\nname: ${'x'.repeat(16 << 20)}\n---\n`],
  ['a body of 16 MB', () => `${fenced('name: pdf-tools\ndescription: x')}${'\n---\n'.repeat(3 << 20)}`],
];

export const HEAVY_SKILL_MDS: readonly { what: string; text: () => SkillMdCase }[] = heavyTexts.map(
  ([what, make]) => ({ what, text: () => ({ bytes: Buffer.from(make()) }) }),
);

function fenced(yaml: string): string {
  return `---\n${yaml}\n---\n`;
}

function laughs(depth: number): string {
  const levels = Array.from(
    { length: depth },
    (_, index) => `k${index + 1}: &a${index + 1} [${`*a${index},`.repeat(9)}]`,
  );
  return ['k0: &a0 lol', ...levels].join('\n');
}
