/** Works imports off: takes one, goes through its folders one by one, and can be taken up again after each of them. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordAudit } from '../../audit/record.ts';
import { currentPrincipal } from '../../auth/current-principal.ts';
import { roleAllows } from '../../auth/principal.ts';
import { transaction } from '../../db/database.ts';
import type { StoredImportError, StoredImportItem } from '../../db/import-tables.ts';
import type { Workload } from '../../jobs/workload.ts';
import type { Context, Source, TxContext } from '../../kernel/context.ts';
import { AppError } from '../../kernel/errors.ts';
import { MAX_IMPORT_FOLDERS } from '../bundle/limits.ts';
import { importFolder, refusedItem } from './import-folder.ts';
import { openArchiveImport, openGitImport, type ImportFolder, type ImportSource } from './import-source.ts';
import {
  type ClaimedImport,
  claimImport,
  extendImportLease,
  finishImport,
  type ImportEnd,
  type ImportRow,
  insertImportItem,
  recordFound,
  releaseImport,
  selectDonePositions,
  selectExhaustedImports,
  selectImport,
  selectImportArchive,
} from './import-store.ts';
import { nameOfOrigin, tokenBinding } from './start-import.ts';

const MAX_ATTEMPTS = 5;
const RETRY_AFTER_MS = 15_000;
const LEAVE_AFTER_MS = 2000;
const RETRYABLE: ReadonlySet<string> = new Set(['bad_gateway', 'timeout', 'offline', 'internal']);

/** Another process has the import by now, or this one stops. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** `ctx` is the worker's own; each import is done as whoever asked for it. */
export function importWorkload(ctx: Context): Workload {
  return {
    name: 'skill imports',
    channel: 'imports_queued',
    async next(signal) {
      await endExhausted(ctx);
      const claimed = await claimImport(ctx, {
        leaseMs: ctx.settings.runLeaseMs,
        maxAttempts: MAX_ATTEMPTS,
      });
      if (!claimed) return false;
      await attempt(ctx, claimed, signal);
      return true;
    },
  };
}

async function attempt(ctx: Context, claimed: ClaimedImport, stopping: AbortSignal): Promise<void> {
  const lost = new AbortController();
  const beat = setInterval(() => {
    extendImportLease(ctx, claimed, ctx.settings.runLeaseMs).then(
      (isOurs) => isOurs || lost.abort(),
      // The lease may run out; whoever writes next is told.
      (error: unknown) => ctx.log.warn({ err: error, importId: claimed.id }, 'a lease could not be extended'),
    );
  }, ctx.settings.runLeaseMs / 3);
  const signal = AbortSignal.any([stopping, lost.signal]);
  try {
    const asked = await asRequester(ctx, claimed);
    if (asked === null) return await end(ctx, claimed, { status: 'failed', error: FORBIDDEN });
    await orLeftBehind(goThrough(asked, claimed, signal), stopping);
    await end(asked, claimed, await verdict(asked, claimed));
  } catch (error) {
    if (stopping.aborted) return await handBack(ctx, claimed);
    if (error instanceof Interrupted || lost.signal.aborted) return;
    await fail(ctx, claimed, error);
  } finally {
    clearInterval(beat);
  }
}

/** A server that answers slowly does not keep the process from stopping; what is left behind holds no lease to write with. */
async function orLeftBehind(work: Promise<void>, stopping: AbortSignal): Promise<void> {
  const over = new AbortController();
  const leave = async (): Promise<void> => {
    if (!stopping.aborted) await once(stopping, 'abort', { signal: over.signal });
    await sleep(LEAVE_AFTER_MS, undefined, { signal: over.signal });
    throw new Interrupted();
  };
  try {
    await Promise.race([work, leave()]);
  } finally {
    over.abort();
  }
}

const FORBIDDEN: StoredImportError = {
  code: 'forbidden:auth',
  message:
    'The key that asked for this import may not do it any more: it was revoked, has expired or lost its role',
};

async function asRequester(ctx: Context, claimed: ClaimedImport): Promise<Context | null> {
  const principal = await currentPrincipal(ctx, claimed.requested_by);
  if (principal === null || !roleAllows(principal.role, 'operator')) return null;
  return { ...ctx, principal, ...requestOf(claimed) };
}

function requestOf(row: { source: string; request_id: string | null }): {
  source: Source;
  requestId: string | null;
} {
  // Only a context's own source is ever stored.
  return { source: row.source as Source, requestId: row.request_id };
}

async function goThrough(ctx: Context, claimed: ClaimedImport, signal: AbortSignal): Promise<void> {
  await using source = await openSource(ctx, claimed);
  const { folders, commit } = source;
  if (folders.length > MAX_IMPORT_FOLDERS) {
    throw refusedSource(
      `there are ${folders.length} folders with a SKILL.md; one import takes ${MAX_IMPORT_FOLDERS}`,
    );
  }
  if (folders.length === 0) throw refusedSource('there is no folder with a SKILL.md');
  if (!(await recordFound(ctx, claimed, { count: folders.length, commit }))) throw new Interrupted();
  const done = await selectDonePositions(ctx, claimed.id);
  const firsts = firstOfEachName(folders);
  for (const [position, folder] of folders.entries()) {
    if (done.has(position)) continue;
    if (signal.aborted) throw new Interrupted();
    const write = async (tx: TxContext, item: StoredImportItem): Promise<void> => {
      if (!(await insertImportItem(tx, claimed, position, item))) throw new Interrupted();
    };
    const first = firsts.get(nameOf(folder)) ?? folder;
    const left =
      first === folder
        ? await importFolder(ctx, folder, { source, tags: claimed.tags, write })
        : refusedItem(folder, [
            { path: '', message: `there is another folder of this name before: ${first.path}` },
          ]);
    if (left !== null) await transaction(ctx, async (tx) => await write(tx, left));
  }
}

