/** Checks of what is stored: does it open with the keys, can an admin come in, what do providers, runs and the audit log say. */
import { verifyNewest } from '../audit/verify-newest.ts';
import { hasAnyKey, hasUsableAdminKey } from '../auth/store.ts';
import { checkEncryptionKeys } from '../connections/check-encryption-keys.ts';
import { remedyFor } from '../connections/remedy.ts';
import { selectConnectionPage } from '../connections/store.ts';
import type { StoredCheckError } from '../db/stored-values.ts';
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { SecretBoxError } from '../kernel/secret-box.ts';
import { countActiveRuns } from '../runs/watchdog-store.ts';
import { fail, type Finding, ok, warn } from './finding.ts';

const MOST_NAMED = 20;
const LONG_DUE_SECONDS = 60;

export async function checkKeys(ctx: Context): Promise<Finding> {
  const [newest, ...older] = ctx.secretBox.keyIds;
  try {
    await checkEncryptionKeys(ctx);
  } catch (error) {
    if (!(error instanceof SecretBoxError)) throw error;
    return fail('encryption key', error.message, 'without it those secrets must be stored again');
  }
  const others = older.length === 0 ? '' : `, and ${older.join(', ')} for what is older`;
  return ok('encryption key', `${newest} seals${others}; every stored secret has its key`);
}

/** The names of keys and their number are nobody's business here. */
export async function checkAdmin(ctx: Context): Promise<Finding> {
  const { adminApiKey, oidc } = ctx.settings;
  if (adminApiKey !== null) return ok('admin', 'the key in ADMIN_API_KEY');
  if (await hasUsableAdminKey(ctx)) return ok('admin', 'an admin key that is neither revoked nor expired');
  if (oidc !== null)
    return warn(
      'admin',
      'there is no usable admin key; only people of OIDC_ISSUER with the role admin come in',
      'set ADMIN_API_KEY if that is not meant so',
    );
  if (!(await hasAnyKey(ctx)))
    return warn('admin', 'there is no key yet', 'the next start of an API process prints one, once');
  return fail(
    'admin',
    'every admin key is revoked or has expired',
    'set ADMIN_API_KEY (32 characters or more), restart, and make a new one: POST /api/keys',
  );
}

export async function checkProviders(ctx: Context): Promise<Finding[]> {
  const broken = await selectConnectionPage(ctx, { kind: undefined, status: 'error' }, MOST_NAMED + 1, null);
  if (broken.length === 0) return [ok('providers', 'none is in error')];
  const shown = broken.slice(0, MOST_NAMED).map(({ slug, checkError }) => inError(slug, checkError));
  if (broken.length === shown.length) return shown;
  const more = fail(
    'providers',
    `more than ${MOST_NAMED} are in error`,
    'see GET /api/providers?status=error',
  );
  return [...shown, more];
}

function inError(slug: string, error: StoredCheckError | null): Finding {
  const remedy = (error && remedyFor(slug, error.code)) ?? `POST /api/providers/${slug}/verify tries again`;
  return fail(`provider ${slug}`, error?.message ?? 'no reason is stored', remedy);
}

export async function checkRuns(ctx: Context): Promise<Finding> {
  const counts = await countActiveRuns(ctx);
  const waited = Math.floor(counts.longestDueSeconds);
  const says = `${counts.queued} queued (${counts.due} due, ${counts.stalled} stalled), ${counts.running} running`;
  if (counts.abandoned > 0)
    return warn(
      'runs',
      `${says}; ${counts.abandoned} lost their worker and nobody has found them yet`,
      'start a process with ROLE=all or worker: it takes them up within a minute',
    );
  if (counts.stalled > 0 || waited > LONG_DUE_SECONDS)
    return warn(
      'runs',
      `${says}; the oldest could have begun ${waited} s ago`,
      'see whether a worker runs; the event run.stalled of GET /api/install-runs/{id}/events says what else it waits for',
    );
  return ok('runs', says);
}

export async function checkAudit(ctx: Context): Promise<Finding> {
  const { broken, size, signedAt, checked } = await verified(ctx);
  if (broken !== null)
    return fail(
      'audit log',
      broken,
      'GET /api/audit-logs/verify names the first record that does not fit; after restoring an old backup see docs/operations/backup.md',
    );
  if (signedAt === null) return ok('audit log', 'nothing is signed yet');
  return ok(
    'audit log',
    `signed at ${size} records, ${signedAt.toISOString()}; it fits, and so do the newest ${checked} records`,
  );
}

async function verified(ctx: Context) {
  try {
    return await verifyNewest(ctx);
  } catch (error) {
    // Parts of the tree are missing.
    if (!(error instanceof AppError) || error.code !== 'internal:api') throw error;
    return { broken: 'parts of its chain are missing', size: 0, signedAt: null, checked: 0 };
  }
}
