/** What is declared of each kind refuses what it says, at the limit and one beyond it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { brokenRules, type Capabilities, type SkillOutline } from './capabilities.ts';
import { adapters } from './registry.ts';

const skill: SkillOutline = {
  name: 'csv-tools',
  description: 'Reads CSV',
  license: null,
  files: [{ path: 'SKILL.md', size: 10 }],
};

const strict: Capabilities = {
  ...adapters.openai.capabilities,
  limits: {
    maxBytes: 100,
    maxArchiveBytes: 50,
    maxFiles: 2,
    maxFileBytes: 80,
    maxDepth: 2,
    maxDescription: 12,
    maxLicense: 3,
  },
  names: { pattern: '^[a-z-]+$', rule: 'a-z and hyphens', reservedWords: ['acme'], there: 'same' },
};

const sized = (...sizes: number[]) => ({ files: sizes.map((size, index) => ({ path: `f${index}`, size })) });

describe('a skill within what is declared', () => {
  for (const [what, change] of [
    ['an ordinary one', {}],
    ['the longest description', { description: 'x'.repeat(12) }],
    ['the longest license', { license: 'MIT' }],
    ['the most files and bytes', sized(80, 20)],
    ['the deepest path', { files: [{ path: 'a/b', size: 1 }] }],
  ] as const) {
    it(`is taken: ${what}`, () => {
      assert.deepEqual(brokenRules('Acme', strict, { ...skill, ...change }), []);
    });
  }
});

describe('a skill beyond what is declared', () => {
  for (const [change, ...reasons] of [
    [{ name: 'csv_tools' }, 'Acme takes only names of a-z and hyphens'],
    [{ name: 'my-acme' }, 'Acme does not take the word "acme" in a name'],
    [{ description: 'x'.repeat(13) }, 'Acme takes a description of at most 12 characters'],
    [{ license: 'Apache' }, 'Acme takes a license of at most 3 characters'],
    [sized(1, 1, 1), 'Acme takes at most 2 files'],
    [sized(80, 21), 'Acme takes at most 100 bytes'],
    [sized(81), 'Acme takes at most 80 bytes a file; f0 is larger'],
    [{ files: [{ path: 'a/b/c', size: 1 }] }, 'Acme takes at most 2 levels of folders; a/b/c has more'],
    [
      { name: 'ACME', ...sized(99, 9) },
      'Acme takes only names of a-z and hyphens',
      'Acme takes at most 100 bytes',
      'Acme takes at most 80 bytes a file; f0 is larger',
    ],
  ] as const) {
    it(`hears ${reasons.join('; ')}`, () => {
      assert.deepEqual(brokenRules('Acme', strict, { ...skill, ...change }), reasons);
    });
  }
});

describe('the declarations of the kinds', () => {
  for (const { kind, label, capabilities } of Object.values(adapters)) {
    it(`of ${kind} agree with each other and with its refusals`, () => {
      const { names, limits, versionModel, pinning, reach, isAsync } = capabilities;
      assert.equal(names.pattern === null, names.rule === null);
      assert.equal(pinning === 'default', versionModel === 'pointer');
      assert.ok(!(isAsync && reach === 'disk'));
      for (const limit of Object.values(limits)) assert.ok(limit === null || limit > 0);
      const adapter = adapters[kind];
      const many = {
        ...skill,
        files: Array.from({ length: (limits.maxFiles ?? 0) + 1 }, () => ({ path: 'x', size: 0 })),
      };
      assert.deepEqual(adapter.refusals(many), [`${label} takes at most ${limits.maxFiles} files`]);
      assert.deepEqual(adapter.refusals(skill), []);
    });
  }
});
