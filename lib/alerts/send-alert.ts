/** Sends one alert to one channel, once, and says what became of it. */
import type { Environment } from '../kernel/context.ts';
import { maskKnown } from '../kernel/mask-known.ts';
import type { ClaimedDelivery } from './delivery-store.ts';
import { openTarget, type Target } from './target.ts';
import { signatureHeaders } from './webhook-signature.ts';

/** Standard Webhooks asks for 15 to 30 seconds at most; whoever needs longer answers first and works later. */
export const SEND_TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const SHOWN_CHARACTERS = 300;
const USER_AGENT = 'skillconvoy';

export interface Sent {
  /** Null when there was no answer. */
  readonly status: number | null;
  readonly answer: string | null;
  /** Null when it was delivered. */
  readonly error: string | null;
  /** What Retry-After asks for. */
  readonly retryAfterMs: number | null;
}

/** Never throws for what the other side does. */
export async function sendAlert(env: Environment, delivery: ClaimedDelivery): Promise<Sent> {
  const target = openTarget(env, delivery.channel.id, delivery.channel.sealed);
  const body = delivery.channel.kind === 'slack' ? slackBody(delivery) : webhookBody(delivery);
  const hidden = [target.url, new URL(target.url).pathname, target.secret ?? ''];
  const shown = (text: string) => safe(text, hidden);
  try {
    const answer = await env.egress(target.url, {
      method: 'POST',
      headers: headersOf(env, delivery, target, body),
      body,
      signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
      maxResponseBytes: MAX_ANSWER_BYTES,
      mayStayInside: false,
    });
    const text = shown(await answer.text());
    const error = answer.ok ? null : `answered ${answer.status}${redirected(answer)}`;
    return { status: answer.status, answer: text, error, retryAfterMs: retryAfterOf(answer) };
  } catch (error) {
    return { status: null, answer: null, error: shown(reasonOf(error)), retryAfterMs: null };
  }
}

function headersOf(
  env: Environment,
  { alert }: ClaimedDelivery,
  target: Target,
  body: string,
): Record<string, string> {
  const standard = { 'content-type': 'application/json', 'user-agent': USER_AGENT };
  if (target.secret === null) return standard;
  const timestamp = Math.floor(env.clock.now().getTime() / 1000);
  return { ...standard, ...signatureHeaders(target.secret, { id: alert.id, timestamp, body }) };
}

function webhookBody({ alert }: ClaimedDelivery): string {
  const { type, createdAt, title, count, data } = alert;
  return JSON.stringify({ type, timestamp: createdAt, data: { title, count, ...data } });
}

function slackBody({ alert }: ClaimedDelivery): string {
  return JSON.stringify({ text: `*${escaped(alert.type)}* ${escaped(alert.title)}`, unfurl_links: false });
}

/** Names are data: Slack reads mentions and links out of what is not escaped. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function redirected({ status }: Response): string {
  return status >= 300 && status < 400 ? ', and redirects are not followed' : '';
}

function retryAfterOf(answer: Response): number | null {
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it could not be reached';
  if (error.name === 'TimeoutError') return `no answer within ${SEND_TIMEOUT_MS / 1000} s`;
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return `it could not be reached: ${cause instanceof Error && cause.name === 'EgressError' ? cause.message : error.message}${code}`;
}

function safe(text: string, hidden: readonly string[]): string {
  const masked = maskKnown(text.slice(0, 4096), hidden, '[secret]');
  return masked
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\s]+/gu, ' ')
    .trim()
    .slice(0, SHOWN_CHARACTERS)
    .replace(/[\uD800-\uDBFF]$/, '');
}
