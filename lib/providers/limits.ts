/** The limits any connection may set for itself, and the shapes of addresses and keys its kinds share. */
import { z } from 'zod';

/** Spread into a kind's config schema. What is unset falls back to the settings of the process. */
export const limitFields = {
  maxConcurrent: z.int().min(1).max(1000).optional(),
  requestsPerMinute: z.int().min(1).max(100_000).optional(),
  /** Bounds one request. */
  timeoutMs: z.int().min(100).max(600_000).optional(),
  maxAttempts: z.int().min(1).max(20).optional(),
};

/** An http(s) address without user, query or fragment. Which hosts are allowed is decided where it is registered. */
export const BaseUrl = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine(isPlainAddress, 'must have no user name, password, query or fragment');

function isPlainAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return username === '' && password === '' && search === '' && hash === '';
}

/** What fits into a header as it is: an HTTP client would quote anything else in its error. */
export const ApiKey = z
  .string()
  .trim()
  .min(8)
  .max(500)
  .regex(/^[\x21-\x7E]+$/, 'must be printable ASCII without spaces');

/** An identifier of the provider that travels in a header. */
export const HeaderText = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7E]+$/, 'must be printable ASCII without spaces');

export function withoutTrailingSlash(address: string): string {
  return address.replace(/\/+$/, '');
}
