/** Proves that a record is in the signed log, so that somebody without access to it can check. */
import { requireRole } from '../auth/principal.ts';
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { canonicalRecord } from './chain.ts';
import { inclusionProof } from './merkle.ts';
import type { AuditProof } from './schema.ts';
import { checkpointNow } from './seal.ts';
import { selectCheckpointOver, selectSealOf } from './seal-store.ts';
import { selectAuditLog } from './store.ts';
import { storedSubtrees } from './tree.ts';

/** A record that is not signed for yet is, first. Throws `not_found:api`. */
export async function proveRecord(ctx: Context, id: string): Promise<AuditProof> {
  requireRole(ctx, 'auditor');
  const row = await selectAuditLog(ctx, id);
  if (!row) throw new AppError('not_found:api', `There is no audit record ${id}`);
  const seal = (await selectSealOf(ctx, id)) ?? (await sealNow(ctx, id));
  const checkpoint = (await selectCheckpointOver(ctx, seal.seq)) ?? (await checkpointNow(ctx));
  if (!checkpoint || checkpoint.size < seal.seq) throw new Error(`no checkpoint covers ${seal.seq}`);
  const proof = await inclusionProof(seal.seq - 1, checkpoint.size, storedSubtrees(ctx));
  return {
    record: canonicalRecord(row, seal.seq),
    leafIndex: seal.seq - 1,
    treeSize: checkpoint.size,
    leafHash: seal.leaf.toString('base64'),
    hashes: proof.map((hash) => hash.toString('base64')),
    checkpoint: checkpoint.note,
    verifierKeys: [...ctx.noteSigner.verifierKeys],
  };
}

async function sealNow(ctx: Context, id: string) {
  await checkpointNow(ctx);
  const seal = await selectSealOf(ctx, id);
  if (!seal) throw new Error(`${id} could not be sealed`);
  return seal;
}
