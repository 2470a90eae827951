/** Keeps what an SDK picks up from the environment out of a request: only the headers meant for it pass. */
import type { Fetch } from '../kernel/egress.ts';

export function withOnlyHeaders(fetch: Fetch, allowed: readonly string[]): Fetch {
  return async function allowlisted(input, init) {
    const given = [...new Headers(init?.headers)];
    const headers = given.filter(([name]) => allowed.includes(name));
    return await fetch(input, { ...init, headers });
  };
}
