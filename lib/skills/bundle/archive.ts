/** Bytes of a zip or tar.gz → the files in it, in memory and under limits, or why it is refused. */
import type { BundleFile } from './bundle-file.ts';
import type { BundleIssue } from './issues.ts';
import { isDebris } from './debris.ts';
import { MAX_FILES } from './limits.ts';
import { checkPath, checkPaths, normalizePath } from './paths.ts';
import { unpackTarGz } from './tar.ts';
import { importLimitsFor, limitsFor, ofArchive, type UnpackLimits, type Unpacked } from './unpack-limits.ts';
import { unpackZip } from './zip.ts';

export type ReadArchive =
  | { readonly ok: true; readonly files: BundleFile[]; readonly directoryName: string | null }
  | { readonly ok: false; readonly issues: BundleIssue[] };

export interface SkillsArchive {
  readonly files: BundleFile[];
  /** What single entries are refused for; the others were read. */
  readonly issues: BundleIssue[];
  /** The folder around everything, which was taken off; or null. */
  readonly directoryName: string | null;
}

/** An archive of many skills, whose names are judged folder by folder later; or why nothing of it can be read. */
export async function readSkillsArchive(
  bytes: Uint8Array,
): Promise<({ readonly ok: true } & SkillsArchive) | { readonly ok: false; readonly issues: BundleIssue[] }> {
  const unpack = unpackerOf(bytes);
  if (!unpack) return { ok: false, issues: [ofArchive('must be a zip or a tar.gz archive')] };
  const unpacked = await unpack(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    importLimitsFor(bytes.byteLength),
  );
  const whole = unpacked.issues.filter(({ file }) => file === '');
  if (whole.length > 0) return { ok: false, issues: whole };
  const { files, directoryName } = takeOffTopFolder(withoutDebris(unpacked).files);
  const top = directoryName === null ? '' : `${directoryName}/`;
  const issues = unpacked.issues.map((issue) => ({
    ...issue,
    file: withoutTop(archivePath(issue.file), top),
  }));
  return { ok: true, files, issues, directoryName };
}

function withoutTop(path: string, top: string): string {
  return path.startsWith(top) ? path.slice(top.length) : path;
}

/** Never throws for what the bytes say. One folder around everything is taken off and reported. */
export async function readArchive(bytes: Uint8Array): Promise<ReadArchive> {
  const unpack = unpackerOf(bytes);
  if (!unpack) return refused('must be a zip or a tar.gz archive');
  const unpacked = await unpack(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    limitsFor(bytes.byteLength),
  );
  const { files, folders } = withoutDebris(unpacked);
  const inner = takeOffTopFolder(files);
  const around = inner.directoryName === null ? 0 : Buffer.byteLength(inner.directoryName) + 1;
  const issues = [...unpacked.issues, ...checkNames(files, folders, around)];
  if (files.length > MAX_FILES) issues.push(ofArchive(`must hold at most ${MAX_FILES} files`));
  return issues.length > 0 ? { ok: false, issues } : { ok: true, ...inner };
}

function unpackerOf(
  bytes: Uint8Array,
): ((bytes: Buffer, limits: UnpackLimits) => Promise<Unpacked>) | undefined {
  const [first, second, third, fourth] = bytes;
  if (first === 0x1f && second === 0x8b) return unpackTarGz;
  if (first === 0x50 && second === 0x4b && third === 0x03 && fourth === 0x04) return unpackZip;
  // A zip without any entry begins with its end record.
  if (first === 0x50 && second === 0x4b && third === 0x05 && fourth === 0x06) return unpackZip;
  return undefined;
}

function withoutDebris({ files, folders }: Unpacked): { files: BundleFile[]; folders: string[] } {
  return {
    files: files
      .map(({ path, bytes }) => ({ path: archivePath(path), bytes }))
      .filter((file) => !isDebris(file)),
    folders: folders.map(archivePath).filter((path) => path !== '.'),
  };
}

/** `tar -c .` writes `./SKILL.md`; both kinds may hold letters decomposed by the file system. */
function archivePath(path: string): string {
  return normalizePath(path.replace(/^\.\/(?=.)/, ''));
}

function checkNames(files: readonly BundleFile[], folders: readonly string[], around: number): BundleIssue[] {
  const folderIssues = folders.flatMap((folder): BundleIssue[] => {
    const message = checkPath(folder, around);
    return message === null ? [] : [{ file: folder, line: null, message }];
  });
  const paths = files.map((file) => file.path);
  return [...folderIssues, ...checkPaths(paths, folders, around)];
}

function takeOffTopFolder(files: readonly BundleFile[]): {
  files: BundleFile[];
  directoryName: string | null;
} {
  const [top, ...others] = new Set(files.map(({ path }) => path.slice(0, path.indexOf('/') + 1)));
  if (top === undefined || top === '' || others.length > 0) return { files: [...files], directoryName: null };
  return {
    files: files.map(({ path, bytes }) => ({ path: path.slice(top.length), bytes })),
    directoryName: top.slice(0, -1),
  };
}

function refused(message: string): ReadArchive {
  return { ok: false, issues: [{ file: '', line: null, message }] };
}
