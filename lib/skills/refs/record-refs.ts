/** Records how a version is called: tags and branches move to it, labels and commits stay where they are. */
import type { TxContext } from '../../kernel/context.ts';
import { AppError } from '../../kernel/errors.ts';
import { isRefName, shortRef } from './ref-names.ts';
import type { DeclaredRefs } from './ref-schema.ts';
import { type RefName, selectRefs, upsertRefs } from './ref-store.ts';

/** The names of the commit that files came from. */
export interface SourceRefs {
  readonly tags: readonly string[];
  readonly branches: readonly string[];
  readonly commit: string | null;
}

/** More tags at one commit are not recorded; each is still found in the repository. */
const MOST_TAGS = 100;

/** What a repository says of the commit: its tags, and the branch if it was asked for by one. */
export function refsInRepository(found: {
  readonly ref: string;
  readonly commit: string;
  readonly refs: { readonly branches: readonly string[]; readonly tags: readonly string[] };
}): SourceRefs {
  const { branches, tags } = found.refs;
  const asked = { branch: shortRef(found.ref, 'branch'), tag: shortRef(found.ref, 'tag') };
  const others = tags.filter((tag) => isRefName(tag) && tag.length <= 200 && tag !== asked.tag);
  return {
    tags: [...(tags.includes(asked.tag) ? [asked.tag] : []), ...others.slice(0, MOST_TAGS)].filter(isRefName),
    branches: branches.includes(asked.branch) && isRefName(asked.branch) ? [asked.branch] : [],
    commit: found.commit,
  };
}

interface Names {
  readonly refs: SourceRefs;
  readonly isDeclared: boolean;
}

/** A repository says it itself; of other files somebody may declare it. */
export function namesOf(found: SourceRefs | undefined, declared: DeclaredRefs | undefined): Names {
  if (found) return { refs: found, isDeclared: false };
  const { tags = [], branch, commit = null } = declared ?? {};
  return { refs: { tags, branches: branch === undefined ? [] : [branch], commit }, isDeclared: true };
}

/** As the audit log tells of them: `tag v1`. */
export interface RefChange {
  readonly added: readonly string[];
  readonly moved: readonly string[];
}

/**
 * The skill must be locked. Throws `conflict:skill` for a commit that somebody declares to have other content than
 * it has; at a repository it may have two, in two folders, and then the first keeps it.
 */
export async function recordRefs(
  tx: TxContext,
  version: { readonly id: string; readonly skillId: string },
  names: Names & { readonly label: string | null },
): Promise<RefChange> {
  const wanted = wantedNames(names);
  const there = await selectRefs(tx, version.skillId, wanted);
  const heldBy = (ref: RefName) => there.find(({ kind, name }) => kind === ref.kind && name === ref.name);
  const changed: RefName[] = [];
  const moved: RefName[] = [];
  for (const ref of wanted) {
    const holder = heldBy(ref);
    if (holder?.version_id === version.id) continue;
    if (holder && ref.kind === 'commit') {
      if (names.isDeclared) throw takenCommit(holder);
      continue;
    }
    changed.push(ref);
    if (holder) moved.push(ref);
  }
  await upsertRefs(tx, version, changed);
  return { added: changed.filter((ref) => !moved.includes(ref)).map(toText), moved: moved.map(toText) };
}

function wantedNames({ label, refs }: { label: string | null; refs: SourceRefs }): RefName[] {
  const of = (kind: RefName['kind'], names: readonly string[]) => names.map((name) => ({ kind, name }));
  return [
    ...of('label', label === null ? [] : [label]),
    ...of('tag', [...new Set(refs.tags)]),
    ...of('branch', refs.branches),
    ...of('commit', refs.commit === null ? [] : [refs.commit]),
  ];
}

function takenCommit(holder: { readonly name: string; readonly number: number }): AppError {
  return new AppError(
    'conflict:skill',
    `The commit ${holder.name} is version ${holder.number}, which has other content; a commit does not change`,
    { issues: [{ path: '/refs/commit', message: `it belongs to version ${holder.number}` }] },
  );
}

function toText({ kind, name }: RefName): string {
  return `${kind} ${name}`;
}
