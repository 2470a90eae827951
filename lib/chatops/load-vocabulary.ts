/** The names that a message may use, as the catalogue has them now. */
import type { Context } from '../kernel/context.ts';
import { selectProviderNames, selectSkillNames } from './store.ts';
import { buildVocabulary, type Vocabulary } from './vocabulary.ts';

export async function loadVocabulary(ctx: Context): Promise<Vocabulary> {
  const versions = Map.groupBy(await selectSkillNames(ctx), (row) => row.name);
  const providers = await selectProviderNames(ctx);
  return buildVocabulary({
    skills: [...versions].map(([slug, rows]) => ({
      slug,
      displayName: rows[0]?.display_name ?? slug,
      versions: rows.flatMap((row) => [
        ...(row.label === null ? [] : [row.label]),
        ...(row.number === null ? [] : [String(row.number)]),
      ]),
      tags: [],
      branches: [],
      commits: [],
    })),
    providers: providers.map((row) => ({
      slug: row.slug,
      kind: row.kind,
      displayName: row.display_name,
      active: row.status === 'active',
    })),
  });
}
