/** Signed checkpoints of the audit log are sent to whoever names them, and what was sent proves a log that was cut. */
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { it } from 'node:test';
import { deliveryWorkload } from '../../lib/alerts/deliver.ts';
import { watchWorkload } from '../../lib/alerts/watch-audit.ts';
import { AnchorFile } from '../../lib/audit/anchor-file.ts';
import { verifyAuditLog } from '../../lib/audit/verify-chain.ts';
import type { Context } from '../../lib/kernel/context.ts';
import { startAlertReceiver } from '../support/alert-receiver.ts';
import { startApp } from '../support/app.ts';
import { sealed, tamper } from '../support/audit-records.ts';
import { workerContext } from '../support/context.ts';
import { describeEachEngine } from '../support/databases.ts';

interface Told {
  readonly type: string;
  readonly data: { readonly size: number; readonly note: string };
}

/** Until there is nothing more to raise or to send. */
async function tellAll(ctx: Context): Promise<void> {
  const signal = new AbortController().signal;
  for (const workload of [watchWorkload(ctx), deliveryWorkload(ctx)]) while (await workload.next(signal));
}

describeEachEngine('a webhook for checkpoints', (open) => {
  it('gets each once when it names them, others get none, and what it got is an anchor', async () => {
    const db = await open();
    const receiver = await startAlertReceiver();
    const app = await startApp(db, { isWorking: false });
    const ctx = workerContext(app.ctx);
    const anchors = new AnchorFile(ctx.settings.auditAnchorFile);
    try {
      for (const [name, types] of [
        ['outside', ['audit.checkpoint']],
        ['everything', null],
      ] as const) {
        const body = { kind: 'webhook', name, types, url: `${receiver.url}/${name}` };
        assert.equal((await app.call('POST', '/api/alerts/channels', body)).status, 201);
      }
      for (const count of [20, 10]) {
        await sealed(ctx, anchors, count);
        await tellAll(ctx);
        await tellAll(ctx);
      }
      const told = receiver.received.map(({ path, body }) => ({ path, ...(JSON.parse(body) as Told) }));
      assert.deepEqual(
        told.map(({ path, type }) => `${path} ${type}`),
        ['/outside audit.checkpoint', '/outside audit.checkpoint'],
      );
      const [first, last] = told.map(({ data }) => data);
      assert.ok(first && last && last.size - first.size >= 10);
      assert.equal((await verifyAuditLog(ctx)).ok, true);

      // Whoever owns the database and this machine cuts the log and all that vouched for its end.
      const cut = `delete from audit_seals where seq > ${first.size};delete from audit_checkpoints where size > ${first.size};delete from audit_logs l where not exists (select from audit_seals s where s.audit_id = l.id)`;
      await tamper(db, cut);
      await rm(ctx.settings.auditAnchorFile);
      assert.equal((await verifyAuditLog(ctx)).ok, true, 'nothing here tells');
      await writeFile(
        ctx.settings.auditAnchorFile,
        `${JSON.stringify({ size: last.size, note: last.note })}\n`,
      );
      assert.match((await verifyAuditLog(ctx)).firstBroken?.what ?? '', /^cut off/);
    } finally {
      await app.close();
      await receiver.close();
    }
  });
});
