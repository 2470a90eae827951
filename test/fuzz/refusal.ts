/** What every refusal of a skill must be: the caller's fault, with issues, in few words. */
import assert from 'node:assert/strict';
import { AppError } from '../../lib/kernel/errors.ts';
import type { Context } from '../../lib/kernel/context.ts';
import { type LoadedSource, loadSource } from '../../lib/skills/sources/load-source.ts';
import type { SkillSource } from '../../lib/skills/sources/skill-source.ts';

/** Sources that arrive with the request touch nothing of the context. */
const NO_CONTEXT = {} as Context;
const MAX_REFUSAL_CHARACTERS = 256 * 1024;

export type Loaded = { readonly source: LoadedSource } | { readonly refusal: AppError };

/** What is thrown but no `AppError` is passed on: it is never right. */
export async function load(source: SkillSource): Promise<Loaded> {
  try {
    return { source: await loadSource(NO_CONTEXT, source) };
  } catch (error) {
    if (error instanceof AppError) return { refusal: error };
    throw error;
  }
}

/** The first issue without what is particular to the case, so that refusals can be counted. */
export function checkRefusal(refusal: AppError): string {
  assert.equal(refusal.code, 'bad_request:api', refusal.message);
  assert.ok(refusal.issues.length > 0, 'a refusal without issues');
  for (const { path, message } of refusal.issues) {
    assert.match(path, /^(\/|$)/, 'an issue that points nowhere');
    assert.ok(message !== '' && message.isWellFormed(), `an issue that says nothing: ${message}`);
  }
  const { length } = JSON.stringify(refusal.issues);
  assert.ok(length <= MAX_REFUSAL_CHARACTERS, `a refusal of ${length} characters`);
  const [first] = refusal.issues;
  return `refused: ${(first?.message ?? '').replace(/^(SKILL\.md:\d+|line \d+|.*(?=: (must|name))): /s, '').slice(0, 60)}`;
}
