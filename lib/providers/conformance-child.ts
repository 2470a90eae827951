/** A process of its own that resumes the pending install it reads from standard input, and prints how it ended. */
import { json } from 'node:stream/consumers';
import { createEgress } from '../kernel/egress.ts';
import { Secret } from '../kernel/secret.ts';
import type { Call, Connection, InstallRequest, InstallResult, SkillPackage } from './adapter.ts';
import { adapterFor } from './registry.ts';

interface Work {
  readonly token: string;
  readonly connection: Omit<Connection, 'credentials'> & { readonly credentials: string | null };
  readonly request: Omit<InstallRequest, 'package'> & {
    readonly package: Omit<SkillPackage, 'files'> & {
      readonly files: readonly { readonly path: string; readonly bytes: string }[];
    };
  };
}

const work = (await json(process.stdin)) as Work;
const call: Call = {
  fetch: createEgress({ allowedHosts: ['127.0.0.1'] }),
  signal: AbortSignal.timeout(30_000),
  timeoutMs: 5000,
  beforeRequest: async () => {},
  onExchange: () => {},
  beforeMutation: async (mutation) => await Promise.reject(new Error(`it changes something: ${mutation}`)),
};
const { credentials } = work.connection;
const connection = { ...work.connection, credentials: credentials === null ? null : new Secret(credentials) };
const files = work.request.package.files.map(({ path, bytes }) => ({
  path,
  bytes: Buffer.from(bytes, 'base64'),
}));
const request = { ...work.request, package: { ...work.request.package, files } };

let result: InstallResult = { outcome: 'pending', token: work.token, pollAfterMs: 0 };
while (result.outcome === 'pending')
  result = await adapterFor(connection.kind).resume(connection, result.token, request, call);
process.stdout.write(JSON.stringify(result));
