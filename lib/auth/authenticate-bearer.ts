/** Whatever stands behind `Bearer` → who asks: the chosen admin key, an API key, or a token of the identity provider. */
import type { Environment, Principal } from '../kernel/context.ts';
import { createKeyAuthenticator } from './authenticate-key.ts';
import { createTokenAuthenticator } from './authenticate-token.ts';

/** Three parts of base64url: a JSON Web Token. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export interface Authenticator {
  /** Null when it is nothing that may be used now. Throws `unauthorized:auth` where more can be said. */
  authenticate(bearer: string): Promise<Principal | null>;
  /** Forgets what it remembers, so that a revoked key ends at once in this process. */
  forget(): void;
}

export function createAuthenticator(env: Environment): Authenticator {
  const keys = createKeyAuthenticator(env);
  const { oidc } = env.settings;
  const tokens = oidc === null ? null : createTokenAuthenticator(env, oidc);
  return {
    async authenticate(bearer) {
      const principal = await keys.authenticate(bearer);
      if (principal !== null || tokens === null || !TOKEN.test(bearer)) return principal;
      return await tokens.authenticate(bearer);
    },
    forget: () => keys.forget(),
  };
}
