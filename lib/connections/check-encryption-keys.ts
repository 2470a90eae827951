/** Refuses to start with keys that do not open what is stored: better no start than runs that fail one by one. */
import type { Context } from '../kernel/context.ts';
import { SecretBoxError } from '../kernel/secret-box.ts';
import { openToken } from '../skills/refs/repositories.ts';
import { selectAnyWithToken } from '../skills/refs/repository-store.ts';
import { openConnection } from './credentials.ts';
import { selectAnyWithCredentials } from './store.ts';

/** Throws SecretBoxError naming the variable to mend. */
export async function checkEncryptionKeys(ctx: Context): Promise<void> {
  const connection = await selectAnyWithCredentials(ctx);
  if (connection) tryKey(`the credentials of ${connection.slug}`, () => openConnection(ctx, connection));
  const repository = await selectAnyWithToken(ctx);
  if (repository) tryKey(`the repository token of ${repository.name}`, () => openToken(ctx, repository));
}

function tryKey(what: string, open: () => unknown): void {
  try {
    open();
  } catch (cause) {
    if (!(cause instanceof SecretBoxError)) throw cause;
    throw new SecretBoxError(
      `ENCRYPTION_KEY: ${what} cannot be opened with it (${cause.message}); start with the key it was stored with`,
      { cause },
    );
  }
}
