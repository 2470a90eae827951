/** The exact files of a run's version, as an adapter takes them; their digest is checked once more. */
import type { Context } from '../kernel/context.ts';
import { contentDigest } from '../kernel/content-digest.ts';
import type { SkillPackage } from '../providers/adapter.ts';
import type { ClaimedRun } from '../runs/claim.ts';
import { findSkill } from '../skills/read-skills.ts';
import { loadVersionFiles } from '../skills/versions/read-versions.ts';
import { selectVersionsById } from '../skills/versions/version-store.ts';

/** Throws when the stored bytes are not those of the version: nothing damaged is ever sent. */
export async function loadPackage(ctx: Context, run: ClaimedRun): Promise<SkillPackage> {
  if (run.skillVersionId === null) throw new Error(`${run.id} is an install without a version`);
  const [version] = await selectVersionsById(ctx, [run.skillVersionId]);
  if (!version) throw new Error(`the version ${run.skillVersionId} is not there`);
  const skill = await findSkill(ctx, run.skillId);
  const files = await loadVersionFiles(ctx, version);
  const digest = contentDigest(files);
  if (digest !== version.digest)
    throw new Error(`the stored files of ${version.id} have the digest ${digest}`);
  return {
    name: version.manifest.name,
    displayName: skill.display_name,
    description: version.manifest.description,
    digest,
    files,
  };
}
