/** What a fault answers: the emulator's own answer, spoilt, or another one instead of it. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * `drop` loses the connection, `truncated` loses it in the middle of the answer's body, `half-open` answers nothing until
 * the client gives up; `duplicate-ids` shows everything in lists twice, `wrong-type` sends JSON as text/plain.
 */
export type FaultAnswer =
  | 'ok'
  | 'drop'
  | 'half-open'
  | 'malformed'
  | 'truncated'
  | 'html'
  | 'duplicate-ids'
  | 'wrong-type'
  /** The emulator's answer, so many bytes a second. */
  | { readonly slow: number }
  /** JSON that does not end before so many bytes. */
  | { readonly oversized: number }
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** Text, or JSON when it is anything else. */
      readonly body?: unknown;
    };

/** True where the emulator's own answer is needed, so that it does the work unless told otherwise. */
export function usesOwnAnswer(then: FaultAnswer): boolean {
  if (typeof then === 'object') return 'slow' in then;
  return then === 'ok' || then === 'duplicate-ids' || then === 'wrong-type';
}

export async function answerWith(
  then: FaultAnswer,
  applied: Response | null,
  signal: AbortSignal,
): Promise<Response> {
  const whole = applied ?? Response.json({});
  switch (then) {
    case 'ok':
      return whole;
    case 'drop':
      throw connectionLost();
    case 'half-open':
      return await clientGone(signal);
    case 'malformed':
      return new Response('{"id": "skill_', { headers: { 'content-type': 'application/json' } });
    case 'truncated':
      return await truncated(applied ?? Response.json({ id: 'skill_0123456789' }));
    case 'html':
      return new Response('<html><body><h1>502 Bad Gateway</h1></body></html>', {
        status: 502,
        headers: { 'content-type': 'text/html' },
      });
    case 'duplicate-ids':
      return await duplicated(whole);
    case 'wrong-type':
      return new Response(await whole.arrayBuffer(), {
        status: whole.status,
        headers: { 'content-type': 'text/plain' },
      });
    default:
      if ('slow' in then) return await slow(whole, then.slow);
      return 'oversized' in then ? oversized(then.oversized) : statusAnswer(then);
  }
}

function statusAnswer(then: Extract<FaultAnswer, { status: number }>): Response {
  const { status, headers, body } = then;
  const init = { status, headers: { ...headers } };
  if (body === undefined) return new Response(null, init);
  return typeof body === 'string' ? new Response(body, init) : Response.json(body, init);
}

async function clientGone(signal: AbortSignal): Promise<never> {
  return await new Promise((_resolve, reject) => {
    const giveUp = (): void => reject(connectionLost());
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
}

/** Half of the body, then the connection is lost; the length that was promised is the whole. */
async function truncated(whole: Response): Promise<Response> {
  const bytes = new Uint8Array(await whole.arrayBuffer());
  const headers = new Headers(whole.headers);
  headers.set('content-length', String(bytes.byteLength));
  let sent = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent) controller.error(connectionLost());
      else controller.enqueue(bytes.subarray(0, bytes.byteLength >> 1));
      sent = true;
    },
  });
  return new Response(body, { status: whole.status, headers });
}

async function duplicated(whole: Response): Promise<Response> {
  const record = (await whole.json()) as Record<string, unknown>;
  const twice = Object.entries(record).map(([name, value]) => [
    name,
    Array.isArray(value) ? [...value, ...value] : value,
  ]);
  return Response.json(Object.fromEntries(twice), { status: whole.status });
}

async function slow(whole: Response, bytesPerSecond: number): Promise<Response> {
  const bytes = new Uint8Array(await whole.arrayBuffer());
  const step = Math.max(1, Math.floor(bytesPerSecond / 20));
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const slice = bytes.subarray(sent, sent + step);
      sent += slice.byteLength;
      if (slice.byteLength === 0) return controller.close();
      await sleep((slice.byteLength / bytesPerSecond) * 1000);
      controller.enqueue(slice);
    },
  });
  return new Response(body, { status: whole.status, headers: whole.headers });
}

function oversized(maxBytes: number): Response {
  const chunk = new TextEncoder().encode(`"${'x'.repeat(65_533)}",`);
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent === 0) controller.enqueue(new TextEncoder().encode('{"data":['));
      if (sent >= maxBytes) return controller.close();
      controller.enqueue(chunk.subarray(0, maxBytes - sent));
      sent += Math.min(chunk.byteLength, maxBytes - sent);
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}

/** What fetch rejects with when the peer goes away. */
function connectionLost(): TypeError {
  const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  return new TypeError('fetch failed', { cause });
}

export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof TypeError) || !(error.cause instanceof Error)) return false;
  return 'code' in error.cause && error.cause.code === 'ECONNRESET';
}
