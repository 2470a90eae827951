/** `npm run doctor`: looks at everything that a server needs, changes nothing, and says what to mend. */
import { type Database, openDatabase } from '../db/database.ts';
import { hasEmbedded } from '../db/embedded.ts';
import { isRefusedByDatabase } from '../db/errors.ts';
import { FolderInUseError } from '../db/folder-lock.ts';
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Settings } from '../kernel/settings.ts';
import { SettingsError } from '../kernel/settings-error.ts';
import { askRunning } from './ask-running.ts';
import { checkClock, checkMigrations, checkVersion } from './check-database.ts';
import {
  checkAnchorFile,
  checkFolder,
  checkKeyFile,
  checkNetwork,
  checkOwner,
  checkSettings,
} from './check-settings.ts';
import { checkAdmin, checkAudit, checkKeys, checkProviders, checkRuns } from './check-stored.ts';
import { describeFindings, fail, type Finding, ok, type Report } from './finding.ts';

export interface Patient {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  /** What a process with these settings has at hand. Throws SettingsError for an unreadable key file. */
  contextOf(settings: Settings, db: Database): Context;
}

export async function examine(patient: Patient): Promise<Report> {
  const { settings, finding } = checkSettings(patient.variables);
  if (settings === null) return describeFindings([finding]);
  const findings = [finding, checkNetwork(settings), ...(await examineDatabase(patient, settings))];
  return describeFindings(findings);
}

async function examineDatabase(patient: Patient, settings: Settings): Promise<Finding[]> {
  const anchor = checkAnchorFile(settings);
  if (settings.databaseUrl !== null) return [anchor, ...(await examineOpened(patient, settings))];
  if (!hasEmbedded(settings.dataDir))
    return [anchor, ok('database', 'there is none yet; the first start makes it')];
  const stranger = checkOwner(settings);
  if (stranger !== null) return [anchor, stranger];
  const keyFile = checkKeyFile(settings);
  const before = [anchor, checkFolder(settings), ...(keyFile === null ? [] : [keyFile])];
  // Opening it without its key would make a new one.
  if (keyFile?.level === 'FAIL') return before;
  return [...before, ...(await examineOpened(patient, settings))];
}

async function examineOpened(patient: Patient, settings: Settings): Promise<Finding[]> {
  let db: Database | null = null;
  try {
    db = await openDatabase(settings, patient.log);
    await db.checkReady();
    return await examineContent(patient.contextOf(settings, db), db);
  } catch (error) {
    if (error instanceof FolderInUseError) return await askRunning(settings, error.pid);
    return [explained(error)];
  } finally {
    await db?.close();
  }
}

async function examineContent(ctx: Context, db: Database): Promise<Finding[]> {
  const { isReady, findings } = await checkMigrations(ctx, db);
  const database = [await checkVersion(ctx), ...findings, await checkClock(ctx)];
  if (!isReady) return database;
  const stored: Finding[] = [];
  for (const check of [checkKeys, checkAdmin, checkProviders, checkRuns, checkAudit])
    stored.push(...[await check(ctx)].flat());
  return [...database, ...stored];
}

/** What keeps the database from being looked at. */
function explained(error: unknown): Finding {
  if (error instanceof SettingsError)
    return fail('encryption key', error.message, 'put the right file back, or set ENCRYPTION_KEY');
  if (error instanceof AppError && error.code === 'offline:database')
    return fail(
      'database',
      'it does not answer',
      'see whether it runs, and whether DATABASE_URL has the right host and port',
    );
  if (error instanceof Error && isRefusedByDatabase(error))
    return fail(
      'database',
      error.message,
      'mend DATABASE_URL, or what the role may do; docs/operations/postgresql.md shows both',
    );
  throw error;
}
