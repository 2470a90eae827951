/** Audit records by the hundred for tests: made, sealed, signed, and tampered with. */
import { sql } from 'kysely';
import type { AnchorFile } from '../../lib/audit/anchor-file.ts';
import { recordAudits } from '../../lib/audit/record.ts';
import { checkpointNow, sealRecorded } from '../../lib/audit/seal.ts';
import { transaction } from '../../lib/db/database.ts';
import type { Context } from '../../lib/kernel/context.ts';
import type { TestDatabase } from './databases.ts';

export async function record(ctx: Context, count: number): Promise<void> {
  await transaction(ctx, async (tx) => {
    await recordAudits(
      tx,
      Array.from({ length: count }, (_, index) => ({
        action: 'skill.update' as const,
        target: { type: 'skill', id: `skl_${index}`, name: `스킬 ${index}` },
        change: { fields: ['displayName'], index, nested: { b: [1, 2.5, null], a: true } },
      })),
    );
  });
}

export async function sealed(ctx: Context, anchors: AnchorFile, count: number): Promise<void> {
  await record(ctx, count);
  while (await sealRecorded(ctx));
  await checkpointNow(ctx);
  await anchors.follow(ctx);
}

/** As somebody with all rights on the database would, who takes the triggers off first. */
export async function tamper(db: TestDatabase, statement: string): Promise<void> {
  const triggers = (state: string) =>
    ['audit_logs', 'audit_seals', 'audit_tiles', 'audit_checkpoints']
      .map((table) => `alter table ${table} ${state} trigger user`)
      .join(';');
  await sql.raw(`${triggers('disable')};${statement};${triggers('enable')}`).execute(db.kysely);
}
