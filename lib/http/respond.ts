/** Headers that answers share: strong ETags with conditional requests, Link to the next page, list parameters. */
import { hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Page } from '../kernel/cursor.ts';
import { wholeNumber } from '../kernel/whole-number.ts';
import type { RouteAnswer } from './route.ts';

/** Query parameters of every list. */
export const ListQuery = z.strictObject({
  limit: wholeNumber(1, 100).default(20),
  cursor: z.string().max(2000).optional().meta({ description: 'nextCursor of the page before' }),
});

export function pageOfItems<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** 200 with the page, and a Link to the next one. */
export function pageAnswer(url: string, page: Page<unknown>): RouteAnswer {
  if (page.nextCursor === null) return { status: 200, body: page };
  const next = new URL(url, 'http://relative');
  next.searchParams.set('cursor', page.nextCursor);
  return { status: 200, body: page, headers: { link: `<${next.pathname}${next.search}>; rel="next"` } };
}

/** A strong ETag over what is shown. */
export function etagOf(shown: unknown): string {
  return `"${hash('sha256', JSON.stringify(shown), 'base64url').slice(0, 27)}"`;
}

/** 200 with an ETag, or 304 when the caller has it already. */
export function resourceAnswer(
  shown: object,
  headers: Readonly<Record<string, string | undefined>>,
  extra: Readonly<Record<string, string>> = {},
): RouteAnswer {
  const etag = etagOf(shown);
  const all = cacheable(etag, extra);
  if (hasAlready(headers, etag)) return { status: 304, headers: all };
  return { status: 200, body: shown, headers: all };
}

/** 200 with what `open` gives, or 304 without opening it. The tag must change whenever the bytes do. */
export async function bytesAnswer(
  tag: string,
  headers: Readonly<Record<string, string | undefined>>,
  open: () => Promise<{ body: Readable | Uint8Array; size: number; headers: Record<string, string> }>,
): Promise<RouteAnswer> {
  const etag = `"${tag}"`;
  if (hasAlready(headers, etag)) return { status: 304, headers: cacheable(etag, {}) };
  const opened = await open();
  const all = cacheable(etag, { ...opened.headers, 'content-length': String(opened.size) });
  return { status: 200, body: opened.body, headers: all };
}

function cacheable(etag: string, extra: Readonly<Record<string, string>>): Record<string, string> {
  return { etag, 'cache-control': 'private, no-cache', ...extra };
}

/** Whoever has the same content, weakly compared, needs no other copy. */
export function hasAlready(headers: Readonly<Record<string, string | undefined>>, etag: string): boolean {
  const known = headers['if-none-match'];
  return known !== undefined && namesTag(known.replaceAll('W/', ''), etag);
}

/** Whether an If-Match header allows a change of what is shown now; without one it does. */
export function matches(ifMatch: string | undefined): (shown: unknown) => boolean {
  return (shown) => ifMatch === undefined || namesTag(ifMatch, etagOf(shown));
}

function namesTag(header: string, etag: string): boolean {
  return header.trim() === '*' || header.split(',').some((tag) => tag.trim() === etag);
}
