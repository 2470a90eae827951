/** A skill as its files: the rules they obey together, their digest, and the one zip they are written as. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { contentDigest } from '../../kernel/content-digest.ts';
import { isDebris } from './debris.ts';
import type { BundleFile } from './bundle-file.ts';
import { type BundleIssue, quoteName } from './issues.ts';
import { inMegabytes, MAX_FILE_BYTES, MAX_FILES, MAX_TOTAL_BYTES } from './limits.ts';
import { checkPaths, normalizePath } from './paths.ts';
import { parseSkillMd, SKILL_FILE, type SkillManifest } from './skill-md.ts';

export interface Bundle {
  readonly manifest: SkillManifest;
  /** Sorted by the bytes of their paths, which are in NFC. */
  readonly files: readonly BundleFile[];
  readonly digest: string;
  readonly sizeBytes: number;
  readonly fileCount: number;
}

/** Checks every rule at once; `directoryName` is the folder the files came in, if they came in one. */
export function makeBundle(
  given: readonly BundleFile[],
  directoryName: string | null,
): { ok: true; bundle: Bundle } | { ok: false; issues: BundleIssue[] } {
  const named = given.map(({ path, bytes }) => ({ path: normalizePath(path), bytes }));
  const files = named.filter((file) => !isDebris(file));
  const issues = [...checkPaths(named.map((file) => file.path)), ...checkSizes(files)];
  const manifest = readManifest(named, directoryName, issues);
  if (issues.length > 0 || manifest === null) return { ok: false, issues };

  const sorted = files.toSorted((one, other) =>
    Buffer.compare(Buffer.from(one.path), Buffer.from(other.path)),
  );
  const sizeBytes = totalBytes(files);
  return {
    ok: true,
    bundle: { manifest, files: sorted, digest: contentDigest(sorted), sizeBytes, fileCount: sorted.length },
  };
}

function checkSizes(files: readonly BundleFile[]): BundleIssue[] {
  const issues: BundleIssue[] = files
    .filter((file) => file.bytes.byteLength > MAX_FILE_BYTES)
    .map((file) => ({
      file: file.path,
      line: null,
      message: `must be at most ${inMegabytes(MAX_FILE_BYTES)}`,
    }));
  if (files.length > MAX_FILES) issues.push(ofBundle(`a skill has at most ${MAX_FILES} files`));
  if (totalBytes(files) > MAX_TOTAL_BYTES) {
    issues.push(ofBundle(`a skill has at most ${inMegabytes(MAX_TOTAL_BYTES)} in all its files`));
  }
  return issues;
}

function readManifest(
  files: readonly BundleFile[],
  directoryName: string | null,
  issues: BundleIssue[],
): SkillManifest | null {
  const file = files.find((candidate) => candidate.path === SKILL_FILE);
  if (!file) {
    issues.push(missingSkillFile(files));
    return null;
  }
  const parsed = parseSkillMd(file.bytes);
  if (!parsed.ok) {
    issues.push(...parsed.issues);
    return null;
  }
  const { name } = parsed.skill;
  if (directoryName !== null && directoryName.normalize('NFKC') !== name) {
    const message = `name ${JSON.stringify(name)} must equal the name of its folder, ${quoteName(directoryName)}`;
    issues.push({ file: SKILL_FILE, line: null, message });
  }
  return parsed.skill;
}

function missingSkillFile(files: readonly BundleFile[]): BundleIssue {
  const variant = files.findIndex((file) => file.path.toLowerCase() === SKILL_FILE.toLowerCase());
  if (variant >= 0) {
    const file = files[variant]?.path ?? '';
    return { file, line: null, message: `must be named ${SKILL_FILE}, in this case`, pathOf: variant };
  }
  const nested = files.find((file) => file.path.endsWith(`/${SKILL_FILE}`));
  const hint = nested ? `; there is one at ${quoteName(nested.path)}` : '';
  return ofBundle(`there must be a ${SKILL_FILE} at the root of the skill${hint}`);
}

function totalBytes(files: readonly BundleFile[]): number {
  return files.reduce((sum, file) => sum + file.bytes.byteLength, 0);
}

function ofBundle(message: string): BundleIssue {
  return { file: '', line: null, message };
}

/**
 * The same content gives the same bytes on every machine: entries are sorted, dated 1980 and stored,
 * because compressors differ between builds. `topFolder` puts all files in one folder.
 */
export async function deterministicZip(
  bundle: Pick<Bundle, 'files'>,
  options: { readonly topFolder?: string } = {},
): Promise<Buffer> {
  return await buffer((await zipStream(bundle, options)).stream);
}

/** The same bytes piece by piece, and how many they will be. */
export async function zipStream(
  bundle: Pick<Bundle, 'files'>,
  options: { readonly topFolder?: string } = {},
): Promise<{ size: number; stream: Readable }> {
  const zip = new ZipFile();
  const prefix = options.topFolder === undefined ? '' : `${options.topFolder}/`;
  for (const { path, bytes } of bundle.files) {
    zip.addBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), `${prefix}${path}`, {
      // A local date on purpose: zip dates have no zone, so it is written as it stands.
      mtime: new Date(1980, 0, 1),
      mode: 0o100644,
      compress: false,
      forceDosTimestamp: true,
    });
  }
  const size = await new Promise<number>((resolve) => {
    // The published type leaves out that the size is given.
    zip.end(undefined, resolve as () => void);
  });
  return { size, stream: Readable.from(zip.outputStream) };
}
