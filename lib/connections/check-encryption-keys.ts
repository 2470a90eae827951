/** Refuses to start with keys that do not open what is stored: better no start than runs that fail one by one. */
import type { Context } from '../kernel/context.ts';
import { SecretBoxError } from '../kernel/secret-box.ts';
import { openConnection } from './credentials.ts';
import { selectAnyWithCredentials } from './store.ts';

/** Throws SecretBoxError naming the variable to mend. */
export async function checkEncryptionKeys(ctx: Context): Promise<void> {
  const row = await selectAnyWithCredentials(ctx);
  if (!row) return;
  try {
    openConnection(ctx, row);
  } catch (cause) {
    if (!(cause instanceof SecretBoxError)) throw cause;
    throw new SecretBoxError(
      `ENCRYPTION_KEY: the credentials of ${row.slug} cannot be opened with it (${cause.message}); start with the key they were stored with`,
      { cause },
    );
  }
}
