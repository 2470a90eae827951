/** Every kind of provider with its adapter; a kind without one does not compile. */
import type { ProviderAdapter, ProviderKind } from './adapter.ts';
import { claudeAdapter } from './claude/adapter.ts';
import { geminiAdapter } from './gemini/adapter.ts';
import { localAdapter } from './local/adapter.ts';
import { openaiAdapter } from './openai/adapter.ts';

export const adapters: Readonly<Record<ProviderKind, ProviderAdapter>> = {
  openai: openaiAdapter,
  claude: claudeAdapter,
  gemini: geminiAdapter,
  local: localAdapter,
};

export function adapterFor(kind: ProviderKind): ProviderAdapter {
  return adapters[kind];
}
