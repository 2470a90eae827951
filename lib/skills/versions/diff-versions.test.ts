/** Which files, fields and capabilities are other ones in another version. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changedCapabilities, changedFields, changedFiles } from './diff-versions.ts';

const file = (path: string, digest: string) => ({ path, size: 1, digest });
const evidence = (what: string, name = 'a.sh', line = 1) => ({ file: name, line, what });
const none = { network: [], shell: [], files: [], credentials: [] };

describe('what changed between two versions', () => {
  it('is files by path, in the order of their bytes', () => {
    const before = [file('SKILL.md', '1'), file('same', '2'), file('z', '3'), file('가', '4')];
    const after = [file('SKILL.md', '9'), file('same', '2'), file('가', '5'), file('나', '3')];
    const changed = changedFiles(before, after).map((each) => [
      each.path,
      each.before?.digest,
      each.after?.digest,
    ]);
    assert.deepEqual(changed, [
      ['SKILL.md', '1', '9'],
      ['z', '3', undefined],
      ['가', '4', '5'],
      ['나', undefined, '3'],
    ]);
    assert.deepEqual(changedFiles(before, before), []);
  });

  it('is fields of the frontmatter, whatever the order in them', () => {
    const base = {
      name: 'a',
      description: 'x',
      license: null,
      compatibility: null,
      metadata: { a: '1', b: '2' },
      allowedTools: ['Read'],
    };
    assert.deepEqual(changedFields(base, { ...base, metadata: { b: '2', a: '1' } }), []);
    assert.deepEqual(changedFields(base, { ...base, license: 'MIT', allowedTools: ['Read', 'Bash'] }), [
      { field: 'license', before: null, after: 'MIT' },
      { field: 'allowedTools', before: ['Read'], after: ['Read', 'Bash'] },
    ]);
  });

  it('is what it uses on a machine, not where that stands', () => {
    const before = { ...none, shell: [evidence('curl'), evidence('rm')], network: [evidence('a.example')] };
    const after = {
      ...none,
      shell: [evidence('curl', 'b.sh', 7), evidence('ssh'), evidence('ssh', 'c.sh', 9)],
      files: [evidence('rm')],
    };
    assert.deepEqual(changedCapabilities(before, after), {
      added: [
        { kind: 'shell', ...evidence('ssh') },
        { kind: 'files', ...evidence('rm') },
      ].toReversed(),
      removed: [
        { kind: 'network', ...evidence('a.example') },
        { kind: 'shell', ...evidence('rm') },
      ].toReversed(),
    });
    assert.deepEqual(changedCapabilities(after, after), { added: [], removed: [] });
    const many = { ...none, shell: Array.from({ length: 500 }, (_, index) => evidence(`tool-${index}`)) };
    assert.equal(changedCapabilities(none, many).added.length, 200);
  });
});
