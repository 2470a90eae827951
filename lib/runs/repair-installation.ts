/** Puts back what an account holds no more, or holds otherwise than it was left. */
import { requireRole } from '../auth/principal.ts';
import { findInstallation } from '../connections/adopt-installation.ts';
import { shapeInstallation } from '../connections/read-connections.ts';
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { createRuns } from './create-runs.ts';
import type { CreatedRuns } from './schema.ts';

/**
 * An install run of the recorded version; of the latest for what is outdated. Throws `conflict:provider` for what is
 * in sync or unmanaged, and what `createRuns` throws.
 */
export async function repairInstallation(ctx: Context, id: string): Promise<CreatedRuns> {
  requireRole(ctx, 'operator');
  const { skill, version, provider, drift } = shapeInstallation(await findInstallation(ctx, id));
  if (skill === null || version === null)
    throw new AppError('conflict:provider', `${id} was not installed from here; adopt it first`);
  if (drift === 'in_sync')
    throw new AppError(
      'conflict:provider',
      `${skill.name} in ${provider.slug} is in sync; there is nothing to repair`,
    );
  const { created } = await createRuns(
    ctx,
    {
      action: 'install',
      skill: skill.id,
      providers: [provider.id],
      ref: drift === 'outdated' ? 'latest' : String(version.number),
      dryRun: false,
      onDuplicate: 'reuse',
    },
    null,
  );
  return created;
}
