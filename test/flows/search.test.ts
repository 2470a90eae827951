/** What a search finds and in which order, over HTTP. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { startApp, type TestApp } from '../support/app.ts';
import { describeEachEngine } from '../support/databases.ts';
import { namesOf, register } from '../support/described-skills.ts';

describeEachEngine('a search', (open) => {
  let app: TestApp;
  const find = async (q: string, more: Readonly<Record<string, string>> = {}) =>
    await namesOf(app, { q, limit: '50', ...more });

  before(async () => {
    app = await startApp(await open(), { isWorking: false });
    for (const skill of [
      { name: 'b-raport', description: 'Says what happened.' },
      { name: 'a-text', description: 'Turns figures into a report for the board.' },
      { name: 'a-tag', tags: ['sales-report'] },
      { name: 'a-subreports' },
      { name: 'a-weekly-report' },
      { name: 'a-shown', displayName: 'The Report' },
      { name: 'report-weekly' },
      { name: 'reports' },
      { name: 'report' },
      { name: 'meeting-notes', description: 'Minutes of a meeting, 100% complete, for C++ teams 🚀.' },
      { name: '회의록', description: '주간 회의록을 정리합니다.', tags: ['회의'] },
      { name: '주간-보고서', displayName: '주간보고서 작성', description: '영업팀의 보고를 모아 드립니다.' },
      { name: 'underscored', description: 'Reads snake_case names.' },
      { name: 'other', description: 'Reads snakeXcase names.' },
    ])
      await register(app, skill);
  });
  after(() => app.close());

  it('puts better matches first', async () => {
    assert.deepEqual(await find('report'), [
      'report',
      'report-weekly',
      'reports',
      'a-shown',
      'a-weekly-report',
      'a-subreports',
      'a-tag',
      'a-text',
      'b-raport',
    ]);
    assert.deepEqual(await find('REPORT', { sort: 'name' }), (await find('report')).slice(0, -1).toSorted());
  });

  it('finds every word in any order, and nothing for a word too many', async () => {
    assert.deepEqual(await find('weekly report'), ['a-weekly-report', 'report-weekly']);
    assert.deepEqual(await find('report weekly'), ['report-weekly', 'a-weekly-report']);
    assert.deepEqual(await find('board figures'), ['a-text']);
    assert.deepEqual(await find('board figures zeppelin'), []);
  });

  it('forgives a slip', async () => {
    for (const q of ['meetnig', 'meeting-ntoes', 'meting', 'minuets', 'compelte', 'minutes meetin'])
      assert.deepEqual(await find(q), ['meeting-notes'], q);
    for (const q of ['회이록', '휘의록', '회의룩']) assert.deepEqual(await find(q), ['회의록'], q);
    assert.deepEqual(await find('보거서'), ['주간-보고서']);
    assert.deepEqual(await find('meetnig', { sort: 'name' }), ['meeting-notes']);
    assert.deepEqual(await find('meetnig', { sort: '-updatedAt' }), ['meeting-notes']);
  });

  it('puts what is called so before what only tells of it, though misspelt', async () => {
    assert.deepEqual((await find('reprot')).slice(0, 3), ['a-shown', 'a-subreports', 'a-weekly-report']);
    assert.deepEqual((await find('reprot')).slice(-2), ['a-tag', 'a-text']);
  });

  it('finds Korean of one syllable and two, and parts of words', async () => {
    assert.equal((await find('회의'))[0], '회의록');
    assert.equal((await find('보고'))[0], '주간-보고서');
    assert.deepEqual(await find('업팀'), ['주간-보고서']);
    assert.deepEqual(await find('록'), ['회의록']);
    assert.deepEqual((await find('주간')).toSorted(), ['주간-보고서', '회의록'].toSorted());
    assert.deepEqual(await find('회의록'.normalize('NFD')), ['회의록']);
  });

  it('takes every character as it is', async () => {
    assert.deepEqual(await find('100%'), ['meeting-notes']);
    assert.deepEqual(await find('%'), ['meeting-notes']);
    assert.deepEqual(await find('c++'), ['meeting-notes']);
    assert.deepEqual(await find('🚀'), ['meeting-notes']);
    assert.deepEqual(await find('snake_case', { sort: 'name' }), ['underscored']);
    assert.deepEqual(await find('_'), ['underscored']);
    for (const q of [
      '\\',
      '%%',
      "'",
      '!!!',
      '"()&|',
      'x'.repeat(200),
      '% '.repeat(90).concat('zz'),
      '한'.repeat(200),
    ])
      assert.deepEqual(await find(q), [], q);
  });

  it('of nothing lists everything by name', async () => {
    const everything = await find('');
    assert.equal(everything.length, 14);
    assert.deepEqual(everything, await namesOf(app, { limit: '50' }));
    assert.deepEqual(everything, await find('', { sort: 'relevance' }));
    assert.deepEqual(everything, await find('  '));
  });

  it('finds what a new version says, and no more what the old one said', async () => {
    await register(app, { name: 'changing', description: 'About alpacas.' });
    assert.deepEqual(await find('alpacas'), ['changing']);
    const content = '---\nname: changing\ndescription: About dromedaries.\n---\n\nText.\n';
    const source = { type: 'inline', files: [{ path: 'SKILL.md', content }] };
    assert.equal((await app.call('POST', '/api/skills/changing/versions', { source })).status, 201);
    assert.deepEqual(await find('dromedaries'), ['changing']);
    assert.deepEqual(await find('dromedareis'), ['changing']);
    assert.deepEqual(await find('alpacas'), []);
  });
});
