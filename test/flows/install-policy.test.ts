/** What scans, approvals and yanks do to installs, over HTTP: nothing that is blocked ever reaches a provider. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Findings } from '../../lib/skills/policy/findings-schema.ts';
import type { Skill } from '../../lib/skills/schema.ts';
import type { SkillVersion } from '../../lib/skills/versions/version-schema.ts';
import { describeEachEngine } from '../support/databases.ts';
import { policySteps, WORDS } from '../support/policy-steps.ts';
import { inlineSkill } from '../support/skills.ts';
import { type SteppedRuns, startSteppedRuns } from '../support/stepped-runs.ts';
import { wordScanner } from '../support/word-scanner.ts';

describeEachEngine('the install policy', (open) => {
  let runs: SteppedRuns;
  let operator: string;

  before(async () => {
    runs = await startSteppedRuns(await open(), {}, wordScanner('rules-1', WORDS));
    operator = String((await call(201, 'POST', '/api/keys', { name: 'o', role: 'operator' }))['key']);
  });
  after(async () => {
    await runs.close();
  });

  const { call, register, addVersion, findings, approve, install, planned, audited } = policySteps(
    () => runs,
  );

  describe('of findings', () => {
    it('shows them the moment a skill is registered, and says what none of them means', async () => {
      const version = await register('counted', 'evilword and wildword\noddword');
      assert.deepEqual(version.findings, { critical: 1, high: 1, medium: 0, low: 1 });
      assert.deepEqual(version.scan, { status: 'done' });
      assert.equal(version.yanked, null);
      const shown = await findings('counted');
      assert.equal(shown.digest, version.digest);
      assert.equal(shown.ruleSet, 'rules-1');
      assert.deepEqual(shown.counts, version.findings);
      assert.deepEqual(shown.findings.map(({ rule }) => rule).toSorted(), [
        'WORD-evilword',
        'WORD-oddword',
        'WORD-wildword',
      ]);
      assert.equal(shown.blocked, true);
      assert.equal(shown.approval, null);
      assert.match(shown.note, /not that the skill is safe/);
      const listed = await call(200, 'GET', '/api/skills/counted/versions');
      assert.deepEqual((listed['items'] as SkillVersion[])[0]?.findings, version.findings);
    });

    it('lets high ones pass, and shows them in the plan', async () => {
      await register('wild', 'wildword');
      const entry = await planned('wild');
      assert.equal(entry.effect, 'create');
      assert.deepEqual(entry.reasons, []);
      assert.match(entry.warnings.join(), /^high finding WORD-wildword in SKILL\.md:8: the word wildword$/);
      assert.equal((await runs.attempt(await runs.ask({ skill: 'wild' }))).status, 'success');
    });

    it('refuses critical ones until an admin has approved that very content', async () => {
      const { digest } = await register('evil', 'evilword');
      const entry = await planned('evil');
      assert.equal(entry.effect, 'blocked');
      assert.match(entry.reasons.join(), /critical finding WORD-evilword in SKILL\.md:8.*admin can approve/);

      const refused = await install(409, 'evil');
      assert.equal(refused['code'], 'conflict:skill');
      assert.match(String(refused['detail']), /POST \/api\/skills\/evil\/versions\/1\/approve/);
      const [finding] = refused['findings'] as {
        skill: string;
        digest: string;
        rule: string;
        file: string;
      }[];
      assert.deepEqual(
        [finding?.skill, finding?.digest, finding?.rule, finding?.file],
        ['evil', digest, 'WORD-evilword', 'SKILL.md'],
      );
      const [issue] = refused['issues'] as { path: string; message: string }[];
      assert.equal(issue?.path, '/skill');
      const several = { skill: undefined, skills: ['wild', 'evil'] };
      const [placed] = (await install(409, 'evil', several))['issues'] as { path: string }[];
      assert.equal(placed?.path, '/skills/1');

      assert.equal((await approve(403, 'evil', operator))['code'], 'forbidden:auth');
      await install(409, 'evil');
      const approved = (await approve(200, 'evil')) as unknown as Findings;
      assert.equal(approved.blocked, false);
      assert.equal(approved.approval?.reason, 'Looked at by hand');
      assert.equal((await runs.attempt(await runs.ask({ skill: 'evil' }))).status, 'success');

      await call(200, 'POST', '/api/skills/evil/versions/1/approve', { reason: 'Once more' });
      assert.equal((await findings('evil')).approval?.reason, 'Looked at by hand');
      const { id } = (await call(200, 'GET', '/api/skills/evil')) as unknown as Skill;
      const rows = await audited('skill.approve', id);
      assert.equal(rows.length, 1);
      assert.equal(rows[0]?.note, 'Looked at by hand');
      assert.equal(rows[0].change['digest'], digest);
    });

    it('does not take an approval for other content, but for the same content anywhere', async () => {
      await register('swapped', 'evilword');
      await approve(200, 'swapped');
      await addVersion('swapped', 'evilword, and more of it');
      await install(409, 'swapped');
      assert.equal((await planned('swapped', { ref: '1' })).effect, 'create');
      await approve(200, 'swapped');
      assert.equal((await planned('swapped')).effect, 'create');
    });

    it('takes approvals only where one is needed, with a reason', async () => {
      await register('clean');
      assert.equal((await approve(409, 'clean'))['code'], 'conflict:skill');
      await call(400, 'POST', '/api/skills/clean/versions/1/approve', { reason: ' ' });
      await call(400, 'POST', '/api/skills/clean/versions/1/approve', { reason: 'x'.repeat(501) });
      await approve(404, 'clean', undefined, '9');
    });

    it('never stands in the way of taking something out', async () => {
      await register('outgoing', 'evilword');
      await approve(200, 'outgoing');
      await runs.attempt(await runs.ask({ skill: 'outgoing' }));
      await call(200, 'POST', '/api/skills/outgoing/versions/1/yank', { reason: 'bad' });
      assert.equal((await planned('outgoing', { action: 'uninstall' })).effect, 'remove');
      const done = await runs.attempt(await runs.ask({ action: 'uninstall', skill: 'outgoing' }));
      assert.equal(done.result?.effect, 'removed');
    });
  });

  describe('of yanks', () => {
    it('gives latest to the newest version that is left, and says where the other still is', async () => {
      await register('pulled', 'One.');
      const second = await addVersion('pulled', 'Two.');
      await runs.attempt(await runs.ask({ skill: 'pulled' }));
      const path = '/api/skills/pulled/versions/2/yank';
      assert.equal((await call(403, 'POST', path, { reason: 'no' }, operator))['code'], 'forbidden:auth');
      const yanked = await call(200, 'POST', path, { reason: 'deletes too much' });
      assert.equal((yanked['version'] as SkillVersion).yanked?.reason, 'deletes too much');
      const [place] = yanked['installedIn'] as { provider: string; installation: string }[];
      assert.equal(place?.provider, 'openai-test');
      assert.match(place.installation, /^ins_/);
      await call(200, 'POST', path, { reason: 'another reason' });

      const shown = await call(200, 'GET', '/api/skills/pulled/versions/2');
      assert.equal((shown as unknown as SkillVersion).yanked?.reason, 'deletes too much');
      assert.equal((await call(200, 'GET', '/api/skills/pulled/versions/latest'))['number'], 1);
      const skill = (await call(200, 'GET', '/api/skills/pulled')) as unknown as Skill;
      assert.equal(skill.latestVersion.number, 1);
      assert.equal((await planned('pulled')).to.number, 1);
      const refused = await install(409, 'pulled', { ref: '2' });
      assert.equal(refused['code'], 'conflict:skill');
      assert.match(JSON.stringify(refused['issues']), /was yanked \(deletes too much\)/);
      const rows = await audited('skill.yank', skill.id);
      assert.deepEqual(
        rows.map(({ note, change }) => [note, change['versionId']]),
        [['deletes too much', second.id]],
      );

      await call(200, 'POST', '/api/skills/pulled/versions/1/yank', { reason: 'this too' });
      assert.equal((await call(200, 'GET', '/api/skills/pulled/versions/latest'))['number'], 1);
      await install(409, 'pulled');
      await addVersion('pulled', 'Three.');
      assert.equal((await planned('pulled')).effect, 'update');
    });

    it('end runs that were waiting before anything is sent', async () => {
      await register('waiting');
      const id = await runs.ask({ skill: 'waiting' });
      await call(200, 'POST', '/api/skills/waiting/versions/1/yank', { reason: 'found out' });
      const sent = runs.providers.ledger.entries().length;
      const ended = await runs.attempt(id);
      assert.equal(ended.status, 'failed');
      assert.equal(ended.error?.code, 'blocked:skill');
      assert.match(ended.error.message, /yanked \(found out\)/);
      assert.equal(runs.providers.ledger.entries().length, sent);
    });
  });

  describe('in chat', () => {
    for (const [message, words] of [
      ['install barred on openai-test', /may not be installed.*approve/],
      ['barred를 openai-test에 설치해줘', /설치할 수 없는 버전/],
    ] as const) {
      it(`refuses "${message}"`, async () => {
        await runs.app.call('POST', '/api/skills', inlineSkill('barred', 'evilword'));
        const answer = await call(200, 'POST', '/api/chat-ops', { message });
        assert.equal(answer['accepted'], false);
        assert.equal(answer['reason'], 'blocked_skill');
        assert.match(String(answer['reply']), words);
        assert.deepEqual(answer['runIds'], []);
      });
    }
  });
});
