/** The names of the catalogue in the memory of this process, brought up to what is committed before each message. */
import type { RefKind } from '../db/ref-tables.ts';
import type { Context, DatabaseHandle } from '../kernel/context.ts';
import type { SkillEntry, Vocabulary } from './vocabulary.ts';
import { VocabularyIndex } from './vocabulary-index.ts';
import {
  deleteNameChanges,
  type Ids,
  selectNameChanges,
  selectProviderNames,
  selectSkillNames,
  selectSkillRefs,
  selectSkillsWithRepository,
} from './vocabulary-store.ts';

/** Changes are kept for longer than any process goes by what it remembers without having looked. */
const REMEMBERED_MS = 3_600_000;
const CHANGES_KEPT_MS = 24 * REMEMBERED_MS;

interface Live {
  index: VocabularyIndex;
  /** Null before everything was read. */
  horizon: string | null;
  lookedAt: number;
  looking: Promise<unknown>;
  /** The look that begins when the one under way has ended; all who come until then share it. */
  next: Promise<void> | null;
  readonly slugs: Map<string, string>;
}

const LIVE = new WeakMap<DatabaseHandle, Live>();

/** All that was committed before the call is in it. To be read at once: the next call changes it. */
export async function liveVocabulary(ctx: Context): Promise<Vocabulary> {
  const live = LIVE.get(ctx.db) ?? begin(ctx.db);
  live.next ??= lookNext(ctx, live);
  await live.next;
  return live.index;
}

function lookNext(ctx: Context, live: Live): Promise<void> {
  const look = live.looking.then(async () => {
    live.next = null;
    await bringUp(ctx, live);
  });
  live.looking = look.catch(() => null);
  return look;
}

/** Returns how many changes were forgotten. */
export async function pruneNameChanges(ctx: Context): Promise<number> {
  return await deleteNameChanges(ctx, CHANGES_KEPT_MS);
}

function begin(db: DatabaseHandle): Live {
  const live: Live = {
    index: new VocabularyIndex(),
    horizon: null,
    lookedAt: 0,
    looking: Promise.resolve(),
    next: null,
    slugs: new Map(),
  };
  LIVE.set(db, live);
  return live;
}

async function bringUp(ctx: Context, live: Live): Promise<void> {
  const now = performance.now();
  const isWhole = live.horizon === null || now - live.lookedAt > REMEMBERED_MS;
  // The horizon is taken before the names are read: what is committed in between is read now and once more next time.
  const { horizon, skillIds, providerIds } = await selectNameChanges(ctx, isWhole ? null : live.horizon);
  if (isWhole) {
    const entries = [await readSkills(ctx, null), await readProviders(ctx, null)] as const;
    live.index = new VocabularyIndex();
    live.slugs.clear();
    apply(live, null, ...entries);
  } else if (skillIds.length > 0 || providerIds.length > 0) {
    const skills = skillIds.length === 0 ? [] : await readSkills(ctx, skillIds);
    const providers = providerIds.length === 0 ? [] : await readProviders(ctx, providerIds);
    apply(live, [...skillIds, ...providerIds], skills, providers);
  }
  live.horizon = horizon;
  live.lookedAt = now;
}

type Skills = Awaited<ReturnType<typeof readSkills>>;
type Providers = Awaited<ReturnType<typeof readProviders>>;

/** Whoever has changed goes first: a name may have passed from one to another. */
function apply({ index, slugs }: Live, changed: Ids, skills: Skills, providers: Providers): void {
  for (const id of changed ?? []) {
    const slug = slugs.get(id);
    if (slug === undefined) continue;
    if (id.startsWith('skl_')) index.removeSkill(slug);
    else index.removeProvider(slug);
    slugs.delete(id);
  }
  for (const { id, entry } of skills) {
    slugs.set(id, entry.slug);
    index.addSkill(entry);
  }
  for (const { id, entry } of providers) {
    slugs.set(id, entry.slug);
    index.addProvider(entry);
  }
}

async function readSkills(ctx: Context, ids: Ids): Promise<{ id: string; entry: SkillEntry }[]> {
  const [names, allRefs, inRepositories] = await Promise.all([
    selectSkillNames(ctx, ids),
    selectSkillRefs(ctx, ids),
    selectSkillsWithRepository(ctx, ids),
  ]);
  const refs = Map.groupBy(allRefs, (row) => row.skill_id);
  const withRepository = new Set(inRepositories);
  return [...Map.groupBy(names, (row) => row.id)].map(([id, rows]) => {
    const own = refs.get(id) ?? [];
    const named = (kind: RefKind) => own.flatMap((ref) => (ref.kind === kind ? [ref.name] : []));
    const versions = rows.flatMap(({ label, number }) => [label, number === null ? null : String(number)]);
    const [{ name, display_name } = { name: id, display_name: id }] = rows;
    const entry: SkillEntry = {
      slug: name,
      displayName: display_name,
      versions: [...named('label'), ...versions.filter((version) => version !== null)],
      tags: named('tag'),
      branches: named('branch'),
      commits: named('commit'),
      hasRepository: withRepository.has(id),
    };
    return { id, entry };
  });
}

async function readProviders(ctx: Context, ids: Ids) {
  const rows = await selectProviderNames(ctx, ids);
  return rows.map(({ id, slug, kind, display_name: displayName, status }) => ({
    id,
    entry: { slug, kind, displayName, active: status === 'active' },
  }));
}
