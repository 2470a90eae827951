/** Reads an archive as the catalogue does: a refusal with issues, or a skill that is the same however it is packed again. */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { type Bundle, deterministicZip } from '../../lib/skills/bundle/bundle.ts';
import type { BundleFile } from '../../lib/skills/bundle/bundle-file.ts';
import { MAX_FILE_BYTES, MAX_FILES, MAX_TOTAL_BYTES } from '../../lib/skills/bundle/limits.ts';
import { checkPath, checkPaths } from '../../lib/skills/bundle/paths.ts';
import { checkName, SKILL_FILE } from '../../lib/skills/bundle/skill-md.ts';
import type { SkillSource } from '../../lib/skills/sources/skill-source.ts';
import { longNamed, tarOf } from '../support/archive-fixtures.ts';
import { checkRefusal, load } from './refusal.ts';
import type { Task } from './task.ts';

export interface ArchiveInput {
  readonly bytes: Uint8Array;
  /** What a good archive holds; null when anything may come out. */
  readonly content: readonly BundleFile[] | null;
}

export const archiveTask: Task = async (input) => {
  const { bytes, content } = input as ArchiveInput;
  const loaded = await load({ type: 'archive', fileName: null, bytes });
  return async () => {
    if ('source' in loaded) {
      await checkBundle(loaded.source.bundle);
      if (content !== null)
        assert.equal(await digestOf({ type: 'files', files: content }), loaded.source.bundle.digest);
      return 'accepted';
    }
    const outcome = checkRefusal(loaded.refusal);
    assert.ok(content === null, `a good archive is ${outcome}: ${JSON.stringify(loaded.refusal.issues)}`);
    return outcome;
  };
};

/** Holds for every bundle, whichever way it came. */
export async function checkBundle(bundle: Bundle): Promise<void> {
  const { files } = bundle;
  const paths = files.map((file) => file.path);
  assert.deepEqual(
    paths.map(checkPath).filter((message) => message !== null),
    [],
  );
  assert.deepEqual(checkPaths(paths), []);
  assert.ok(
    paths.every((path) => path === path.normalize('NFC')),
    'a path that is not composed',
  );
  assert.ok(paths.includes(SKILL_FILE));
  assert.ok(files.length <= MAX_FILES && bundle.fileCount === files.length, 'the number of files');
  const sizes = files.map((file) => file.bytes.byteLength);
  assert.ok(
    sizes.every((size) => size <= MAX_FILE_BYTES),
    'the size of a file',
  );
  assert.equal(
    bundle.sizeBytes,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  assert.ok(bundle.sizeBytes <= MAX_TOTAL_BYTES, 'the size of all files');
  assert.equal(checkName(bundle.manifest.name), null);
  for (const source of await repacked(files, bundle.manifest.name)) {
    assert.equal(await digestOf(source), bundle.digest, `repacked as ${source.type}`);
  }
}

/** In every form in which the same skill may arrive. Large ones are only packed as the catalogue does it. */
async function repacked(files: readonly BundleFile[], name: string): Promise<SkillSource[]> {
  const archive = (bytes: Uint8Array): SkillSource => ({ type: 'archive', fileName: null, bytes });
  const inOrder = await deterministicZip({ files });
  if (inOrder.byteLength > 1024 * 1024) return [archive(inOrder)];
  const parts = files.toReversed().map(({ path, bytes }) => ({ name: `${name}/${path}`, content: bytes }));
  return [
    archive(inOrder),
    archive(await deterministicZip({ files }, { topFolder: name })),
    archive(gzipSync(tarOf(longNamed(parts, 'pax')), { level: 0 })),
    {
      type: 'inline',
      files: files.map(({ path, bytes }) => ({
        path,
        content: Buffer.from(bytes).toString('base64'),
        encoding: 'base64',
      })),
    },
  ];
}

async function digestOf(source: SkillSource): Promise<string> {
  const loaded = await load(source);
  if ('source' in loaded) return loaded.source.bundle.digest;
  throw new Error(`what was accepted is refused as ${source.type}: ${JSON.stringify(loaded.refusal.issues)}`);
}
