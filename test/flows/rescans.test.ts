/** Content is scanned again when a scan did not end well, and when the rules have changed. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { query } from '../../lib/db/database.ts';
import { rescanSkills } from '../../lib/skills/policy/rescan-skills.ts';
import { describeEachEngine } from '../support/databases.ts';
import { policySteps, WORDS } from '../support/policy-steps.ts';
import { inlineSkill } from '../support/skills.ts';
import { type SteppedRuns, startSteppedRuns } from '../support/stepped-runs.ts';
import { type WordScanner, wordScanner } from '../support/word-scanner.ts';

describeEachEngine('scans', (open) => {
  let runs: SteppedRuns;
  let scanner: WordScanner;

  before(async () => {
    scanner = wordScanner('rules-1', WORDS);
    runs = await startSteppedRuns(await open(), {}, scanner);
  });
  after(async () => {
    await runs.close();
  });

  const { call, register, findings, approve, install, planned, audited } = policySteps(() => runs);

  describe('that did not end well', () => {
    for (const ending of ['timed_out', 'failed', 'throws'] as const) {
      it(`blocks when it ${ending}, says that nothing is known, and scans again`, async () => {
        const name = `unread-${ending.replace('_', '-')}`;
        const status = ending === 'throws' ? 'failed' : ending;
        scanner.endings.push(ending);
        const version = await register(name);
        assert.equal(version.findings, null);
        assert.deepEqual(version.scan, { status });
        const shown = await findings(name);
        assert.deepEqual([shown.status, shown.counts, shown.blocked], [status, null, true]);
        const [issue] = (await install(409, name))['issues'] as { message: string }[];
        assert.match(issue?.message ?? '', /unknown/);

        await rescanSkills(runs.ctx);
        assert.deepEqual((await findings(name)).counts, { critical: 0, high: 0, medium: 0, low: 0 });
        assert.equal((await planned(name)).effect, 'create');
        const [row] = await audited('skill.scan', version.digest);
        assert.deepEqual(row?.change['to'], {
          ruleSet: 'rules-1',
          status: 'done',
          findings: { critical: 0, high: 0, medium: 0, low: 0 },
        });
      });
    }

    it('may be approved, which holds until a scan finds something', async () => {
      scanner.endings.push('failed');
      await register('trusted', 'evilword');
      await approve(200, 'trusted');
      assert.equal((await planned('trusted')).effect, 'create');
      await rescanSkills(runs.ctx);
      assert.equal((await planned('trusted')).effect, 'blocked');
    });

    it('tries again only a few times', async () => {
      scanner.endings.push('failed', 'failed', 'failed', 'failed', 'failed', 'failed', 'failed');
      await register('hopeless');
      for (let pass = 0; pass < 6; pass += 1) await rescanSkills(runs.ctx);
      assert.equal(scanner.scanned.filter((name) => name === 'hopeless').length, 4);
      scanner.endings.length = 0;
    });
  });

  it('does not scan the same content twice with the same rules', async () => {
    await register('known');
    await call(200, 'POST', '/api/skills/known/versions', inlineSkill('known'));
    await rescanSkills(runs.ctx);
    assert.equal(scanner.scanned.filter((name) => name === 'known').length, 1);
    assert.equal((await runs.attempt(await runs.ask({ skill: 'known' }))).status, 'success');
  });

  describe('by other rules', () => {
    const later = { evilword: 'critical', oddword: 'critical', wildword: 'high' } as const;

    it('is made anew for what is stored, once, though several processes are at it', async () => {
      const odd = await register('odd', 'oddword');
      await register('both', 'evilword oddword');
      await approve(200, 'both');
      const id = await runs.ask({ skill: 'odd' });

      const first = wordScanner('rules-2', later);
      const second = wordScanner('rules-2', later);
      const passes = [first, second].map(
        async (other) => await rescanSkills({ ...runs.ctx, scanner: other }, { quietMs: 0 }),
      );
      const counts = (await Promise.all(passes)).map((pass) => pass.scanned);
      const { digests } = await query(runs.ctx)
        .selectFrom('skill_scans')
        .select((eb) => eb.fn.countAll<number>().as('digests'))
        .executeTakeFirstOrThrow();
      assert.equal((counts[0] ?? 0) + (counts[1] ?? 0), digests);
      assert.deepEqual((await findings('odd')).ruleSet, 'rules-2');
      assert.equal((await findings('odd')).counts?.critical, 1);
      const [row] = await audited('skill.scan', odd.digest);
      assert.deepEqual(row?.change['from'], {
        ruleSet: 'rules-1',
        status: 'done',
        findings: { critical: 0, high: 0, medium: 0, low: 1 },
      });
      assert.deepEqual(await audited('skill.scan', (await findings('known')).digest), []);

      const sent = runs.providers.ledger.entries().length;
      const ended = await runs.attempt(id);
      assert.deepEqual([ended.status, ended.error?.code], ['failed', 'blocked:skill']);
      assert.equal(runs.providers.ledger.entries().length, sent);
      assert.equal((await planned('both')).effect, 'blocked');
      await approve(200, 'both');
      assert.equal((await planned('both')).effect, 'create');
    });

    it('begins with what is installed, the newest first', async () => {
      const alone = wordScanner('rules-3', later);
      await rescanSkills({ ...runs.ctx, scanner: alone }, { quietMs: 0 });
      assert.deepEqual(alone.scanned.slice(0, 4), ['known', 'both', 'odd', 'hopeless']);
    });

    it('is left for a while to whoever scanned last, so that two rule sets do not undo each other', async () => {
      const other = wordScanner('rules-4', later);
      assert.equal((await rescanSkills({ ...runs.ctx, scanner: other })).scanned, 0);
      assert.equal((await findings('odd')).ruleSet, 'rules-3');
    });
  });
});
