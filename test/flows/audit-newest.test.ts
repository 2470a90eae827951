/** The newest part of the audit log: where retention stops, and a look that is quick however long the log is. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { it } from 'node:test';
import { AnchorFile } from '../../lib/audit/anchor-file.ts';
import { pruneAudit } from '../../lib/audit/prune-audit.ts';
import { verifyAuditLog } from '../../lib/audit/verify-chain.ts';
import { verifyNewest } from '../../lib/audit/verify-newest.ts';
import { sealed, tamper } from '../support/audit-records.ts';
import { testContext } from '../support/context.ts';
import { describeEachEngine } from '../support/databases.ts';

describeEachEngine('the end of the audit log', (open) => {
  it('goes on where it was when retention could have taken all of it', async () => {
    const ctx = testContext(await open(), { settings: { auditRetentionDays: 30 } });
    const anchors = new AnchorFile(ctx.settings.auditAnchorFile);
    await sealed(ctx, anchors, 512);
    const later = { ...ctx, clock: { now: () => new Date(Date.now() + 31 * 24 * 60 * 60 * 1000) } };
    assert.equal(await pruneAudit(later), 256);
    await sealed(later, anchors, 300);
    const { ok, checked, prunedBefore } = await verifyAuditLog(later);
    assert.deepEqual([ok, checked, prunedBefore], [true, 256 + 1 + 300, 256]);
  });

  it('is looked at quickly: the last checkpoint, the last anchor and the newest records', async () => {
    const db = await open();
    const ctx = testContext(db, { settings: { auditRetentionDays: 30 } });
    const anchors = new AnchorFile(ctx.settings.auditAnchorFile);
    const none = { broken: null, size: 0, signedAt: null, checked: 0 };
    assert.deepEqual(await verifyNewest(ctx), none);
    await sealed(ctx, anchors, 600);
    const looked = async () => {
      const { broken, size, checked } = await verifyNewest(ctx);
      return [broken, size, checked];
    };
    assert.deepEqual(await looked(), [null, 600, 88]);
    const later = { ...ctx, clock: { now: () => new Date(Date.now() + 31 * 24 * 60 * 60 * 1000) } };
    assert.equal(await pruneAudit(later), 512);
    assert.deepEqual(await looked(), [null, 600, 88]);

    await tamper(db, `update audit_tiles set root = sha256('forged') where level = 1 and index = 1`);
    assert.match(String((await looked())[0]), /differs from the checkpoint signed at 600/);
    await tamper(db, `delete from audit_checkpoints`);
    assert.match(String((await looked())[0]), /differs from the anchor signed at 600/);
    await tamper(db, `delete from audit_seals where seq > 590`);
    assert.match(String((await looked())[0]), /cut off: the anchor at 600 covers more/);
    await rm(ctx.settings.auditAnchorFile);
    assert.deepEqual(await looked(), [null, 0, 78]);
    await tamper(
      db,
      `update audit_logs set code = 'x' where id = (select audit_id from audit_seals where seq = 550)`,
    );
    assert.match(String((await looked())[0]), /was changed, or moved/);
    await tamper(db, `delete from audit_seals where seq = 540`);
    assert.match(String((await looked())[0]), /record 540 is missing/);
  });
});
