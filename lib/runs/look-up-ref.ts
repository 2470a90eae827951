/** Before anything is planned: a ref that nobody registered yet is looked up in the repositories of its skills. */
import type { Context } from '../kernel/context.ts';
import { addLoadedVersion } from '../skills/versions/add-version.ts';
import { findInRepositories, type FoundVersion, skillsToLookUp } from '../skills/refs/find-in-repository.ts';
import { previewVersion } from '../skills/refs/preview-version.ts';
import { selectSkillsByName } from '../skills/store.ts';
import { type Previews, requireUsableProviders } from './plan-request.ts';
import type { CreateRuns } from './schema.ts';

/**
 * Registers what the repositories have for the ref; `latest` stays where it is. Not for inside a transaction.
 * Throws what looking it up throws, and 404 or 409 for providers that cannot be used, before anything is fetched.
 */
export async function registerUnknownRef(ctx: Context, input: CreateRuns): Promise<void> {
  for (const { skill, loaded } of await lookUp(ctx, input))
    await addLoadedVersion(ctx, { skill: skill.id, loaded, metadata: {}, isLookedUp: true });
}

/** The same without registering anything: what would be registered, by skill id. */
export async function previewUnknownRef(ctx: Context, input: CreateRuns): Promise<Previews> {
  const previews: Previews = new Map();
  for (const { skill, loaded } of await lookUp(ctx, input))
    previews.set(skill.id, await previewVersion(ctx, skill.id, loaded.bundle));
  return previews;
}

async function lookUp(ctx: Context, input: CreateRuns): Promise<FoundVersion[]> {
  if (input.action !== 'install' || input.ref === 'latest') return [];
  const names = input.skills ?? [input.skill ?? ''];
  const skills = await selectSkillsByName(ctx, names);
  // Whoever plans refuses what is not there or archived; nothing is fetched for it.
  const isThere = (name: string) => skills.some((skill) => skill.id === name || skill.name === name);
  if (!names.every(isThere) || skills.some(({ status }) => status === 'archived')) return [];
  const wanted = await skillsToLookUp(ctx, skills, input.ref);
  if (wanted.length === 0) return [];
  await requireUsableProviders(ctx, input.providers);
  return await findInRepositories(ctx, wanted, input.ref);
}
