/** The rules of the layout as code: which folder may import which, where each package lives, how files are named. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

/** A folder may import itself and those before it. */
export const FOLDERS = [
  'kernel',
  'db',
  'auth',
  'audit',
  'keys',
  'jobs',
  'alerts',
  'providers',
  'skills',
  'connections',
  'runs',
  'chatops',
  'worker',
  'http',
  'doctor',
] as const;

/** Packages that shape code, and the only files that may import them. */
const HOMES: readonly [RegExp, RegExp][] = [
  [/^(@fastify\/|fastify$|fastify-)/, /^lib\/http\//],
  [/^kysely/, /^lib\/(db\/|.*store\.ts$|runs\/claim\.ts$|runs\/transition\.ts$)/],
  [/^(pg|@electric-sql\/pglite)(\/|$)/, /^lib\/db\//],
  [/^pg-boss/, /^lib\/jobs\//],
  [/^openai(\/|$)/, /^lib\/providers\/openai\//],
  [/^@anthropic-ai\//, /^lib\/providers\/claude\//],
  [/^undici/, /^lib\/kernel\/egress\.ts$/],
];

const BANNED_NAMES = /(^|[/.-])(utils?|helpers?|common|misc|shared|managers?|services?)([/.-]|$)/;
const LONGEST_FILE = 320;

export interface SourceFile {
  /** From the root of the repository, `/`-separated. */
  readonly path: string;
  readonly text: string;
}

export function readSources(root: string, folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.includes('node_modules'))
      .map((path) => ({ path: `${folder}/${path}`, text: readFileSync(join(root, folder, path), 'utf8') })),
  );
}

/** Every rule that the files break, one line each; empty when they keep them all. */
export function violations(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => [
    ...imports(file).flatMap((target) => importFaults(file, target)),
    ...fileFaults(file),
  ]);
}

function imports(file: SourceFile): string[] {
  return [
    ...file.text.matchAll(/^(?:import|export)\s[^;]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm),
  ].map((match) => match[1] ?? match[2] ?? '');
}

function importFaults(file: SourceFile, target: string): string[] {
  const isTest = file.path.endsWith('.test.ts');
  if (!file.path.startsWith('lib/') || isTest) return emulatorFaults(file, target);
  if (!target.startsWith('.')) {
    return HOMES.filter(([name, home]) => name.test(target) && !home.test(file.path)).map(
      () => `${file.path} imports ${target}, which has its home elsewhere`,
    );
  }
  const path = normalize(join(dirname(file.path), target));
  if (!path.startsWith('lib/')) {
    return file.path === 'lib/main.ts' ? [] : [`${file.path} imports ${path}, which is outside lib/`];
  }
  return orderFaults(file.path, path);
}

function orderFaults(from: string, to: string): string[] {
  if (to === 'lib/main.ts') return [`${from} imports lib/main.ts, which nobody may`];
  if (from === 'lib/main.ts') return [];
  const fromFolder = from.split('/')[1] ?? '';
  const toFolder = to.split('/')[1] ?? '';
  if (fromFolder === 'providers' && toFolder !== 'providers' && toFolder !== 'kernel') {
    return [`${from} imports ${to}, but providers/ sees only kernel/`];
  }
  const order = (folder: string) => FOLDERS.findIndex((name) => name === folder);
  if (order(fromFolder) < 0) return [`${from} is in no folder of the layout`];
  return order(toFolder) <= order(fromFolder)
    ? []
    : [`${from} imports ${to}, which comes later in the order`];
}

function emulatorFaults(file: SourceFile, target: string): string[] {
  if (!file.path.startsWith('emulators/') || file.path.endsWith('.test.ts') || !target.startsWith('.'))
    return [];
  const path = relative('.', normalize(join(dirname(file.path), target)));
  return path.startsWith('emulators/')
    ? []
    : [`${file.path} imports ${path}, but emulators import nothing of ours`];
}

function fileFaults(file: SourceFile): string[] {
  const lines = file.text.split('\n').length;
  return [
    ...(file.text.startsWith('/** ')
      ? []
      : [`${file.path} does not open with a sentence saying what it is for`]),
    ...(lines > LONGEST_FILE ? [`${file.path} has ${lines} lines`] : []),
    ...(BANNED_NAMES.test(file.path) ? [`${file.path} has a name that names nothing`] : []),
    ...(/(^|\/)[a-z0-9]+(-[a-z0-9]+)*(\.(test|d))?\.ts$/.test(file.path)
      ? []
      : [`${file.path} is not in kebab-case`]),
  ];
}
