/** Which kinds of providers take a version as it is, and why others do not. */
import { z } from 'zod';
import { PROVIDER_KINDS, type ProviderKind } from '../providers/adapter.ts';
import { adapterFor } from '../providers/registry.ts';
import type { VersionRow } from './version-store.ts';

export const Compatibility = z
  .record(z.enum(PROVIDER_KINDS), z.object({ installable: z.boolean(), reasons: z.array(z.string()) }))
  .meta({ id: 'Compatibility' });
type Compatibility = z.infer<typeof Compatibility>;

type Content = Pick<VersionRow, 'manifest' | 'files'>;

/** Empty when this kind of provider can take the version. What only its own servers know is not among it. */
export function refusalsOf(kind: ProviderKind, { manifest, files }: Content): string[] {
  const { name, description, license } = manifest;
  return adapterFor(kind).refusals({ name, description, license, files });
}

export function compatibilityOf(version: Content): Compatibility {
  const of = (kind: ProviderKind) => {
    const reasons = refusalsOf(kind, version);
    return { installable: reasons.length === 0, reasons };
  };
  return { openai: of('openai'), claude: of('claude'), gemini: of('gemini'), local: of('local') };
}
