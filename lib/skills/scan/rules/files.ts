/** Rules about files that are something else than what a skill is made of. */
import { extname } from 'node:path/posix';
import type { Match, Rule, ScannedFile, ScannedSkill } from '../rule.ts';

interface Magic {
  readonly what: 'archive' | 'program';
  readonly bytes: readonly number[];
  readonly at?: number;
}

const MAGICS: readonly Magic[] = [
  { what: 'archive', bytes: [0x50, 0x4b, 0x03, 0x04] },
  { what: 'archive', bytes: [0x50, 0x4b, 0x05, 0x06] },
  { what: 'archive', bytes: [0x1f, 0x8b, 0x08] },
  { what: 'archive', bytes: [0x42, 0x5a, 0x68] },
  { what: 'archive', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { what: 'archive', bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { what: 'archive', bytes: [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07] },
  { what: 'archive', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { what: 'archive', bytes: [0x75, 0x73, 0x74, 0x61, 0x72], at: 257 },
  { what: 'program', bytes: [0x7f, 0x45, 0x4c, 0x46] },
  { what: 'program', bytes: [0xcf, 0xfa, 0xed, 0xfe] },
  { what: 'program', bytes: [0xce, 0xfa, 0xed, 0xfe] },
  { what: 'program', bytes: [0xca, 0xfe, 0xba, 0xbe] },
  { what: 'program', bytes: [0x00, 0x61, 0x73, 0x6d] },
  { what: 'program', bytes: [0x4d, 0x5a] },
  { what: 'program', bytes: [0x64, 0x65, 0x78, 0x0a] },
];

/** Documents that are zip archives by their nature. */
const ZIPPED = new Set([
  '.docx',
  '.xlsx',
  '.pptx',
  '.odt',
  '.ods',
  '.odp',
  '.epub',
  '.dotx',
  '.potx',
  '.xltx',
  '.vsdx',
  '.usdz',
  '.npz',
]);
const PROGRAM_NAMES = new Set([
  '.pyc',
  '.pyo',
  '.class',
  '.jar',
  '.exe',
  '.dll',
  '.so',
  '.dylib',
  '.wasm',
  '.node',
  '.o',
  '.a',
  '.msi',
  '.deb',
  '.rpm',
  '.apk',
  '.dmg',
  '.pkg',
  '.scr',
]);

function magicOf({ bytes }: ScannedFile): Magic['what'] | null {
  const found = MAGICS.find(({ bytes: magic, at = 0 }) =>
    magic.every((byte, index) => bytes[at + index] === byte),
  );
  return found?.what ?? null;
}

function* archives({ files }: ScannedSkill): Iterable<Match> {
  for (const file of files) {
    const extension = extname(file.path).toLowerCase();
    if (file.language !== 'binary' || PROGRAM_NAMES.has(extension) || ZIPPED.has(extension)) continue;
    if (magicOf(file) === 'archive') yield { file };
  }
}

function* programs({ files }: ScannedSkill): Iterable<Match> {
  for (const file of files) {
    if (file.language !== 'binary') continue;
    // What Python leaves beside a script that is there to be read.
    if (isCacheOf(file.path, files)) yield { file, severity: 'medium' };
    else if (PROGRAM_NAMES.has(extname(file.path).toLowerCase()) || magicOf(file) === 'program')
      yield { file };
  }
}

function isCacheOf(path: string, files: readonly ScannedFile[]): boolean {
  const source = path.replace(/__pycache__\/([^/]{1,200}?)\.[\w-]{1,40}(?:\.opt-\d)?\.pyc$/, '$1.py');
  return source !== path && files.some((file) => file.path === source);
}

export const fileRules: readonly Rule[] = [
  {
    id: 'SK-AR-05',
    severity: 'high',
    title: 'Holds an archive, whose content nobody has looked at',
    advice: 'Put the files themselves into the skill.',
    check: archives,
  },
  {
    id: 'SK-AR-06',
    severity: 'high',
    title: 'Holds a program in a form that nobody can read',
    advice: 'Ship the source, or have a pinned and checked release installed.',
    check: programs,
  },
];
