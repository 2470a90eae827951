/** What a person can do about a connection that does not work, in one sentence. (pure) */
import { isStoredCode, type StoredCode } from '../kernel/errors.ts';

const REMEDIES: Partial<Record<StoredCode, (slug: string) => string>> = {
  'unauthorized:provider': (slug) =>
    `Put credentials that work into it: PATCH /api/providers/${slug} with "credentials".`,
  'forbidden:provider': (slug) =>
    `See at the provider whether this account may use skills and has quota left, then POST /api/providers/${slug}/verify.`,
  'not_found:provider': (slug) =>
    `Look at its address and project: PATCH /api/providers/${slug} with "config".`,
  'bad_gateway:provider': (slug) =>
    `See whether its address is right ("config") and reachable from here; POST /api/providers/${slug}/verify tries again.`,
  'timeout:provider': (slug) =>
    `See whether its address is right ("config") and reachable from here; POST /api/providers/${slug}/verify tries again.`,
  'rate_limit:provider': (slug) => `Wait, then POST /api/providers/${slug}/verify.`,
  'conflict:provider': (slug) => `Look at its settings: PATCH /api/providers/${slug} with "config".`,
  'unprocessable:provider': (slug) => `Look at its settings: PATCH /api/providers/${slug} with "config".`,
};

/** What went wrong, and then what to do, as one line. */
export function withRemedy(slug: string, { code, message }: { code: string; message: string }): string {
  const remedy = remedyFor(slug, code);
  if (remedy === null) return message;
  return `${/[.!?]$/.test(message) ? message : `${message}.`} ${remedy}`;
}

/** Null where nothing is known to do. */
export function remedyFor(slug: string, code: string): string | null {
  return (isStoredCode(code) ? REMEDIES[code]?.(slug) : undefined) ?? null;
}
