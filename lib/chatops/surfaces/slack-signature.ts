/** The signature of Slack's requests (v0): HMAC-SHA256 over the time and the body as it came. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../kernel/errors.ts';
import type { SignedRequest } from './surface.ts';

/** How old or how far ahead a request may be. */
const WINDOW_SECONDS = 5 * 60;

/** Returns the signature. Throws `unauthorized:auth`. Any of the secrets will do, so that they can be changed. */
export function verifySlackSignature(secrets: readonly string[], request: SignedRequest, now: Date): string {
  const { 'x-slack-signature': signature = '', 'x-slack-request-timestamp': timestamp = '' } =
    request.headers;
  if (signature === '' || !/^\d{1,12}$/.test(timestamp)) {
    throw new AppError(
      'unauthorized:auth',
      'The request is not signed: X-Slack-Signature and X-Slack-Request-Timestamp are needed',
    );
  }
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > WINDOW_SECONDS) {
    throw new AppError('unauthorized:auth', 'The request was signed more than five minutes ago or ahead');
  }
  const isRight = secrets.some((secret) =>
    isSame(signature, signSlack(secret, { timestamp, body: request.body })),
  );
  if (!isRight) throw new AppError('unauthorized:auth', 'The signature is not right');
  return signature;
}

/** `v0=` and 64 hexadecimal digits; `timestamp` in Unix seconds. */
export function signSlack(secret: string, { timestamp, body }: { timestamp: string; body: string }): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

function isSame(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
