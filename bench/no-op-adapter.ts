/** An adapter that only asks for the permission to change something, so that the runs are all that is measured. */
import { randomUUID } from 'node:crypto';
import type {
  Adapters,
  Call,
  Connection,
  InstallRequest,
  InstallResult,
  ProviderAdapter,
} from '../lib/providers/adapter.ts';
import { adapters } from '../lib/providers/registry.ts';

/** All kinds install nothing; `onInstall` hears when. */
export function noOpAdapters(onInstall: (connectionId: string) => void): Adapters {
  async function install(
    connection: Connection,
    request: InstallRequest,
    call: Call,
  ): Promise<InstallResult> {
    onInstall(connection.id);
    await call.beforeMutation('create');
    return {
      outcome: 'done',
      effect: 'created',
      externalId: randomUUID(),
      externalVersion: '1',
      verifiedDigest: request.package.digest,
      providerRequestId: null,
    };
  }
  const without = (adapter: ProviderAdapter): ProviderAdapter => ({ ...adapter, install });
  return {
    openai: without(adapters.openai),
    claude: without(adapters.claude),
    gemini: without(adapters.gemini),
    local: without(adapters.local),
  };
}
