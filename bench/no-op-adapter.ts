/** An adapter that only asks for the permission to change something, so that the runs are all that is measured. */
import type {
  Adapters,
  Call,
  InstallRequest,
  InstallResult,
  ProviderAdapter,
} from '../lib/providers/adapter.ts';
import { adapters } from '../lib/providers/registry.ts';

/** All kinds install nothing; `onInstall` hears when. */
export function noOpAdapters(onInstall: () => void): Adapters {
  async function install(_connection: unknown, request: InstallRequest, call: Call): Promise<InstallResult> {
    onInstall();
    await call.beforeMutation('create');
    return {
      outcome: 'done',
      effect: 'created',
      externalId: request.package.name,
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
