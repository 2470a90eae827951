/** The sandbox providers of a fresh installation: emulators inside this process, so that trying needs no keys. */
import type { Context, Environment } from '../kernel/context.ts';
import { createConnection } from './create-connection.ts';
import type { CreateConnection } from './schema.ts';
import { hadAccounts, selectSandboxes } from './store.ts';

/** The host of the in-process emulators; it exists nowhere else. */
export const SANDBOX_HOST = 'sandbox.internal';

/** The only key the emulators accept. Not a secret: it opens nothing outside this process. */
export const SANDBOX_KEY = 'sandbox-key-for-trying-out';

const SANDBOXES: readonly CreateConnection[] = [
  {
    slug: 'sandbox-openai',
    kind: 'openai',
    displayName: 'OpenAI (sandbox)',
    config: { baseUrl: `http://${SANDBOX_HOST}/openai/v1` },
    credentials: { apiKey: SANDBOX_KEY },
  },
  {
    slug: 'sandbox-claude',
    kind: 'claude',
    displayName: 'Claude (sandbox)',
    config: { baseUrl: `http://${SANDBOX_HOST}/claude` },
    credentials: { apiKey: SANDBOX_KEY },
  },
  {
    slug: 'sandbox-gemini',
    kind: 'gemini',
    displayName: 'Gemini (sandbox)',
    config: { baseUrl: `http://${SANDBOX_HOST}/gemini`, project: 'sandbox', location: 'us-central1' },
    credentials: { accessToken: SANDBOX_KEY },
  },
];

/** True when this process runs sandbox emulators at all. */
export function hasSandbox(env: Pick<Environment, 'settings' | 'db'>): boolean {
  return env.settings.sandbox === 'auto' && env.db.engine === 'pglite';
}

/**
 * Connects the sandbox providers of a new installation, and those that a first start which was cut short left out.
 * One that somebody deleted does not come back. Returns the slugs of those there are.
 */
export async function ensureSandboxConnections(ctx: Context): Promise<string[]> {
  if (!hasSandbox(ctx)) return [];
  const made = await selectSandboxes(ctx);
  const missing = (await hadAccounts(ctx))
    ? []
    : SANDBOXES.filter(({ slug }) => !made.some((sandbox) => sandbox.slug === slug));
  for (const sandbox of missing) await createConnection(ctx, sandbox, { isSandbox: true });
  return [...made.filter(({ isDeleted }) => !isDeleted), ...missing].map(({ slug }) => slug);
}
