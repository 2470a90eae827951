/** Scripted faults around an emulator: whether a request is applied and what is answered are told apart. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Emulator } from './emulator.ts';

/** `drop` loses the connection; `truncated` loses it in the middle of the answer's body. */
export type FaultAnswer =
  | 'ok'
  | 'drop'
  | 'malformed'
  | 'truncated'
  | 'html'
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** Text, or JSON when it is anything else. */
      readonly body?: unknown;
    };

export interface FaultStep {
  /** Which requests may consume this step; every one unless told. `path` is the source of a RegExp. */
  readonly match?: { readonly method?: string; readonly path?: string };
  readonly delayMs?: number;
  /** Whether the emulator carries the request out. Unless told: yes for `ok`, no for everything else. */
  readonly apply?: boolean;
  /** Carries the request out so much later than it was answered, instead of before. */
  readonly applyAfterMs?: number;
  readonly then?: FaultAnswer;
}

/** A step is taken out of the script by the first request it matches; add steps at any time. */
export interface FaultPlan {
  script: FaultStep[];
}

export function withFaults(emulator: Emulator, plan: FaultPlan): Emulator {
  return async function faulty(request) {
    const step = takeStep(plan, request);
    if (!step) return await emulator(request);
    const then = step.then ?? 'ok';
    if (step.delayMs) await sleep(step.delayMs);
    if (step.applyAfterMs !== undefined) {
      const late = request.clone();
      setTimeout(() => void emulator(late), step.applyAfterMs);
      return answerWith(then, null);
    }
    const applied = (step.apply ?? then === 'ok') ? await emulator(request) : null;
    return answerWith(then, applied);
  };
}

function takeStep(plan: FaultPlan, request: Request): FaultStep | undefined {
  const { pathname } = new URL(request.url);
  const index = plan.script.findIndex(({ match }) => {
    const isMethod = match?.method === undefined || match.method === request.method;
    return isMethod && (match?.path === undefined || new RegExp(match.path).test(pathname));
  });
  return index === -1 ? undefined : plan.script.splice(index, 1)[0];
}

async function answerWith(then: FaultAnswer, applied: Response | null): Promise<Response> {
  switch (then) {
    case 'ok':
      return applied ?? Response.json({});
    case 'drop':
      throw connectionLost();
    case 'malformed':
      return new Response('{"id": "skill_', { headers: { 'content-type': 'application/json' } });
    case 'truncated':
      return truncated(applied ?? Response.json({ id: 'skill_0123456789' }));
    case 'html':
      return new Response('<html><body><h1>502 Bad Gateway</h1></body></html>', {
        status: 502,
        headers: { 'content-type': 'text/html' },
      });
    default:
      return statusAnswer(then);
  }
}

function statusAnswer({ status, headers, body }: Exclude<FaultAnswer, string>): Response {
  const init = { status, headers: { ...headers } };
  if (body === undefined) return new Response(null, init);
  return typeof body === 'string' ? new Response(body, init) : Response.json(body, init);
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

/** What fetch rejects with when the peer goes away. */
export function connectionLost(): TypeError {
  const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  return new TypeError('fetch failed', { cause });
}

export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof TypeError) || !(error.cause instanceof Error)) return false;
  return 'code' in error.cause && error.cause.code === 'ECONNRESET';
}
