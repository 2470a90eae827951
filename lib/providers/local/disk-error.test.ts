/** Errors of the disk that no test can provoke as any user: what they mean and what they advise. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProviderError } from '../adapter.ts';
import { onDisk } from './disk-error.ts';

function failing(code: string): () => Promise<never> {
  return async () => await Promise.reject(Object.assign(new Error(code), { code, syscall: 'write' }));
}

describe('an error of the disk', () => {
  for (const [errno, code, retryable, advice] of [
    ['EACCES', 'forbidden:provider', false, /let the user/],
    ['EROFS', 'forbidden:provider', false, /let the user/],
    ['ENOSPC', 'bad_gateway:provider', true, /free some space/],
    ['ENOENT', 'not_found:provider', false, /create its parent/],
    ['ENOTDIR', 'unprocessable:provider', false, /plain folder/],
    ['ENOTEMPTY', 'conflict:provider', false, /look what it is/],
    ['EIO', 'bad_gateway:provider', true, /disk is well/],
  ] as const) {
    it(`${errno} is ${code}`, async () => {
      await assert.rejects(onDisk('/srv/skills', failing(errno)), (error) => {
        assert.ok(error instanceof ProviderError);
        assert.deepEqual([error.failure.code, error.failure.retryable], [code, retryable]);
        assert.equal(error.failure.effect, 'not_applied');
        assert.ok(error.failure.message.startsWith(`/srv/skills cannot be used (${errno}): `));
        assert.match(error.failure.message, advice);
        return true;
      });
    });
  }

  it('is told from a mistake of ours, which stays what it is', async () => {
    const mistake = new TypeError('x is not a function');
    await assert.rejects(
      onDisk('/srv/skills', async () => await Promise.reject(mistake)),
      mistake,
    );
  });
});
