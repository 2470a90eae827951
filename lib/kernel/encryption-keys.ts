/** The encryption keys of this installation: from the settings, or made once and kept beside the embedded database. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from './settings.ts';
import { SettingsError } from './settings-error.ts';

const KEY_FILE = 'encryption.key';
const KEY_BYTES = 32;

/** Newest first. Call it while holding the lock on `dataDir`, so that two first starts cannot make two keys. */
export function loadEncryptionKeys(settings: Pick<Settings, 'encryptionKeys' | 'dataDir'>): Buffer[] {
  if (settings.encryptionKeys.length > 0)
    return settings.encryptionKeys.map((key) => Buffer.from(key, 'base64'));
  const path = join(settings.dataDir, KEY_FILE);
  if (!existsSync(path)) {
    writeFileSync(path, `${randomBytes(KEY_BYTES).toString('base64')}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    });
  }
  const key = Buffer.from(readFileSync(path, 'utf8'), 'base64');
  if (key.byteLength !== KEY_BYTES)
    throw new SettingsError(`ENCRYPTION_KEY: ${path} does not hold 32 bytes in base64`);
  return [key];
}
