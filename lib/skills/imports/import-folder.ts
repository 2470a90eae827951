/** One folder of an import → a new skill, a new version, the version that is there already, or why it is refused. */
import type { StoredImportItem } from '../../db/import-tables.ts';
import type { Context, TxContext } from '../../kernel/context.ts';
import { AppError } from '../../kernel/errors.ts';
import { addLoadedVersion } from '../versions/add-version.ts';
import { makeBundle } from '../bundle/bundle.ts';
import { issuesInFolder } from '../bundle/issues.ts';
import { registerSkill } from '../create-skill.ts';
import type { LoadedSource } from '../sources/load-source.ts';
import { selectSkillsByName } from '../store.ts';
import type { ImportFolder, ImportSource } from './import-source.ts';

/** Writes the outcome; in the transaction of what was made, where something was. */
export type WriteItem = (tx: TxContext, item: StoredImportItem) => Promise<void>;

interface Work {
  readonly source: ImportSource;
  readonly tags: readonly string[];
  readonly write: WriteItem;
}

/** Returns an item that is still to be written, for a folder that is refused; null when it is written. */
export async function importFolder(
  ctx: Context,
  folder: ImportFolder,
  work: Work,
): Promise<StoredImportItem | null> {
  const read = await work.source.read(folder);
  if (!read.ok) return refusedItem(folder, issuesInFolder(read.issues));
  const made = makeBundle(read.files, folder.directoryName);
  if (!made.ok) return refusedItem(folder, issuesInFolder(made.issues));
  const loaded = { bundle: made.bundle, ...work.source.sourceOf(folder) };
  try {
    await register(ctx, folder, loaded, work);
    return null;
  } catch (error) {
    // What would be a refusal of this one skill when it were sent alone.
    if (!(error instanceof AppError) || !REFUSALS.has(error.kind)) throw error;
    const issues = error.issues.length > 0 ? error.issues : [{ path: '', message: error.detail }];
    return refusedItem(folder, issues);
  }
}

const REFUSALS: ReadonlySet<string> = new Set([
  'bad_request',
  'conflict',
  'unprocessable',
  'payload_too_large',
]);

export function refusedItem(
  folder: ImportFolder,
  issues: readonly { readonly path: string; readonly message: string }[],
): StoredImportItem {
  const path = folder.path.replaceAll('\0', '\u{FFFD}');
  const name = folder.directoryName?.replaceAll('\0', '\u{FFFD}') ?? null;
  return { path, name, result: 'refused', skill: null, version: null, issues: [...issues] };
}

async function register(ctx: Context, folder: ImportFolder, loaded: LoadedSource, work: Work): Promise<void> {
  const { name } = loaded.bundle.manifest;
  const base = { path: folder.path, name, issues: [] };
  const addVersion = async (): Promise<void> => {
    await addLoadedVersion(
      ctx,
      { skill: name, loaded, metadata: {} },
      async (tx, { skill, version, isNew }) => {
        await work.write(tx, {
          ...base,
          result: isNew ? 'new_version' : 'unchanged',
          skill: { id: skill.id, name: skill.name },
          version: { id: version.id, number: version.number, digest: version.digest },
        });
      },
    );
  };
  if ((await selectSkillsByName(ctx, [name])).length > 0) return await addVersion();
  try {
    await registerSkill(ctx, loaded, { tags: [...work.tags] }, async (tx, { skill }) => {
      const { id, number, digest } = skill.latestVersion;
      const made = { skill: { id: skill.id, name: skill.name }, version: { id, number, digest } };
      await work.write(tx, { ...base, result: 'created', ...made });
    });
  } catch (error) {
    // Somebody else registered it in between.
    if (error instanceof AppError && error.code === 'conflict:skill') return await addVersion();
    throw error;
  }
}
