/** What a skill claims, asks for and brings along. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scanSkill } from '../scan-skill.ts';
import { fileRules } from './files.ts';
import { manifestRules } from './manifest.ts';

interface Given {
  readonly name?: string;
  readonly description?: string;
  readonly allowedTools?: readonly string[];
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

function found({
  name = 'a-skill',
  description = 'A skill.',
  allowedTools = [],
  files = {},
}: Given): string[] {
  const manifest = `---\nname: ${name}\ndescription: ${description}\nallowed-tools: ${allowedTools.join(' ')}\n---\n`;
  const all = Object.entries({ 'SKILL.md': manifest, ...files });
  const skill = {
    name,
    description,
    allowedTools,
    files: all.map(([path, content]) => ({ path, bytes: Buffer.from(content) })),
  };
  return scanSkill(skill, [...manifestRules, ...fileRules]).findings.map(
    ({ rule, severity, file, line }) => `${rule} ${severity} ${file}${line === null ? '' : `:${line}`}`,
  );
}

describe('rules about what a skill is', () => {
  it('find names that look like others', () => {
    for (const name of ['\u0441laude-tools', 'go0gle-drive', 'g1thub-tools', 'p\u0430ypal'])
      assert.deepEqual(found({ name }), ['SK-MF-03 high SKILL.md:2'], name);
  });

  it('leave names of one script, of products and with numbers', () => {
    for (const name of [
      'claude-tools',
      'google-drive',
      '회의록-정리',
      'привет',
      'pdf-회의록',
      'h264-tools',
      'log4j',
      'web3',
    ])
      assert.deepEqual(found({ name }), [], name);
  });

  it('find what asks for everything', () => {
    assert.deepEqual(found({ allowedTools: ['Read', 'Bash(*)'] }), ['SK-MF-04 medium SKILL.md:4']);
    assert.deepEqual(found({ allowedTools: ['*'] }), ['SK-MF-04 medium SKILL.md:4']);
    assert.deepEqual(found({ allowedTools: ['Bash'] }), ['SK-MF-04 low SKILL.md:4']);
    assert.deepEqual(found({ description: 'Use this skill for every request.' }), [
      'SK-MF-04 medium SKILL.md:3',
    ]);
    assert.deepEqual(found({ description: '모든 요청에 항상 사용합니다.' }), ['SK-MF-04 medium SKILL.md:3']);
  });

  it('leave what asks for something', () => {
    assert.deepEqual(found({ allowedTools: ['Read', 'Bash(git status)', 'Bash(npm run:*)'] }), []);
    assert.deepEqual(found({ description: 'Use for questions about invoices.' }), []);
    assert.deepEqual(found({ description: 'Use before every release.' }), []);
  });

  it('find settings that come along', () => {
    for (const path of [
      '.claude/settings.json',
      '.mcp.json',
      'x/.vscode/tasks.json',
      '.husky/pre-commit',
      '.envrc',
    ])
      assert.deepEqual(found({ files: { [path]: '{}' } }), [`SK-MF-05 high ${path}`]);
    for (const path of ['settings.json', '.gitignore', 'docs/claude.md', '.env.example'])
      assert.deepEqual(found({ files: { [path]: 'x' } }), [], path);
  });

  it('find what is far too large', () => {
    const many = Object.fromEntries(Array.from({ length: 301 }, (_, index) => [`f${index}.txt`, 'x']));
    assert.deepEqual(found({ files: many }), ['SK-MF-01 low SKILL.md']);
    assert.deepEqual(found({ files: { 'large.txt': 'x'.repeat(11 * 1024 * 1024) } }), [
      'SK-MF-01 low large.txt',
    ]);
  });

  it('find archives and programs by what they are', () => {
    const zip = Buffer.from('PK\u0003\u0004\0\0', 'latin1');
    const elf = Buffer.from('\u007FELF\u0002\0', 'latin1');
    assert.deepEqual(found({ files: { 'tools.zip': zip } }), ['SK-AR-05 high tools.zip']);
    assert.deepEqual(found({ files: { 'notes.txt': zip } }), ['SK-AR-05 high notes.txt']);
    assert.deepEqual(found({ files: { 'logo.png': elf } }), ['SK-AR-06 high logo.png']);
    assert.deepEqual(found({ files: { 'run.pyc': Buffer.from([0xcb, 0x0d, 0, 0]) } }), [
      'SK-AR-06 high run.pyc',
    ]);
    const cache = { 'scripts/run.py': 'x = 1', 'scripts/__pycache__/run.cpython-314.pyc': Buffer.from([0]) };
    assert.deepEqual(found({ files: cache }), ['SK-AR-06 medium scripts/__pycache__/run.cpython-314.pyc']);
  });

  it('leave pictures, fonts and office documents', () => {
    const files = {
      'report.docx': Buffer.from('PK\u0003\u0004\0\0', 'latin1'),
      'logo.png': Buffer.from('\u0089PNG\r\n\u001a\n\0', 'latin1'),
      'guide.pdf': Buffer.from('%PDF-1.7\0', 'latin1'),
      'MZ.txt': 'MZ is a text',
    };
    assert.deepEqual(found({ files }), []);
  });
});
