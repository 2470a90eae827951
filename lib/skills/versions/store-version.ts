/** Writes one immutable version: the bytes of its files, then its row. */
import { hash } from 'node:crypto';
import type { TxContext } from '../../kernel/context.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { LoadedSource } from '../sources/load-source.ts';
import { insertBlobs } from '../blob-store.ts';
import { insertVersion } from './version-store.ts';

export async function storeVersion(
  tx: TxContext,
  version: {
    readonly id: string;
    readonly skillId: string;
    readonly number: number;
    readonly label: string | null;
    readonly bundle: Bundle;
    readonly origin: LoadedSource['origin'];
  },
): Promise<void> {
  const { bundle } = version;
  const blobs = bundle.files.map((file) => ({ digest: `sha256:${hash('sha256', file.bytes)}`, ...file }));
  await insertBlobs(tx, blobs);
  const { name, description, license, compatibility, metadata, allowedTools } = bundle.manifest;
  await insertVersion(tx, {
    id: version.id,
    skillId: version.skillId,
    number: version.number,
    label: version.label,
    digest: bundle.digest,
    source: { ...version.origin },
    manifest: { name, description, license, compatibility, metadata, allowedTools },
    files: blobs.map((blob) => ({ path: blob.path, size: blob.bytes.byteLength, digest: blob.digest })),
    sizeBytes: bundle.sizeBytes,
    createdBy: tx.principal.id,
  });
}
