/** Imitates Google's token endpoint: a service account's signed assertion buys an access token. */
import { createHash, randomBytes } from 'node:crypto';
import type { EmulatorOptions } from './emulator.ts';
import type { EmulatorStore } from './store.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const LIFE_SECONDS = 3599;
const CLOCK_SKEW_SECONDS = 300;
const PREFIX = 'gemini/token/';

/** `POST /token`. The signature is not checked: the emulator knows keys by name only. */
export async function answerToken(options: EmulatorOptions, request: Request): Promise<Response> {
  const form = new URLSearchParams(await request.text());
  if (form.get('grant_type') !== GRANT) {
    return refusal('unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type') ?? ''}`);
  }
  const assertion = readAssertion(form.get('assertion') ?? '');
  if (!assertion) return refusal('invalid_grant', 'Invalid JWT: not a signed assertion');
  const { issuer, keyId, scope, issuedAt, expiresAt } = assertion;
  const seconds = epochSeconds(options);
  if (issuedAt > seconds + CLOCK_SKEW_SECONDS || expiresAt < seconds || expiresAt - issuedAt > 3600) {
    return refusal('invalid_grant', 'Invalid JWT: iat and exp must be a short time around now');
  }
  if (!options.acceptsKey(issuer) && !(keyId !== null && options.acceptsKey(keyId))) {
    return refusal('invalid_grant', 'Invalid grant: account not found');
  }
  if (!scope.split(' ').includes(SCOPE)) return refusal('invalid_scope', `Invalid OAuth scope: ${scope}`);
  const access_token = await issueToken(options);
  return Response.json({ access_token, expires_in: LIFE_SECONDS, token_type: 'Bearer' });
}

export async function acceptsToken(options: EmulatorOptions, token: string): Promise<boolean> {
  if (options.acceptsKey(token)) return true;
  return lastsUntil(await options.store.get(tokenKey(token))) > epochSeconds(options);
}

async function issueToken(options: EmulatorOptions): Promise<string> {
  await forgetExpired(options.store, epochSeconds(options));
  const token = `ya29.${randomBytes(32).toString('base64url')}`;
  await options.store.put(tokenKey(token), { expires: epochSeconds(options) + LIFE_SECONDS });
  return token;
}

async function forgetExpired(store: EmulatorStore, seconds: number): Promise<void> {
  for (const { key, value } of await store.list(PREFIX)) {
    if (lastsUntil(value) <= seconds) await store.delete(key);
  }
}

function lastsUntil(record: unknown): number {
  return (record as { expires: number } | undefined)?.expires ?? 0;
}

function tokenKey(token: string): string {
  return PREFIX + createHash('sha256').update(token).digest('hex');
}

function epochSeconds(options: EmulatorOptions): number {
  return Math.floor((options.now?.() ?? new Date()).getTime() / 1000);
}

interface Assertion {
  readonly issuer: string;
  readonly keyId: string | null;
  readonly scope: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

function readAssertion(jwt: string): Assertion | null {
  const [head, body, signature] = jwt.split('.');
  if (!head || !body || !signature) return null;
  const header = readPart(head);
  const { iss, scope, iat, exp } = readPart(body);
  if (header['alg'] !== 'RS256' || typeof iss !== 'string' || typeof scope !== 'string') return null;
  if (typeof iat !== 'number' || typeof exp !== 'number') return null;
  const keyId = typeof header['kid'] === 'string' ? header['kid'] : null;
  return { issuer: iss, keyId, scope, issuedAt: iat, expiresAt: exp };
}

function readPart(
  part: string,
): { iss?: unknown; scope?: unknown; iat?: unknown; exp?: unknown } & Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // Not JSON: the caller finds no claims and answers invalid_grant.
    return {};
  }
}

function refusal(error: string, error_description: string): Response {
  return Response.json({ error, error_description }, { status: 400 });
}