async function openSource(ctx: Context, claimed: ClaimedImport): Promise<ImportSource> {
  const { origin, token_sealed: sealed } = claimed;
  if (origin['type'] !== 'git') {
    const bytes = await selectImportArchive(ctx, claimed.id);
    if (bytes === null) throw new Error(`the archive of ${claimed.id} is missing from the database`);
    return await openArchiveImport(bytes, origin['fileName'] ?? null);
  }
  return await openGitImport(ctx, {
    url: origin['url'] ?? '',
    ref: origin['ref'],
    path: origin['path'],
    token: sealed === null ? null : ctx.secretBox.open(sealed, tokenBinding(claimed.id)),
    commit: claimed.commit_id,
  });
}

function firstOfEachName(folders: readonly ImportFolder[]): Map<string, ImportFolder> {
  const firsts = new Map<string, ImportFolder>();
  for (const folder of folders) if (!firsts.has(nameOf(folder))) firsts.set(nameOf(folder), folder);
  return firsts;
}

function nameOf({ directoryName }: ImportFolder): string {
  return directoryName?.normalize('NFKC') ?? '';
}

function refusedSource(message: string): AppError {
  return new AppError('bad_request:api', message);
}

async function verdict(ctx: Context, claimed: ClaimedImport): Promise<ImportEnd> {
  const row = await selectImport(ctx, claimed.id);
  const refused = row?.refused ?? 0;
  if (refused === 0) return { status: 'success', error: null };
  if (refused < (row?.found ?? 0)) return { status: 'partial_failed', error: null };
  return {
    status: 'failed',
    error: { code: 'bad_request:api', message: 'Every folder is refused; the items say why' },
  };
}

async function end(ctx: Context, claimed: ClaimedImport, how: ImportEnd): Promise<void> {
  await transaction(ctx, async (tx) => {
    if (await finishImport(tx, claimed, how)) await auditEnd(tx, claimed, how);
  });
}

async function auditEnd(tx: TxContext, row: Pick<ImportRow, 'id' | 'origin'>, how: ImportEnd): Promise<void> {
  const now = await selectImport(tx, row.id);
  await recordAudit(tx, {
    action: 'skill.import',
    target: { type: 'skill_import', id: row.id, name: nameOfOrigin(row.origin) },
    outcome: how.status === 'failed' ? 'failure' : 'success',
    ...(how.error && { code: how.error.code }),
    change: {
      status: how.status,
      created: now?.created ?? 0,
      newVersion: now?.new_version ?? 0,
      unchanged: now?.unchanged ?? 0,
      refused: now?.refused ?? 0,
    },
  });
}

async function handBack(ctx: Context, claimed: ClaimedImport): Promise<void> {
  await releaseImport(ctx, claimed, { delayMs: 0, countsAttempt: false, error: null });
  ctx.db.notify('imports_queued');
}

/** What may pass is tried again; the rest ends the import, with a reason that may be shown. */
async function fail(ctx: Context, claimed: ClaimedImport, thrown: unknown): Promise<void> {
  const isExpected = thrown instanceof AppError;
  if (!isExpected) ctx.log.error({ err: thrown, importId: claimed.id }, 'an import met an unexpected error');
  const error = isExpected ? explained(thrown) : UNEXPECTED;
  const mayPass = !isExpected || RETRYABLE.has(thrown.kind);
  if (mayPass && claimed.attempt < MAX_ATTEMPTS) {
    const delayMs = Math.min(RETRY_AFTER_MS, ctx.settings.runLeaseMs) * claimed.attempt;
    return await releaseImport(ctx, claimed, { delayMs, countsAttempt: true, error });
  }
  await end({ ...ctx, ...requestOf(claimed) }, claimed, { status: 'failed', error });
}

const UNEXPECTED: StoredImportError = {
  code: 'internal:api',
  message: 'An unexpected error ended the import; the log has it under the id of the import',
};

function explained({ code, detail, issues }: AppError): StoredImportError {
  const places = issues.map(({ path, message }) => `${path}: ${message}`);
  return { code, message: [detail, ...places].join('; ') };
}

/** Imports whose workers died in every attempt. */
async function endExhausted(ctx: Context): Promise<void> {
  const message = `Gave up after ${MAX_ATTEMPTS} attempts: the process that worked on it ended each time`;
  const how: ImportEnd = { status: 'failed', error: { code: 'internal:api', message } };
  await transaction(ctx, async (tx) => {
    for (const row of await selectExhaustedImports(tx, MAX_ATTEMPTS)) {
      await finishImport(tx, { id: row.id, lease_token: null }, how);
      await auditEnd({ ...tx, ...requestOf(row) }, row, how);
    }
  });
}
