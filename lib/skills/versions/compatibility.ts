/** Which kinds of providers take a version as it is, and why others do not. */
import { z } from 'zod';
import { PROVIDER_KINDS, type ProviderKind } from '../../providers/adapter.ts';
import { adapterFor } from '../../providers/registry.ts';
import type { Bundle } from '../bundle/bundle.ts';

export const Compatibility = z
  .record(z.enum(PROVIDER_KINDS), z.object({ installable: z.boolean(), reasons: z.array(z.string()) }))
  .meta({ id: 'Compatibility' });
type Compatibility = z.infer<typeof Compatibility>;

interface Content {
  readonly manifest: { readonly name: string; readonly description: string; readonly license: string | null };
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Empty when this kind of provider can take the version. What only its own servers know is not among it. */
export function refusalsOf(kind: ProviderKind, { manifest, files }: Content): string[] {
  const { name, description, license } = manifest;
  return adapterFor(kind).refusals({ name, description, license, files });
}

export function compatibilityOf(version: Content): Compatibility {
  const entries = PROVIDER_KINDS.map((kind) => {
    const reasons = refusalsOf(kind, version);
    return [kind, { installable: reasons.length === 0, reasons }] as const;
  });
  return Compatibility.parse(Object.fromEntries(entries));
}

/** Stored with the skill, so that lists can be filtered by it. */
export function compatibleKinds(version: Content): ProviderKind[] {
  return PROVIDER_KINDS.filter((kind) => refusalsOf(kind, version).length === 0);
}

export function kindsTaking({ manifest, files }: Pick<Bundle, 'manifest' | 'files'>): ProviderKind[] {
  const sizes = files.map(({ path, bytes }) => ({ path, size: bytes.byteLength }));
  return compatibleKinds({ manifest, files: sizes });
}
