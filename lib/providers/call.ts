/** One request, one attempt: the fetch an SDK or REST client gets, and the failure it ended in. */
import type { z } from 'zod';
import type { Fetch } from '../kernel/egress.ts';
import {
  type Call,
  type Mutation,
  ProviderError,
  type ProviderFailure,
  type SentRequest,
} from './adapter.ts';
import {
  type Asked,
  classifyAbort,
  classifyAnswer,
  classifyThrown,
  MalformedAnswer,
  requestIdOf,
} from './classify.ts';

export interface Answered<T> {
  readonly value: T;
  readonly requestId: string | null;
  readonly latencyMs: number;
}

/**
 * Sends one request through `send`, which gets a fetch good for exactly one request. Every failure of it is a
 * ProviderError. `mutation` names what it changes, null for a read; the connection's turn and the permission to change are awaited first.
 */
export async function requestOnce<T>(
  call: Call,
  mutation: Mutation | null,
  send: (fetch: Fetch) => Promise<T>,
): Promise<Answered<T>> {
  const attempt = new Attempt(call, mutation !== null);
  await call.beforeRequest();
  // A change that will not be sent must not be written down as one.
  if (call.signal.aborted) throw attempt.explain(call.signal.reason);
  if (mutation !== null) await call.beforeMutation(mutation);
  const startedAt = performance.now();
  const over = (providerRequestId: string | null, failure: ProviderFailure | null): number => {
    const latencyMs = Math.round(performance.now() - startedAt);
    call.onExchange({ mutation, latencyMs, sent: attempt.sent, providerRequestId, failure });
    return latencyMs;
  };
  try {
    const value = await send(attempt.fetch);
    const { requestId } = attempt;
    return { value, requestId, latencyMs: over(requestId, null) };
  } catch (thrown) {
    const error = attempt.explain(thrown);
    if (error instanceof ProviderError) over(error.failure.providerRequestId, error.failure);
    throw error;
  }
}

/** What is known about one request while it is under way. */
class Attempt {
  requestId: string | null = null;
  sent: SentRequest | null = null;
  readonly #call: Call;
  readonly #isMutation: boolean;
  #wasSent = false;
  #secrets: readonly string[] = [];
  /** Kept here because SDKs drop the cause of what their fetch threw. */
  #failure: ProviderFailure | null = null;
  #thrown: unknown;

  constructor(call: Call, isMutation: boolean) {
    this.#call = call;
    this.#isMutation = isMutation;
  }

  readonly fetch: Fetch = async (input, init) => {
    // SDKs ask this of a custom fetch to learn how it encodes forms.
    if (typeof input === 'string' && input.startsWith('data:,')) return new Response('');
    if (this.#wasSent) throw new Error('a second request in one attempt: the client must not retry');
    this.#call.signal.throwIfAborted();
    this.#wasSent = true;
    this.#secrets = secretsIn(input, init);
    this.sent = describeRequest(input, init);
    const signals = [this.#call.signal, AbortSignal.timeout(this.#call.timeoutMs), init?.signal];
    const signal = AbortSignal.any(signals.filter((one) => one != null));
    try {
      const response = await settled(this.#call.fetch(input, { ...init, signal }), signal);
      this.sent = { ...this.sent, status: response.status };
      this.requestId = requestIdOf(response.headers, this.#secrets);
      if (response.ok) return response;
      const { status, headers } = response;
      this.#failure = classifyAnswer({ status, headers, body: await response.text() }, this.#asked());
    } catch (error) {
      this.#thrown = error;
      throw error;
    }
    throw new ProviderError(this.#failure);
  };

  /** The error to throw for what `send` threw. Anything before sending is ours and stays what it is. */
  explain(error: unknown): unknown {
    if (error instanceof ProviderError) return error;
    if (this.#failure) return new ProviderError(this.#failure);
    const cause = this.#thrown ?? error;
    if (this.#call.signal.aborted)
      return new ProviderError(classifyAbort(this.#wasSent, this.#asked()), { cause });
    if (!this.#wasSent) return error;
    const isAboutAnswer = this.#thrown === undefined && !(error instanceof MalformedAnswer);
    const reason = isAboutAnswer ? new MalformedAnswer('the answer could not be read', { cause }) : cause;
    const failure = classifyThrown(reason, this.#asked());
    return new ProviderError({ ...failure, providerRequestId: this.requestId }, { cause });
  }

  #asked(): Asked {
    return { isMutation: this.#isMutation, now: new Date(), secrets: this.#secrets };
  }
}

/** The answer, or the signal's reason at once: a host inside the process may not heed the signal itself. */
async function settled(answer: Promise<Response>, signal: AbortSignal): Promise<Response> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function describeRequest(input: Parameters<Fetch>[0], init: RequestInit | undefined): SentRequest {
  const isRequest = input instanceof Request;
  const method = init?.method ?? (isRequest ? input.method : 'GET');
  return { method, host: new URL(isRequest ? input.url : input).host, status: null };
}

const SECRET_HEADERS = ['authorization', 'x-api-key', 'x-goog-api-key'];

function secretsIn(input: Parameters<Fetch>[0], init: RequestInit | undefined): string[] {
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : {}));
  return SECRET_HEADERS.flatMap((name) => headers.get(name)?.replace(/^\w+\s+/, '') ?? []);
}

/** Reads a JSON answer under a schema of the fields we use; anything else is a MalformedAnswer. */
export async function readJson<S extends z.ZodType>(response: Response, schema: S): Promise<z.output<S>> {
  const type = response.headers.get('content-type') ?? '';
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type))
    throw new MalformedAnswer('the answer is not JSON by its content type');
  let value: unknown;
  try {
    value = JSON.parse(await response.text());
  } catch (error) {
    throw new MalformedAnswer('the answer is not JSON', { cause: error });
  }
  return checked(schema, value);
}

/** The value under its schema; names the first field that does not fit, never its content. */
export function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new MalformedAnswer(
    path === '' ? 'the answer has another form' : `the answer has another form at ${path}`,
    { cause: parsed.error },
  );
}

export interface JsonRequest<S extends z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: string | URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON when given. */
  readonly body?: unknown;
  readonly schema: S;
}

/** One JSON request for adapters without an SDK. */
export function requestJson<S extends z.ZodType>(
  call: Call,
  mutation: Mutation | null,
  request: JsonRequest<S>,
): Promise<Answered<z.output<S>>> {
  return requestOnce(call, mutation, async (fetch) => {
    const { method, headers, body } = request;
    const sent =
      body === undefined
        ? { headers: { accept: 'application/json', ...headers } }
        : {
            headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
            body: JSON.stringify(body),
          };
    return await readJson(await fetch(request.url, { method, ...sent }), request.schema);
  });
}
