/** Checks that need no database: the settings, the network they open to, and the folders they name. */
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { embeddedFolder } from '../db/embedded.ts';
import { isLoopback } from '../http/refuse-foreign-site.ts';
import { readSettings, type Settings } from '../kernel/settings.ts';
import { SettingsError } from '../kernel/settings-error.ts';
import { fail, type Finding, ok, warn } from './finding.ts';

const MEGABYTE = 1_000_000;
const FULL_BELOW = 100 * MEGABYTE;
const SCARCE_BELOW = 1000 * MEGABYTE;

export function checkSettings(variables: Readonly<Record<string, string | undefined>>): {
  readonly settings: Settings | null;
  readonly finding: Finding;
} {
  try {
    const settings = readSettings(variables);
    return { settings, finding: ok('settings', `role ${settings.role}, ${whichDatabase(settings)}`) };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const remedy = 'README.md lists every variable under "Settings"';
    return { settings: null, finding: fail('settings', error.message, remedy) };
  }
}

function whichDatabase({ databaseUrl, dataDir }: Settings): string {
  if (databaseUrl === null) return `embedded database in ${resolve(dataDir)}`;
  if (!URL.canParse(databaseUrl)) return 'PostgreSQL';
  // Host and name only: the rest of the address holds the password.
  const { host, pathname } = new URL(databaseUrl);
  return `PostgreSQL at ${host}${pathname}`;
}

/** There is no TLS here: on a network, a proxy must bring it, and be known. */
export function checkNetwork({ host, port, trustedProxies, serverNames }: Settings): Finding {
  const address = `${host}:${port}`;
  if (isLoopback(host)) return ok('network', `listens on ${address}, for this machine only`);
  const missing = [
    ...(trustedProxies.length > 0 ? [] : ['TRUSTED_PROXIES']),
    ...(serverNames.length > 0 ? [] : ['SERVER_NAMES']),
  ];
  if (missing.length === 0)
    return ok('network', `listens on ${address}, behind ${trustedProxies.join(', ')}`);
  return warn(
    'network',
    `HOST ${host} opens it to a network, without TLS, and ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set`,
    'put a TLS proxy before it and name both, as in docs/operations/proxy.md',
  );
}

/** Of an embedded database's folder that is there already. */
export function checkFolder({ dataDir }: Settings): Finding {
  const folder = resolve(dataDir);
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const says = `${Math.floor(free / MEGABYTE)} MB are free in ${folder}`;
  const remedy = 'make room; a full disk stops every change';
  if (free < FULL_BELOW) return fail('disk', says, remedy);
  return free < SCARCE_BELOW ? warn('disk', says, remedy) : ok('disk', says);
}

/** Null unless opening it would leave files in it that its own user cannot use. */
export function checkOwner({ dataDir }: Settings): Finding | null {
  const owner = statSync(embeddedFolder(dataDir)).uid;
  const me = process.getuid?.() ?? owner;
  if (owner === me) return null;
  return fail(
    'database',
    `${resolve(dataDir)} belongs to user ${owner}, and this runs as user ${me}, so it was not opened`,
    `run this as that user: runuser -u "#${owner}" -- npm run doctor`,
  );
}

/** The file that takes the place of ENCRYPTION_KEY. Null when it does not. */
export function checkKeyFile({ dataDir, encryptionKeys }: Settings): Finding | null {
  if (encryptionKeys.length > 0) return null;
  const path = join(resolve(dataDir), 'encryption.key');
  if (!existsSync(path))
    return fail(
      'encryption key',
      `${path} is missing, and ENCRYPTION_KEY is not set`,
      'put the file back, or its content into ENCRYPTION_KEY; with another key stored credentials do not open',
    );
  if ((statSync(path).mode & 0o077) === 0) return null;
  return warn('encryption key', `other users may read ${path}`, `chmod 600 ${path}`);
}

/** Where checkpoints of the audit log go beside the database. */
export function checkAnchorFile({ auditAnchorFile }: Settings): Finding {
  const path = resolve(auditAnchorFile);
  const target = existsSync(path) ? path : nearestFolder(dirname(path));
  try {
    accessSync(target, constants.W_OK);
    return ok('audit file', `checkpoints of the audit log go to ${path}`);
  } catch {
    return fail(
      'audit file',
      `${target} cannot be written, so checkpoints of the audit log are in the database only`,
      'let the user who runs this write there, or set AUDIT_ANCHOR_FILE',
    );
  }
}

/** Missing folders are made when they are needed. */
function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}
