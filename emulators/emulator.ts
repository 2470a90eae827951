/** What the three emulators have in common: their shape, their ids, their routes and how they take turns. */
import { randomBytes } from 'node:crypto';
import type { EmulatorStore } from './store.ts';

/** Answers one request as the provider would. Rejects only when the connection is to be lost. */
export type Emulator = (request: Request) => Promise<Response>;

export interface EmulatorOptions {
  readonly store: EmulatorStore;
  /** Gemini: an access token, or the `client_email` or `private_key_id` of a service account. */
  readonly acceptsKey: (key: string) => boolean;
  readonly now?: () => Date;
  /** Gemini: how many looks at an operation it takes until it is done; 1 unless told, 0 = at once. */
  readonly operationPolls?: number;
}

/** A request the provider refuses; each emulator writes it in its provider's own error body. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string | null;
  readonly param: string | null;

  constructor(status: number, message: string, code: string | null = null, param: string | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.param = param;
  }
}

/** Serves `emulator` under a path prefix, as `/openai`; everything else is 404. */
export function mount(prefix: string, emulator: Emulator): Emulator {
  return async function mounted(request) {
    const url = new URL(request.url);
    if (!url.pathname.startsWith(`${prefix}/`)) return new Response('Not found\n', { status: 404 });
    url.pathname = url.pathname.slice(prefix.length);
    return await emulator(new Request(url, request));
  };
}

/** One after the other: a read-then-write on the store is never interleaved with another one. */
export type TakeTurns = <T>(work: () => Promise<T>) => Promise<T>;

export function turns(): TakeTurns {
  let last: Promise<unknown> = Promise.resolve();
  return function takeTurn(work) {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** Makes opaque ids whose bytewise order is the order of their making, so that a list needs no index. */
export function idMaker(now: () => Date): (prefix: string) => string {
  let lastTime = 0;
  let sequence = 0;
  return function makeId(prefix) {
    const time = Math.max(now().getTime(), lastTime);
    sequence = time === lastTime ? sequence + 1 : 0;
    lastTime = time;
    const hex = (number: number, width: number): string => number.toString(16).padStart(width, '0');
    return `${prefix}${hex(time, 12)}${hex(sequence, 6)}${randomBytes(7).toString('hex')}`;
  };
}

/** `[method, path, handler]`; the groups of `path` are the handler's parameters, percent-decoded. */
export type Route<Handler> = readonly [method: string, path: RegExp, handler: Handler];

export type Match<Handler> =
  | { readonly kind: 'found'; readonly handler: Handler; readonly parameters: string[] }
  | { readonly kind: 'other_method' }
  | { readonly kind: 'none' };

export function matchRoute<Handler>(
  routes: readonly Route<Handler>[],
  method: string,
  path: string,
): Match<Handler> {
  let knowsPath = false;
  for (const [routeMethod, pattern, handler] of routes) {
    const groups = pattern.exec(path);
    if (!groups) continue;
    knowsPath = true;
    if (routeMethod === method) {
      return { kind: 'found', handler, parameters: groups.slice(1).map(decodeSegment) };
    }
  }
  return { kind: knowsPath ? 'other_method' : 'none' };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A stray percent sign names nothing that exists; the handler answers 404.
    return segment;
  }
}

export function bearerToken(request: Request): string | null {
  return /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]?.trim() ?? null;
}

/** A whole number in [min, max], or null when the text is not one. */
export function wholeNumber(text: string, min: number, max: number): number | null {
  if (!/^\d{1,9}$/.test(text)) return null;
  const number = Number(text);
  return number < min || number > max ? null : number;
}

export function zipAnswer(bytes: Uint8Array, fileName: string): Response {
  return new Response(Buffer.from(bytes), {
    headers: {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="${fileName}"`,
    },
  });
}
