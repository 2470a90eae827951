/** What the API says of the difference of two versions, of small skills and of large ones. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { FileChange, VersionDiff } from '../../lib/skills/versions/diff-schema.ts';
import { type Answer, startApp, type TestApp } from '../support/app.ts';
import { describeEachEngine } from '../support/databases.ts';
import { skillMd } from '../support/skills.ts';
import { wordScanner } from '../support/word-scanner.ts';

const scanner = wordScanner('words', {});

type Files = Readonly<Record<string, string | Buffer>>;

describeEachEngine('the difference of two versions', (open) => {
  let app: TestApp;

  before(async () => {
    app = await startApp(await open(), { isWorking: false, scanner });
  });
  after(() => app.close());

  async function send(path: string, files: Files): Promise<Answer> {
    const form = new FormData();
    for (const [name, content] of Object.entries(files))
      form.append('files', new Blob([typeof content === 'string' ? content : new Uint8Array(content)]), name);
    const answer = await app.call('POST', path, form);
    assert.equal(answer.status, 201, JSON.stringify(answer.body).slice(0, 500));
    return answer;
  }

  async function versionsOf(name: string, ...versions: readonly Files[]): Promise<string> {
    const path = `/api/skills/${encodeURIComponent(name)}/versions`;
    for (const [index, files] of versions.entries())
      await send(index === 0 ? '/api/skills' : path, { 'SKILL.md': skillMd(name), ...files });
    return path;
  }

  async function diff(path: string): Promise<VersionDiff> {
    const { status, body } = await app.call('GET', path);
    assert.equal(status, 200, JSON.stringify(body));
    return body as unknown as VersionDiff;
  }

  function named(difference: VersionDiff, path: string): FileChange {
    const file = difference.files.find((each) => each.path === path);
    assert.ok(file, path);
    return file;
  }

  it('names files, lines and frontmatter, and is the other way round from the other side', async () => {
    const name = '회의록-비교';
    const first = {
      '참고/안내.md': '하나\n둘\n셋\n',
      'old.txt': 'gone\n',
      'logo.png': Buffer.from('8950004e', 'hex'),
    };
    const second = {
      'SKILL.md': skillMd(name).replace('---\n\n', 'license: MIT\n---\n\n'),
      '참고/안내.md': '하나\n두울\n셋\n',
      'new.txt': 'here\n',
      'logo.png': Buffer.from('8950004eff', 'hex'),
    };
    const path = await versionsOf(name, first, second);
    const there = await diff(`${path}/1/diff/latest`);
    assert.deepEqual([there.from.number, there.to.number], [1, 2]);
    assert.deepEqual(
      there.files.map((each) => `${each.change} ${each.path}`),
      ['changed SKILL.md', 'changed logo.png', 'added new.txt', 'removed old.txt', 'changed 참고/안내.md'],
    );
    assert.match(named(there, '참고/안내.md').diff ?? '', /^ 하나\n-둘\n\+두울\n 셋$/m);
    assert.match(named(there, 'SKILL.md').diff ?? '', /^\+license: MIT$/m);
    const logo = named(there, 'logo.png');
    assert.deepEqual(
      [logo.isText, logo.diff, logo.truncated, logo.before?.size, logo.after?.size],
      [false, null, false, 4, 5],
    );
    assert.deepEqual([named(there, 'new.txt').before, named(there, 'old.txt').after], [null, null]);
    assert.deepEqual(there.manifest, [{ field: 'license', before: null, after: 'MIT' }]);
    assert.deepEqual(there.capabilities, { added: [], removed: [] });
    const back = await diff(`${path}/2/diff/1`);
    assert.equal(named(back, 'new.txt').change, 'removed');
    const same = await diff(`${path}/2/diff/${encodeURIComponent(there.to.digest)}`);
    assert.deepEqual([same.files, same.manifest], [[], []]);
    for (const wrong of [`${path}/1/diff/9`, `${path}/9/diff/1`, '/api/skills/none/versions/1/diff/2']) {
      const refused = await app.call('GET', wrong);
      assert.deepEqual([refused.status, refused.body['code']], [404, 'not_found:skill'], wrong);
    }
  });

  it('says nothing of what a version uses when its scan was not completed', async () => {
    scanner.endings.push('failed');
    const path = await versionsOf('unscanned', { 'a.txt': 'x' }, { 'a.txt': 'y' });
    assert.equal((await diff(`${path}/1/diff/2`)).capabilities, null);
  });

  it('stays small where files are large, minified or wholly other', async () => {
    const line = 'x'.repeat(5 * 1024 * 1024);
    const lines = (word: string) => Array.from({ length: 8000 }, (_, index) => `${word}${index}`).join('\n');
    const first = {
      'line.js': line,
      'minified.js': 'a'.repeat(400_000),
      'other.txt': lines('a'),
      'gone.txt': `${lines('g')}${line}`,
    };
    const second = {
      'line.js': `${line}y`,
      'minified.js': 'b'.repeat(400_000),
      'other.txt': lines('b'),
      '새.txt': '글'.repeat(2_000_000),
    };
    const path = await versionsOf('large', first, second);
    const there = await diff(`${path}/1/diff/2`);
    for (const each of there.files) {
      assert.deepEqual([each.isText, each.truncated], [true, true], each.path);
      if (each.path !== 'gone.txt') assert.equal(each.diff, null, each.path);
    }
    assert.equal(there.files.length, 5);
    assert.match(named(there, 'gone.txt').diff ?? '', /^-g0$/m);
    assert.ok(JSON.stringify(there).length < 100_000);
  });

  it('of 500 files each is bounded as a whole', async () => {
    const files = (word: string) =>
      Object.fromEntries(
        Array.from({ length: 499 }, (_, index) => [
          `part-${index}.txt`,
          `${word} ${index}\n${`${word}\n`.repeat(150)}`,
        ]),
      );
    const path = await versionsOf('many', files('before'), files('after'));
    const there = await diff(`${path}/1/diff/2`);
    assert.equal(there.files.length, 499);
    const shown = there.files.reduce((sum, each) => sum + (each.diff?.length ?? 0), 0);
    assert.ok(shown > 100_000 && shown <= 1024 * 1024, `${shown}`);
    assert.ok(there.files.every((each) => each.isText && (each.diff !== null || each.truncated)));
  });
});
