/** docs/errors.md lists exactly the codes of lib/kernel/errors.ts, with their status and whether they are tried again. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { allAnswerCodes, kindOf, STATUS_OF_KIND, STORED_CODES } from '../lib/kernel/errors.ts';

const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');

it('docs/errors.md has every code of an answer, with its status', () => {
  const documented = [...page.matchAll(/^\| `(\w+:\w+)` \| (\d{3}) \|/gm)].map(
    ([, code, status]) => `${code} ${status}`,
  );
  const known = allAnswerCodes().map((code) => `${code} ${STATUS_OF_KIND[kindOf(code)]}`);
  assert.deepEqual(documented.sort(), known.sort());
});

it('docs/errors.md has every stored code, with its meaning', () => {
  const documented = [...page.matchAll(/^\| `(\w+:\w+)` \| (yes|no) \| ([^|]+) \|/gm)].map(
    ([, code, again, meaning]) => [code, again === 'yes', meaning?.trim()],
  );
  const known = Object.entries(STORED_CODES).map(([code, { retryable, meaning }]) => [
    code,
    retryable,
    meaning,
  ]);
  assert.deepEqual(documented.map(String).sort(), known.map(String).sort());
});
