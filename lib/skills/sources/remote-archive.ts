/** A zip or tar.gz at an https address → its bytes, with the digest that was asked for. */
import { hash } from 'node:crypto';
import type { Context } from '../../kernel/context.ts';
import { MAX_SOURCE_BYTES } from '../bundle/limits.ts';
import { fetchRemote, refusedAt, shownUrl, withRemote } from './fetch-remote.ts';

export interface UrlSource {
  readonly type: 'url';
  readonly url: string;
  readonly digest?: string | undefined;
}

export interface FetchedArchive {
  readonly bytes: Uint8Array;
  readonly origin: { readonly type: 'url'; readonly url: string; readonly digest: string };
}

/** Bytes of another digest than expected are never unpacked. */
export async function fetchArchive(ctx: Context, source: UrlSource): Promise<FetchedArchive> {
  const { bytes } = await withRemote(
    ctx,
    async (remote) => await fetchRemote(remote, source.url, { maxBytes: MAX_SOURCE_BYTES }),
  );
  const digest = digestOf(bytes);
  if (source.digest !== undefined && source.digest !== digest) {
    throw refusedAt('/source/digest', `what is at the address has the digest ${digest}`);
  }
  return { bytes, origin: { type: 'url', url: shownUrl(source.url), digest } };
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${hash('sha256', bytes)}`;
}
