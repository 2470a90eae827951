/** Connects an account: verifies it, then stores it with its credentials sealed; a refusal is stored as the reason. */
import { recordAudit } from '../audit/record.ts';
import { requireRole } from '../auth/principal.ts';
import { transaction } from '../db/database.ts';
import { isUniqueViolation } from '../db/errors.ts';
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { adapterFor } from '../providers/registry.ts';
import { insertCheck } from './check-store.ts';
import { checkInput, configDigest, sealCredentials } from './credentials.ts';
import { findConnection, shapeConnection } from './read-connections.ts';
import type { Connection, CreateConnection } from './schema.ts';
import { insertConnection, selectConnectionsByName } from './store.ts';
import { checkConnection, statusAfter } from './verify-connection.ts';

/** Throws `bad_request:api` for bad configuration, `conflict:provider` when the slug is taken. */
export async function createConnection(
  ctx: Context,
  input: CreateConnection,
  options: { isSandbox: boolean } = { isSandbox: false },
): Promise<Connection> {
  requireRole(ctx, 'admin');
  const adapter = adapterFor(input.kind);
  const { isSandbox } = options;
  const checked = checkInput(ctx, adapter, {
    config: input.config,
    credentials: input.credentials,
    isSandbox,
  });
  if ((await selectConnectionsByName(ctx, [input.slug])).length > 0) throw slugTaken(input.slug);

  const id = newId('provider');
  const { config, baseUrl, credentials } = checked;
  const check = await checkConnection(ctx, {
    id,
    kind: input.kind,
    config,
    baseUrl,
    credentials,
  });
  return await transaction(ctx, async (tx) => {
    const status = statusAfter(null, check);
    await insertConnection(tx, {
      id,
      slug: input.slug,
      kind: input.kind,
      displayName: input.displayName ?? input.slug,
      status,
      sandbox: isSandbox,
      config,
      baseUrl,
      credential: sealCredentials(tx, id, checked),
      check,
      createdBy: tx.principal.id,
    });
    await insertCheck(tx, id, 'create', check);
    await recordAudit(tx, {
      action: 'provider.create',
      target: { type: 'provider', id, name: input.slug },
      change: { kind: input.kind, status, configDigest: configDigest(config), sandbox: isSandbox },
    });
    return shapeConnection(await findConnection(tx, id));
  }).catch((error: unknown) => {
    throw isUniqueViolation(error, 'providers_slug_key') ? slugTaken(input.slug, error) : error;
  });
}

function slugTaken(slug: string, cause?: unknown): AppError {
  return new AppError('conflict:provider', `There is already a provider named ${slug}`, { cause });
}
