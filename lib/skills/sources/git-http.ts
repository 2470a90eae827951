/** The two requests that a repository is read with, through our own way out and with a token for nobody else. */
import type { Context } from '../../kernel/context.ts';
import type { AppError } from '../../kernel/errors.ts';
import type { Secret } from '../../kernel/secret.ts';
import { MAX_SOURCE_BYTES } from '../bundle/limits.ts';
import { badGateway, fetchRemote, refusedAt, type RemoteAnswer, type RemoteRequest } from './fetch-remote.ts';
import { type PackRequest, packRequest } from './git-wire.ts';

export interface GitHttp {
  /** What `readAdvertisement` reads. */
  listRefs(signal: AbortSignal): Promise<Uint8Array>;
  /** What `readPackAnswer` reads. */
  fetchPack(request: PackRequest, signal: AbortSignal): Promise<Uint8Array>;
}

const INFO_REFS = '/info/refs?service=git-upload-pack';

/** Where the first request is redirected to, the other goes too; the token goes to the repository's own origin only. */
export function gitHttp(
  ctx: Context,
  repository: { readonly url: string; readonly token: Secret<string> | null },
): GitHttp {
  const { token } = repository;
  let base = repository.url;

  async function send(
    url: string,
    signal: AbortSignal,
    request: Partial<RemoteRequest>,
  ): Promise<RemoteAnswer> {
    const isHome = new URL(url).origin === new URL(repository.url).origin;
    return await fetchRemote({ ctx, signal }, url, {
      maxBytes: MAX_SOURCE_BYTES,
      ...request,
      ...(token !== null && isHome && { authorization: basic(token) }),
      explainStatus: (status) => explainStatus(status, token !== null),
    });
  }

  return {
    async listRefs(signal) {
      const answer = await send(base + INFO_REFS, signal, {});
      if (!answer.url.endsWith(INFO_REFS)) throw badGateway(answer.url, 'redirects to what is no repository');
      base = answer.url.slice(0, -INFO_REFS.length);
      return answer.bytes;
    },
    async fetchPack(request, signal) {
      const answer = await send(`${base}/git-upload-pack`, signal, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-git-upload-pack-request',
          accept: 'application/x-git-upload-pack-result',
        },
        body: packRequest(request),
        maxRedirects: 0,
      });
      return answer.bytes;
    },
  };
}

/** As the hosts of git ask for it: any user name, the token as the password. */
function basic(token: Secret<string>): string {
  return `Basic ${Buffer.from(`x-access-token:${token.reveal()}`).toString('base64')}`;
}

/** Hosts hide a private repository by saying that it does not exist. */
function explainStatus(status: number, hasToken: boolean): AppError | null {
  if (status !== 401 && status !== 403 && status !== 404) return null;
  return hasToken
    ? refusedAt('/source/token', 'the repository does not exist, or this token may not read it')
    : refusedAt('/source/url', 'the repository does not exist, or needs a token');
}
