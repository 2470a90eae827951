/** The sealed audit log: what is done to it behind our back is found, and a record can be proved to a stranger. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { after, before, it } from 'node:test';
import { AnchorFile } from '../../lib/audit/anchor-file.ts';
import { readCheckpoint } from '../../lib/audit/checkpoint.ts';
import { isIncluded } from '../../lib/audit/merkle.ts';
import { pruneAudit } from '../../lib/audit/prune-audit.ts';
import { checkpointNow, sealRecorded } from '../../lib/audit/seal.ts';
import { verifyAuditLog } from '../../lib/audit/verify-chain.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { record, sealed, tamper } from '../support/audit-records.ts';
import { testContext } from '../support/context.ts';
import { describeEachEngine } from '../support/databases.ts';
import { inlineSkill } from '../support/skills.ts';

const ATTACKS: readonly (readonly [string, string, RegExp])[] = [
  [
    'an edit',
    `update audit_logs set actor = jsonb_set(actor, '{name}', '"nobody"') where target_id = 'skl_7'`,
    /changed/,
  ],
  [
    'an edited time',
    `update audit_logs set time = time - interval '1 hour' where target_id = 'skl_7'`,
    /changed/,
  ],
  ['a deleted record', `delete from audit_logs where target_id = 'skl_7'`, /removed/],
  [
    'a deleted record with its seal',
    `with gone as (delete from audit_logs where target_id = 'skl_7' returning id)
     delete from audit_seals where audit_id in (select id from gone)`,
    /missing/,
  ],
  [
    'an inserted record',
    `insert into audit_logs select 'aud_forged', time, actor, source, action, target_type, target_id, target_name, outcome,
       code, change, run, request_id, note from audit_logs limit 1`,
    /outside of the chain/,
  ],
  [
    'two records whose places were changed',
    `update audit_seals s set audit_id = o.audit_id || '' from
       (select a.seq, b.audit_id from audit_seals a join audit_seals b on b.seq = 9 - (a.seq - 8) where a.seq in (8, 9)) o
       where o.seq = s.seq and false;
     alter table audit_seals drop constraint audit_seals_record_key;
     update audit_seals s set audit_id = o.audit_id from audit_seals o where s.seq in (8, 9) and o.seq = 17 - s.seq`,
    /changed, or moved/,
  ],
  [
    'an end that was cut off',
    `delete from audit_logs where id in (select audit_id from audit_seals where seq > 280);
     delete from audit_seals where seq > 280; delete from audit_checkpoints where size > 280`,
    /cut off: the anchor/,
  ],
  [
    'everything deleted',
    `truncate audit_logs, audit_seals, audit_tiles, audit_checkpoints, audit_unsealed`,
    /cut off/,
  ],
  [
    'a beginning that was cut off',
    `delete from audit_logs where id in (select audit_id from audit_seals where seq <= 256);
     delete from audit_seals where seq <= 256`,
    /256 records before are missing/,
  ],
];

describeEachEngine('the chain of the audit log', (open) => {
  for (const [name, statement, what] of ATTACKS)
    it(`shows ${name}`, async () => {
      const db = await open();
      const ctx = testContext(db);
      const anchors = new AnchorFile(ctx.settings.auditAnchorFile);
      await sealed(ctx, anchors, 270);
      await sealed(ctx, anchors, 20);
      const before = await verifyAuditLog(ctx);
      assert.deepEqual([before.ok, before.checked, before.firstBroken], [true, 290, null]);
      await tamper(db, statement);
      const found = await verifyAuditLog(ctx);
      assert.equal(found.ok, false);
      assert.match(found.firstBroken?.what ?? '', what);
    });

  it('shows a log that was written anew, hashes, tiles, checkpoints and all, by the anchors', async () => {
    const db = await open();
    const ctx = testContext(db);
    const anchors = new AnchorFile(ctx.settings.auditAnchorFile);
    await sealed(ctx, anchors, 40);
    await tamper(
      db,
      `create table kept as select * from audit_logs where target_id <> 'skl_7';
       truncate audit_logs, audit_seals, audit_tiles, audit_checkpoints, audit_unsealed;
       insert into audit_logs select * from kept order by id;
       insert into audit_unsealed (audit_id) select id from kept order by id`,
    );
    while (await sealRecorded(ctx));
    await record(ctx, 1);
    await checkpointNow(ctx);
    const { firstBroken } = await verifyAuditLog(ctx);
    assert.match(firstBroken?.what ?? '', /written anew: it differs from the anchor/);
    await rm(ctx.settings.auditAnchorFile);
    assert.equal((await verifyAuditLog(ctx)).anchors, 0);
  });

  it('shows a checkpoint that was not signed here', async () => {
    const db = await open();
    const ctx = testContext(db);
    await sealed(ctx, new AnchorFile(ctx.settings.auditAnchorFile), 5);
    await tamper(
      db,
      `update audit_checkpoints set note = replace(note, 'skillconvoy/audit' || chr(10) || '5', 'skillconvoy/audit' || chr(10) || '5' || chr(10) || 'x')`,
    );
    assert.match((await verifyAuditLog(ctx)).firstBroken?.what ?? '', /no valid signature/);
  });

  it('goes on when keys were rotated, and skips what only a lost key can check', async () => {
    const db = await open();
    const [older, newer] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const first = testContext(db, { encryptionKeys: [older] });
    const auditAnchorFile = first.settings.auditAnchorFile;
    await sealed(first, new AnchorFile(auditAnchorFile), 5);
    const second = testContext(db, { encryptionKeys: [newer, older], settings: { auditAnchorFile } });
    await sealed(second, new AnchorFile(auditAnchorFile), 5);
    assert.equal((await verifyAuditLog(second)).ok, true);
    const third = testContext(db, { encryptionKeys: [newer], settings: { auditAnchorFile } });
    assert.deepEqual((await verifyAuditLog(third)).ok, true);
  });

  it('keeps the roots of what retention takes away, and tells it from theft', async () => {
    const db = await open();
    const ctx = testContext(db, { settings: { auditRetentionDays: 30 } });
    const anchors = new AnchorFile(ctx.settings.auditAnchorFile);
    await sealed(ctx, anchors, 600);
    assert.equal(await pruneAudit(ctx), null);
    const later = { ...ctx, clock: { now: () => new Date(Date.now() + 31 * 24 * 60 * 60 * 1000) } };
    assert.equal(await pruneAudit(later), 512);
    await sealed(later, anchors, 10);
    const { ok, checked, prunedBefore } = await verifyAuditLog(later);
    assert.deepEqual([ok, checked, prunedBefore], [true, 88 + 1 + 10, 512]);
    assert.equal(
      (await verifyAuditLog({ ...later, settings: { ...ctx.settings, auditRetentionDays: null } })).ok,
      false,
    );
    await tamper(db, `update audit_tiles set root = sha256('forged') where index = 1`);
    assert.match((await verifyAuditLog(later)).firstBroken?.what ?? '', /written anew/);
  });

  it('seals each record once when several processes are at it', async () => {
    const ctx = testContext(await open());
    await record(ctx, 2500);
    for (let round = 0; round < 3; round += 1)
      await Promise.all([sealRecorded(ctx), sealRecorded(ctx), sealRecorded(ctx)]);
    while (await sealRecorded(ctx));
    const { ok, checked, unsealed } = await verifyAuditLog(ctx);
    assert.deepEqual([ok, checked, unsealed], [true, 2500, 0]);
  });
});

describeEachEngine('the audit log over HTTP', (open) => {
  let app: TestApp;
  before(async () => {
    app = await startApp(await open());
    for (const name of ['one', 'two', 'three'])
      assert.equal((await app.call('POST', '/api/skills', inlineSkill(name))).status, 201);
  });
  after(async () => await app.close());

  it('proves a record to somebody who has only the printed key', async () => {
    const { body: list } = await app.call('GET', '/api/audit-logs?action=skill.create');
    for (const { id } of list['items'] as { id: string }[]) {
      const { status, body: proof } = await app.call('GET', `/api/audit-logs/${id}/proof`);
      assert.equal(status, 200);
      const checkpoint = readCheckpoint(app.ctx.noteSigner, String(proof['checkpoint']));
      assert.ok(checkpoint !== null && checkpoint !== 'unknown_key');
      const text = String(proof['record']);
      assert.equal((JSON.parse(text) as { id: string }).id, id);
      const leaf = createHash('sha256')
        .update(Buffer.from([0]))
        .update(text)
        .digest();
      const hashes = (proof['hashes'] as string[]).map((hash) => Buffer.from(hash, 'base64'));
      const index = Number(proof['leafIndex']);
      assert.ok(isIncluded(hashes, { leaf, index, size: checkpoint.size, root: checkpoint.root }));
    }
    assert.equal((await app.call('GET', '/api/audit-logs/aud_none/proof')).status, 404);
  });

  it('verifies, exports CloudEvents, and records the export', async () => {
    const { body: verified } = await app.call('GET', '/api/audit-logs/verify');
    assert.equal(verified['ok'], true);
    const { status, headers, body } = await app.call('GET', '/api/audit-logs/export?action=skill.create');
    assert.equal(status, 200);
    assert.match(headers.get('content-type') ?? '', /^application\/x-ndjson/);
    const events = (body as unknown as string)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      events.map(({ specversion, type }) => [specversion, type]),
      Array.from({ length: 3 }, () => ['1.0', 'skillconvoy.audit.skill.create']),
    );
    const { body: exports } = await app.call('GET', '/api/audit-logs?action=audit.export');
    assert.equal((exports['items'] as unknown[]).length, 1);
  });

  it('has a row for every refused change, and counts a flood of them', async () => {
    assert.equal((await app.call('POST', '/api/skills', inlineSkill('one', 'Other.'))).status, 409);
    for (let time = 0; time < 20; time += 1)
      assert.equal((await app.call('DELETE', '/api/skills/one', undefined, { key: null })).status, 401);
    assert.equal((await app.call('GET', '/api/skills', undefined, { key: null })).status, 401);
    const { body } = await app.call('GET', '/api/audit-logs?action=request.refuse');
    const rows = body['items'] as { target: { id: string }; outcome: string; code: string }[];
    assert.deepEqual(
      rows.map(({ target, outcome, code }) => [target.id, outcome, code]),
      [
        ['DELETE /api/skills/{skill}', 'denied', 'unauthorized:auth'],
        ['POST /api/skills', 'failure', 'conflict:skill'],
      ],
    );
  });

  it('finds by outcome and time', async () => {
    const { body } = await app.call('GET', '/api/audit-logs?outcome=denied');
    assert.equal((body['items'] as unknown[]).length, 1);
    const hour = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const count = async (from: string, to: string) =>
      ((await app.call('GET', `/api/audit-logs?limit=100&from=${from}&to=${to}`)).body['items'] as unknown[])
        .length;
    assert.ok((await count(hour(-1), hour(1))) > 3);
    assert.equal(await count(hour(1), hour(2)), 0);
    assert.equal(await count(hour(-2), hour(-1)), 0);
  });

  it('skips lines of the anchor file that are not checkpoints', async () => {
    const path = app.ctx.settings.auditAnchorFile;
    await writeFile(path, 'not json\n{"size":1}\n');
    await appendFile(path, '');
    assert.equal((await verifyAuditLog(app.ctx)).anchors, 0);
    assert.match(await readFile(path, 'utf8'), /not json/);
  });
});
