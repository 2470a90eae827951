/** Refuses to start with keys that do not open what is stored: better no start than runs that fail one by one. */
import type { Context } from '../kernel/context.ts';
import { SecretBoxError } from '../kernel/secret-box.ts';
import { SEALED_COLUMNS } from './sealed-columns.ts';
import { selectKeyIds } from './sealed-store.ts';

/** Throws SecretBoxError naming the variable to mend, and the keys that it lacks. */
export async function checkEncryptionKeys(ctx: Context): Promise<void> {
  const known: readonly string[] = ctx.secretBox.keyIds;
  const missing: string[] = [];
  for (const column of SEALED_COLUMNS) {
    const lacking = (await selectKeyIds(ctx, column)).filter(isKeyId).filter((id) => !known.includes(id));
    if (lacking.length > 0) missing.push(`${lacking.join(', ')} (${column.holds})`);
  }
  if (missing.length === 0) return;
  throw new SecretBoxError(
    `ENCRYPTION_KEY: it holds ${known.join(', ')}, but not the key that these are sealed with: ${missing.join('; ')}; ` +
      'put that key at the end of the list',
  );
}

/** Damage to one value is no reason to keep the others from being used. */
function isKeyId(text: string): boolean {
  return /^[0-9a-f]{8}$/.test(text);
}
