/** Signatures of Standard Webhooks 1.0.0 (standardwebhooks.com): HMAC-SHA256 over id, time and body. (pure) */
import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

export function makeSigningSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/** `timestamp`: Unix seconds. The headers that go with exactly this body. */
export function signatureHeaders(
  secret: string,
  message: { readonly id: string; readonly timestamp: number; readonly body: string },
): Record<string, string> {
  const { id, timestamp, body } = message;
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  };
}
