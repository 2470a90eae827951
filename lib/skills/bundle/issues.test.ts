/** Every issue points at the place in the request where it can be mended. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readInlineFiles } from '../sources/inline.ts';
import { issuesForArchive, issuesForInline, issuesForUploads } from './issues.ts';

const issues = [
  { file: 'SKILL.md', line: 3, message: 'name must be lower-case' },
  { file: 'a', line: null, message: 'must not occur twice', pathOf: 2 },
  { file: '', line: null, message: 'a skill has at most 500 files' },
  { file: 'a b', line: null, message: 'must be at most 16 MB' },
];

describe('issues', () => {
  it('of inline files point at the file', () => {
    const files = ['a', 'SKILL.md', 'a', 'a b'].map((path) => ({ path }));
    assert.deepEqual(issuesForInline(issues, files), [
      { path: '/source/files/1/content', message: 'line 3: name must be lower-case' },
      { path: '/source/files/2/path', message: 'must not occur twice' },
      { path: '/source/files', message: 'a skill has at most 500 files' },
      { path: '/source/files/3/content', message: 'must be at most 16 MB' },
    ]);
  });

  it('of archives and uploads name the file', () => {
    const messages = [
      'SKILL.md:3: name must be lower-case',
      'a: must not occur twice',
      'a skill has at most 500 files',
      '"a b": must be at most 16 MB',
    ];
    assert.deepEqual(
      issuesForArchive(issues),
      messages.map((message) => ({ path: '/archive', message })),
    );
    assert.deepEqual(
      issuesForUploads(issues),
      messages.map((message) => ({ path: '/files', message })),
    );
  });

  it('are at most a hundred', () => {
    const many = Array.from({ length: 150 }, () => ({ file: 'x', line: null, message: 'm' }));
    const shown = issuesForArchive(many);
    assert.equal(shown.length, 101);
    assert.equal(shown.at(-1)?.message, 'and 50 more');
  });
});

describe('inline files', () => {
  it('are read as text or as base64', () => {
    const read = readInlineFiles([
      { path: 'a', content: '회의록', encoding: 'utf8' },
      { path: 'b', content: 'AP8=', encoding: 'base64' },
      { path: 'c', content: '', encoding: 'base64' },
    ]);
    assert.ok(read.ok);
    assert.deepEqual(
      read.files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString('hex')]),
      [
        ['a', Buffer.from('회의록').toString('hex')],
        ['b', '00ff'],
        ['c', ''],
      ],
    );
  });

  for (const content of ['AP8', 'AP9=', 'AP8=\n', 'A P8=', '_-8=', 'AP8==', '=', 'A']) {
    it(`must not be the base64 ${JSON.stringify(content)}`, () => {
      const read = readInlineFiles([{ path: 'SKILL.md', content, encoding: 'base64' }]);
      assert.ok(!read.ok);
      assert.deepEqual(
        read.issues.map(({ path }) => path),
        ['/source/files/0/content'],
      );
    });
  }

  it('are refused together with everything else that is wrong', () => {
    const read = readInlineFiles([
      { path: 'SKILL.md', content: '---\nname: X\ndescription: d\n---\n', encoding: 'utf8' },
      { path: '../x', content: '', encoding: 'utf8' },
      { path: 'b', content: '?', encoding: 'base64' },
      { path: 'c', content: '\ud800', encoding: 'utf8' },
    ]);
    assert.ok(!read.ok);
    assert.deepEqual(
      read.issues.map(({ path }) => path.slice('/source/files'.length)),
      ['/2/content', '/3/content', '/1/path', '/0/content'],
    );
  });
});
