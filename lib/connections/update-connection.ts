/** Changes a connection; new credentials, a new address or switching on verify it again. */
import { recordAudit } from '../audit/record.ts';
import { requireRole } from '../auth/principal.ts';
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { adapterFor } from '../providers/registry.ts';
import {
  type CheckedInput,
  checkInput,
  configDigest,
  openConnection,
  sealCredentials,
} from './credentials.ts';
import { insertCheck } from './check-store.ts';
import { openGate } from './gate-store.ts';
import { findConnection, shapeConnection } from './read-connections.ts';
import type { Connection, UpdateConnection } from './schema.ts';
import { type ConnectionChange, type ConnectionRow, type StoredCheck, updateConnectionRow } from './store.ts';
import { withRemedy } from './remedy.ts';
import { checkConnection, statusAfter } from './verify-connection.ts';

/** How often a change is planned anew because somebody else changed the connection meanwhile. */
const MOST_TRIES = 3;

/**
 * `isExpected` says whether the connection still is what the caller last saw (If-Match).
 * Throws `bad_request:api` when the address changes without new credentials: those are bound to the old one;
 * `bad_gateway:provider` when new credentials or an address do not work in place of some that do.
 */
export async function updateConnection(
  ctx: Context,
  nameOrId: string,
  input: UpdateConnection,
  isExpected: (current: Connection) => boolean = () => true,
): Promise<Connection> {
  requireRole(ctx, 'admin');
  const { id } = await findConnection(ctx, nameOrId);
  for (let tries = 1; ; tries += 1) {
    const row = await findConnection(ctx, id);
    if (!isExpected(shapeConnection(row))) {
      throw new AppError(
        'precondition_failed:api',
        `${row.slug} was changed since it was read; read it again`,
      );
    }
    const change = await planChange(ctx, row, input);
    const changed = await storeChange(ctx, row, input, change);
    if (changed !== null) return changed;
    if (tries === MOST_TRIES) {
      throw new AppError(
        'conflict:provider',
        `${row.slug} is being changed again and again; read it, and try again`,
      );
    }
  }
}

/** Null when somebody changed the connection since `row` was read: the change was planned for what is no more. */
async function storeChange(
  ctx: Context,
  row: ConnectionRow,
  input: UpdateConnection,
  change: ConnectionChange,
): Promise<Connection | null> {
  return await transaction(ctx, async (tx) => {
    if (!(await updateConnectionRow(tx, row.id, row.revision, change))) return null;
    if (change.check !== undefined) {
      await insertCheck(tx, row.id, 'change', change.check);
      if (change.check.error === null) await openGate(tx, row.id);
    }
    await recordAudit(tx, {
      action: 'provider.update',
      target: { type: 'provider', id: row.id, name: row.slug },
      change: {
        from: row.status,
        to: change.status ?? row.status,
        fields: Object.keys(input),
        ...(change.check?.error && { error: change.check.error.code }),
        ...(change.config && { configDigest: configDigest(change.config) }),
        ...(change.credential && { credentialFingerprint: change.credential.fingerprint }),
      },
    });
    return shapeConnection(await findConnection(tx, row.id));
  });
}

async function planChange(
  ctx: Context,
  row: ConnectionRow,
  input: UpdateConnection,
): Promise<ConnectionChange> {
  const settings = newSettings(ctx, row, input);
  const isSwitchedOff =
    input.status === 'inactive' || (input.status === undefined && row.status === 'inactive');
  const isToVerify = settings !== null || input.status === 'active';
  const credential =
    settings && input.credentials !== undefined ? sealCredentials(ctx, row.id, settings) : undefined;
  const next: ConnectionChange = {
    ...(input.displayName !== undefined && { displayName: input.displayName }),
    ...(settings && { config: settings.config, baseUrl: settings.baseUrl }),
    ...(credential && { credential }),
    ...(input.status === 'inactive' && { status: 'inactive' as const }),
  };
  if (!isToVerify) return next;
  const check = await checkConnection(ctx, {
    ...openConnection(ctx, row),
    ...(settings && { config: settings.config, baseUrl: settings.baseUrl }),
    ...(settings?.credentials && { credentials: settings.credentials }),
  });
  if (settings !== null && row.status === 'active') refuseBroken(row, check);
  // What is new was never verified, so nothing speaks for it.
  const before = settings === null ? row.status : null;
  return { ...next, check, status: isSwitchedOff ? 'inactive' : statusAfter(before, check) };
}

/** A connection that works is not given up for credentials or an address that do not. */
function refuseBroken(row: ConnectionRow, check: StoredCheck): void {
  if (check.error === null) return;
  const { code, message, providerStatus, providerRequestId } = check.error;
  throw new AppError(
    'bad_gateway:provider',
    `${row.slug} was left as it is, because the change does not work: ${withRemedy(row.slug, check.error)}`,
    {
      issues: [{ path: '', message }],
      extensions: { reason: { code, message, providerStatus, providerRequestId } },
    },
  );
}

/** The checked new configuration and credentials; null when neither changes. */
function newSettings(ctx: Context, row: ConnectionRow, input: UpdateConnection): CheckedInput | null {
  if (input.config === undefined && input.credentials === undefined) return null;
  const checked = checkInput(ctx, adapterFor(row.kind), {
    config: input.config ?? row.config,
    credentials: input.credentials ?? storedCredentials(ctx, row),
    isSandbox: row.sandbox,
  });
  const keepsCredentials = input.credentials === undefined && row.credential !== null;
  if (keepsCredentials && checked.baseUrl !== row.baseUrl) {
    throw new AppError(
      'bad_request:api',
      'A new address needs new credentials: the stored ones are bound to the old one',
      {
        issues: [{ path: '/credentials', message: 'send the credentials for the new address' }],
      },
    );
  }
  return checked;
}

function storedCredentials(ctx: Context, row: ConnectionRow): unknown {
  const { credentials } = openConnection(ctx, row);
  return credentials === null ? undefined : JSON.parse(credentials.reveal());
}
