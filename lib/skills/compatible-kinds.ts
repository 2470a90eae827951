/** Which kinds of provider take a version; stored with the skill, so that lists can be filtered by it. */
import { PROVIDER_KINDS, type ProviderAdapter, type ProviderKind } from '../providers/adapter.ts';
import { adapterFor } from '../providers/registry.ts';
import type { Bundle } from './bundle/bundle.ts';

export function kindsTaking({ manifest, files }: Pick<Bundle, 'manifest' | 'files'>): ProviderKind[] {
  return compatibleKinds({
    name: manifest.name,
    description: manifest.description,
    files: files.map(({ path, bytes }) => ({ path, size: bytes.byteLength })),
  });
}

export function compatibleKinds(version: Parameters<ProviderAdapter['refusals']>[0]): ProviderKind[] {
  return PROVIDER_KINDS.filter((kind) => adapterFor(kind).refusals(version).length === 0);
}
