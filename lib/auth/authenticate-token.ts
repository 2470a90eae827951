/** A token of the organisation's identity provider (OpenID Connect) → the person it stands for. */
import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Environment, Principal } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import type { OidcSettings } from '../kernel/oidc-settings.ts';
import { roleOf } from './token-role.ts';
import { upsertUser } from './user-store.ts';

/** Whoever can only check signatures cannot make them: no shared secrets, and never `none`. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const CLOCK_TOLERANCE_SECONDS = 30;
const DISCOVERED_FOR_MS = 60 * 60 * 1000;
/** How often an unknown key id may make the issuer be asked again. */
const JWKS_COOLDOWN_MS = 5000;
const FETCH_TIMEOUT_MS = 5000;
const SEEN_EVERY_MS = 60_000;
const MOST_REMEMBERED = 1000;

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });
type KeySet = ReturnType<typeof createRemoteJWKSet>;

export interface TokenAuthenticator {
  /** Throws `unauthorized:auth` saying what is wrong with the token, `forbidden:auth` when it gives no role here. */
  authenticate(token: string): Promise<Principal>;
}

export function createTokenAuthenticator(env: Environment, oidc: OidcSettings): TokenAuthenticator {
  let discovered: { keys: Promise<KeySet>; until: number } | null = null;
  const seen = new Map<string, { role: string; until: number }>();

  async function keySet(): Promise<KeySet> {
    if (discovered === null || discovered.until < performance.now()) {
      discovered = { keys: discover(env, oidc.issuer), until: performance.now() + DISCOVERED_FOR_MS };
      discovered.keys.catch(() => (discovered = null));
    }
    return await discovered.keys;
  }

  async function remember(principal: Principal, payload: JWTPayload): Promise<void> {
    const known = seen.get(principal.id);
    if (known && known.role === principal.role && known.until > performance.now()) return;
    await upsertUser(env, principal, new Date((payload.exp ?? 0) * 1000));
    if (seen.size >= MOST_REMEMBERED) seen.clear();
    seen.set(principal.id, { role: principal.role, until: performance.now() + SEEN_EVERY_MS });
  }

  return {
    async authenticate(token) {
      const payload = await verified(env, oidc, token, await keySet());
      const role = roleOf(payload, oidc);
      if (role === null)
        throw new AppError(
          'forbidden:auth',
          `The token gives no role here: its claim ${oidc.rolesClaim} holds none that is known`,
        );
      const principal: Principal = {
        type: 'user',
        id: `oidc:${payload.sub ?? ''}`,
        name: nameOf(payload),
        role,
        until: (payload.exp ?? 0) * 1000,
      };
      await remember(principal, payload);
      return principal;
    },
  };
}

async function discover(env: Environment, issuer: string): Promise<KeySet> {
  const get = async (url: string, init?: RequestInit) =>
    await env.egress(url, {
      ...init,
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
      maxResponseBytes: 1024 * 1024,
      mayStayInside: false,
    });
  try {
    const answer = await get(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const document = Discovery.parse(await answer.json());
    if (document.issuer !== issuer) throw new Error(`it calls itself ${document.issuer}`);
    return createRemoteJWKSet(new URL(document.jwks_uri), {
      [customFetch]: get,
      cooldownDuration: JWKS_COOLDOWN_MS,
    });
  } catch (cause) {
    env.log.warn({ err: cause, issuer }, 'the identity provider could not be asked');
    throw unreachable(cause);
  }
}

async function verified(
  env: Environment,
  oidc: OidcSettings,
  token: string,
  keys: KeySet,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: oidc.issuer,
      audience: oidc.audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: env.clock.now(),
      requiredClaims: ['sub', 'exp'],
    });
    return payload;
  } catch (error) {
    throw refusalOf(error);
  }
}

function refusalOf(error: unknown): AppError {
  const why = whyRefused(error);
  if (why === null) return unreachable(error);
  return new AppError('unauthorized:auth', `The token is not valid: ${why}`, { cause: error });
}

/** Null when not the token, but the way to the issuer's keys is what failed. */
function whyRefused(error: unknown): string | null {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `its ${error.claim} is not what it must be`;
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is not right';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return 'its key is not one of the issuer';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its algorithm is not one that is taken';
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return 'it is malformed';
  if (error instanceof errors.JOSENotSupported) return 'its algorithm is not one that is taken';
  return null;
}

function unreachable(cause: unknown): AppError {
  return new AppError('offline:api', 'The identity provider cannot be asked for its keys now', { cause });
}

function nameOf(payload: JWTPayload): string {
  const names = ['email', 'preferred_username', 'name', 'sub'].map((claim) => payload[claim]);
  const name = names.find((value): value is string => typeof value === 'string' && value !== '');
  return (name ?? 'somebody').slice(0, 100);
}
