/** The access token of a connection: given as it is, or bought with the signed assertion of a service account. */
import { createPrivateKey, sign } from 'node:crypto';
import { z } from 'zod';
import { type Call, type Connection, ProviderError } from '../adapter.ts';
import { readJson, requestOnce } from '../call.ts';
import { notAsSent } from '../steps.ts';
import { TokenAnswer } from './wire.ts';

/** A key file as Google hands it out. Its other fields, all texts, do not matter here. */
const ServiceAccount = z
  .object({
    client_email: z.email().max(320),
    private_key: z.string().max(16_384).refine(isRsaKey, 'must be an RSA private key in PEM form'),
    private_key_id: z.string().max(100).optional(),
    token_uri: z.url().max(500).default('https://oauth2.googleapis.com/token'),
    type: z.literal('service_account').optional(),
    universe_domain: z.literal('googleapis.com').optional(),
  })
  .catchall(z.string().max(500));
type ServiceAccount = z.output<typeof ServiceAccount>;

export const Credentials = z
  .strictObject({
    accessToken: z
      .string()
      .trim()
      .min(8)
      .max(4096)
      .regex(/^[\x21-\x7E]+$/, 'must be printable ASCII without spaces')
      .optional(),
    serviceAccount: ServiceAccount.optional(),
  })
  .refine(
    ({ accessToken, serviceAccount }) => (accessToken === undefined) !== (serviceAccount === undefined),
    'must have either accessToken or serviceAccount',
  );

function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    // Not a key at all, which is just what is asked.
    return false;
  }
}

/** Google shows the id of a key, not its secret part, so that is what a person recognises. */
export function credentialHint(credentials: unknown): string {
  const { accessToken, serviceAccount } = Credentials.parse(credentials);
  return (accessToken ?? serviceAccount?.private_key_id ?? serviceAccount?.client_email ?? '').slice(-4);
}

export async function accessTokenFor(connection: Connection, call: Call): Promise<string> {
  const { accessToken, serviceAccount } = Credentials.parse(
    JSON.parse(connection.credentials?.reveal() ?? 'null'),
  );
  if (serviceAccount) return await buyToken(connection, serviceAccount, call);
  return accessToken ?? '';
}

async function buyToken(connection: Connection, account: ServiceAccount, call: Call): Promise<string> {
  if (!isTrustedTokenUri(account.token_uri, connection.baseUrl)) {
    const message = `token_uri must be on Google's own host or on the host of baseUrl`;
    throw new ProviderError({ ...notAsSent(message).failure, code: 'unauthorized:provider' });
  }
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: signedAssertion(account, new Date()),
  });
  const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
  const { value } = await requestOnce(call, null, async (fetch) => {
    const answer = await fetch(account.token_uri, { method: 'POST', headers, body: body.toString() });
    return await readJson(answer, TokenAnswer);
  });
  return value.access_token;
}

/** The address comes with the credentials, so it must not send the server anywhere the connection may not go. */
function isTrustedTokenUri(tokenUri: string, baseUrl: string | null): boolean {
  const { protocol, hostname, origin } = new URL(tokenUri);
  if (baseUrl !== null && origin === new URL(baseUrl).origin) return true;
  return protocol === 'https:' && ['oauth2.googleapis.com', 'accounts.google.com'].includes(hostname);
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const LIFE_SECONDS = 3600;

function signedAssertion(account: ServiceAccount, now: Date): string {
  const { client_email: iss, private_key, private_key_id: kid, token_uri: aud } = account;
  const iat = Math.floor(now.getTime() / 1000);
  const header = { alg: 'RS256', typ: 'JWT', ...(kid !== undefined && { kid }) };
  const claims = { iss, scope: SCOPE, aud, iat, exp: iat + LIFE_SECONDS };
  const unsigned = `${encoded(header)}.${encoded(claims)}`;
  return `${unsigned}.${sign('RSA-SHA256', Buffer.from(unsigned), private_key).toString('base64url')}`;
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
