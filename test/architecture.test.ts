/** Holds the layout's rules, each with a planted violation that proves the rule can fail. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readSources, type SourceFile, violations } from './architecture.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function planted(path: string, text: string): SourceFile[] {
  return [{ path, text: `/** A file. */\n${text}\n` }];
}

describe('the layout', () => {
  it('is kept by every file', () => {
    const files = readSources(root, ['lib', 'emulators', 'bench', 'test']);
    assert.ok(files.length > 100, `only ${files.length} files were found`);
    assert.deepEqual(violations(files), []);
  });

  for (const [rule, path, text] of [
    ['a folder imports a later one', 'lib/runs/plan.ts', "import { Worker } from '../worker/worker.ts';"],
    ['providers see the database', 'lib/providers/call.ts', "import { query } from '../db/database.ts';"],
    [
      'somebody imports main',
      'lib/http/server.ts',
      "import '../main.ts';\nimport { main } from '../main.ts';",
    ],
    ['SQL outside a store', 'lib/skills/create-skill.ts', "import { sql } from 'kysely';"],
    ['an SDK outside its folder', 'lib/worker/worker.ts', "import OpenAI from 'openai';"],
    ['an SDK loaded late outside its folder', 'lib/worker/worker.ts', "const sdk = await import('openai');"],
    [
      'a web framework outside http',
      'lib/skills/schema.ts',
      "import type { FastifyRequest } from 'fastify';",
    ],
    [
      'lib imports emulators',
      'lib/connections/sandbox.ts',
      "import { mount } from '../../emulators/emulator.ts';",
    ],
    ['emulators import lib', 'emulators/openai.ts', "import { newId } from '../lib/kernel/ids.ts';"],
    ['a name that names nothing', 'lib/skills/helpers.ts', 'export const one = 1;'],
    ['a name not in kebab-case', 'lib/skills/readSkills.ts', 'export const one = 1;'],
    ['a file that is too long', 'lib/skills/long.ts', 'export {};\n'.repeat(400)],
  ] as const) {
    it(`notices when ${rule}`, () => {
      assert.equal(violations(planted(path, text)).length, 1);
    });
  }

  it('notices a file that does not say what it is for', () => {
    assert.equal(violations([{ path: 'lib/skills/plain.ts', text: 'export const one = 1;\n' }]).length, 1);
  });
});
