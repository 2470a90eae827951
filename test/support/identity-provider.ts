/** A real OpenID provider on this machine, whose clients stand for people with roles. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { Provider } from 'oidc-provider';

export interface IdentityProvider {
  readonly issuer: string;
  /** A token for this person, made by the provider, for the audience; valid for five minutes or as long as is said. */
  tokenFor(person: string, audience: string, seconds?: number): Promise<string>;
  /** From now on it signs with another key, and shows only that. */
  rotate(): Promise<void>;
  close(): Promise<void>;
}

const SECRET = 'a-secret-of-the-test-client';

/** `people`: name → what their token holds beside the usual. */
export async function startIdentityProvider(
  people: Readonly<Record<string, object>>,
): Promise<IdentityProvider> {
  let keys = 0;
  let lifetime = 300;
  let answer: ReturnType<Provider['callback']>;
  const server: Server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function rotate(): Promise<void> {
    keys += 1;
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const key = { ...(await exportJWK(privateKey)), kid: `key-${keys}`, alg: 'ES256', use: 'sig' };
    answer = new Provider(
      issuer,
      configuration(people, key, () => lifetime),
    ).callback();
  }

  await rotate();
  return {
    issuer,
    rotate,
    async tokenFor(person, audience, seconds = 300) {
      lifetime = seconds;
      const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${person}:${SECRET}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience }),
      });
      const body = (await response.json()) as { access_token?: string };
      if (body.access_token === undefined) throw new Error(JSON.stringify(body));
      return body.access_token;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function configuration(people: Readonly<Record<string, object>>, key: JWK, lifetime: () => number): object {
  return {
    clients: Object.keys(people).map((person) => ({
      client_id: person,
      client_secret: SECRET,
      id_token_signed_response_alg: 'ES256',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    jwks: { keys: [key] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_: unknown, resource: string) => ({
          scope: '',
          audience: resource,
          accessTokenTTL: lifetime(),
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    extraTokenClaims: (_: unknown, token: { clientId: string }) => people[token.clientId],
  };
}
