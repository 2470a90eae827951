/** Credentials of a connection: checked, sealed to their row and address, and opened for an adapter. */
import { hash } from 'node:crypto';
import type { z } from 'zod';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import type { Environment } from '../kernel/context.ts';
import { AppError, type Issue } from '../kernel/errors.ts';
import { isAllowedHost } from '../kernel/egress.ts';
import { Secret } from '../kernel/secret.ts';
import type { Connection, ProviderAdapter } from '../providers/adapter.ts';
import type { ConnectionRow, StoredCredential } from './store.ts';

/** What a person gave for a connection, after the adapter's own checks. */
export interface CheckedInput {
  readonly config: Record<string, unknown>;
  readonly baseUrl: string | null;
  readonly credentials: Secret<string> | null;
  readonly hint: string;
}

/** Throws `bad_request:api` with every issue of `config` and `credentials`. */
export function checkInput(
  env: Environment,
  adapter: ProviderAdapter,
  input: { config: unknown; credentials: unknown; isSandbox: boolean },
): CheckedInput {
  const config = adapter.config.safeParse(input.config);
  const credentials = adapter.credentials?.safeParse(input.credentials ?? {});
  const issues: Issue[] = [
    ...(config.success ? [] : issuesAt('/config', config.error)),
    ...(credentials && !credentials.success ? issuesAt('/credentials', credentials.error) : []),
    ...(adapter.credentials === null && input.credentials !== undefined
      ? [{ path: '/credentials', message: `a ${adapter.kind} provider takes no credentials` }]
      : []),
  ];
  const baseUrl = config.success ? adapter.baseUrl(config.data) : null;
  if (baseUrl !== null && !input.isSandbox) issues.push(...baseUrlIssues(env, adapter, baseUrl));
  if (issues.length > 0 || !config.success) {
    throw new AppError('bad_request:api', 'The provider is not configured right', { issues });
  }
  // Both were parsed from JSON a moment ago.
  const secret = credentials?.success ? new Secret(canonicalJson(credentials.data as Json)) : null;
  return {
    config: config.data,
    baseUrl,
    credentials: secret,
    hint: credentials?.success ? adapter.credentialHint(credentials.data) : '',
  };
}

function issuesAt(prefix: string, error: z.ZodError): Issue[] {
  return error.issues.map((issue) => ({
    path: [prefix, ...issue.path.map(String)].join('/'),
    message: issue.message,
  }));
}

function baseUrlIssues(env: Environment, adapter: ProviderAdapter, baseUrl: string): Issue[] {
  const path = '/config/baseUrl';
  if (!URL.canParse(baseUrl)) return [{ path, message: 'must be an absolute URL' }];
  const url = new URL(baseUrl);
  if (url.username !== '' || url.password !== '')
    return [{ path, message: 'must not hold a user name or password' }];
  if (isAllowedHost(url, env.settings.allowedHosts)) {
    return url.protocol === 'https:' || url.protocol === 'http:' ? [] : [{ path, message: 'must be https' }];
  }
  if (url.protocol === 'https:' && adapter.isOfficialHost(url.hostname)) return [];
  return [
    {
      path,
      message: `must be https on the provider's own host; to use ${url.host} list it in ALLOWED_HOSTS`,
    },
  ];
}

/** Encrypts credentials so that they open only for this row at this address. */
export function sealCredentials(env: Environment, id: string, input: CheckedInput): StoredCredential | null {
  if (input.credentials === null) return null;
  return {
    sealed: env.secretBox.seal(input.credentials, credentialBinding(id, input.baseUrl)),
    hint: input.hint,
    fingerprint: env.secretBox.fingerprint(input.credentials),
    updatedAt: env.clock.now(),
  };
}

/** The connection as its adapter takes it. Throws SecretBoxError when the credentials cannot be opened. */
export function openConnection(env: Environment, row: ConnectionRow): Connection {
  return {
    kind: row.kind,
    id: row.id,
    config: row.config,
    baseUrl: row.baseUrl,
    credentials:
      row.credential === null
        ? null
        : env.secretBox.open(row.credential.sealed, credentialBinding(row.id, row.baseUrl)),
  };
}

/** Digest of a configuration for the audit log, which never holds values. */
export function configDigest(config: Record<string, unknown>): string {
  // The adapter's schema only lets JSON through.
  return hash('sha256', canonicalJson(config as Json)).slice(0, 16);
}

/** Credentials open for their own connection at its address only. */
export function credentialBinding(id: string, baseUrl: string | null): string[] {
  return ['providers', id, 'credentials', baseUrl ?? ''];
}
