/** The names that a message may use, as the catalogue has them now. */
import type { RefKind } from '../db/ref-tables.ts';
import type { Context } from '../kernel/context.ts';
import {
  selectProviderNames,
  selectSkillNames,
  selectSkillRefs,
  selectSkillsWithRepository,
} from './store.ts';
import { buildVocabulary, type SkillEntry, type Vocabulary } from './vocabulary.ts';

type VersionNames = Awaited<ReturnType<typeof selectSkillNames>>;
type Refs = Awaited<ReturnType<typeof selectSkillRefs>>;

export async function loadVocabulary(ctx: Context): Promise<Vocabulary> {
  const versions = Map.groupBy(await selectSkillNames(ctx), (row) => row.name);
  const refs = Map.groupBy(await selectSkillRefs(ctx), (row) => row.skill);
  const inRepositories = new Set((await selectSkillsWithRepository(ctx)).map(({ name }) => name));
  const providers = await selectProviderNames(ctx);
  return buildVocabulary({
    skills: [...versions].map(([slug, rows]) => ({
      ...skillEntry(slug, rows, refs.get(slug) ?? []),
      hasRepository: inRepositories.has(slug),
    })),
    providers: providers.map((row) => ({
      slug: row.slug,
      kind: row.kind,
      displayName: row.display_name,
      active: row.status === 'active',
    })),
  });
}

function skillEntry(slug: string, rows: VersionNames, refs: Refs): SkillEntry {
  const named = (kind: RefKind) => refs.flatMap((ref) => (ref.kind === kind ? [ref.name] : []));
  const ownNames = rows.flatMap((row) => [
    ...(row.label === null ? [] : [row.label]),
    ...(row.number === null ? [] : [String(row.number)]),
  ]);
  return {
    slug,
    displayName: rows[0]?.display_name ?? slug,
    versions: [...named('label'), ...ownNames],
    tags: named('tag'),
    branches: named('branch'),
    commits: named('commit'),
  };
}
