/** What changed between two versions, but for the texts: files, frontmatter and capabilities. (pure) */
import type { StoredFile, StoredManifest } from '../../db/stored-values.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { Capability, CapabilityChanges, FieldChange } from './diff-schema.ts';
import type { Capabilities } from '../scan/report.ts';

export interface ChangedFile {
  readonly path: string;
  readonly before: StoredFile | null;
  readonly after: StoredFile | null;
}

/** Of capabilities on each side; the reports of the versions have all. */
const MOST_SHOWN = 200;

/** By path. A file that moved is one removed and one added. */
export function changedFiles(before: readonly StoredFile[], after: readonly StoredFile[]): ChangedFile[] {
  const old = new Map(before.map((file) => [file.path, file]));
  const made = new Map(after.map((file) => [file.path, file]));
  return [...new Set([...old.keys(), ...made.keys()])]
    .map((path) => ({ path, before: old.get(path) ?? null, after: made.get(path) ?? null }))
    .filter((file) => file.before?.digest !== file.after?.digest)
    .toSorted((one, other) => Buffer.compare(Buffer.from(one.path), Buffer.from(other.path)));
}

const FIELDS = ['name', 'description', 'license', 'compatibility', 'metadata', 'allowedTools'] as const;

export function changedFields(before: StoredManifest, after: StoredManifest): FieldChange[] {
  return FIELDS.filter((field) => canonicalJson(before[field]) !== canonicalJson(after[field])).map(
    (field) => ({
      field,
      before: before[field],
      after: after[field],
    }),
  );
}

const KINDS = ['network', 'shell', 'files', 'credentials'] as const;

/** What is used at all, wherever it stands: the same command on another line is no change. */
export function changedCapabilities(before: Capabilities, after: Capabilities): CapabilityChanges {
  const [old, made] = [byUse(before), byUse(after)];
  const onlyIn = (some: Map<string, Capability>, others: Map<string, Capability>) =>
    [...some].flatMap(([use, capability]) => (others.has(use) ? [] : [capability])).slice(0, MOST_SHOWN);
  return { added: onlyIn(made, old), removed: onlyIn(old, made) };
}

/** The first place of each. */
function byUse(capabilities: Capabilities): Map<string, Capability> {
  const uses = KINDS.flatMap((kind) =>
    capabilities[kind].map(({ file, line, what }): [string, Capability] => [
      `${kind} ${what}`,
      { kind, what, file, line },
    ]),
  );
  return new Map(uses.toReversed());
}
