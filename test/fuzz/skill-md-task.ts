/** Reads a SKILL.md as the catalogue does: a refusal with issues, or a manifest that says what its text says to every reader. */
import assert from 'node:assert/strict';
import { checkName, parseSkillMd, SKILL_FILE, type SkillManifest } from '../../lib/skills/bundle/skill-md.ts';
import type { SkillSource } from '../../lib/skills/sources/skill-source.ts';
import { checkRefusal, load } from './refusal.ts';
import type { SkillMdCase } from './skill-md-cases.ts';
import type { Task } from './task.ts';

/** YAML 1.1 and 1.2 and their parsers differ in which of these end a line. */
const BREAKS_FOR_SOME = /\r(?!\n)|[\u0085\u2028\u2029\f\v]/;

export const skillMdTask: Task = async (input) => {
  const given = input as SkillMdCase;
  const loaded = await load(sourceOf(given));
  return () => {
    assert.deepEqual(Object.keys(Object.prototype), [], 'a prototype was changed');
    if ('refusal' in loaded) return Promise.resolve(checkRefusal(loaded.refusal));
    const { manifest, files } = loaded.source.bundle;
    const text = new TextDecoder().decode(files.find(({ path }) => path === SKILL_FILE)?.bytes);
    checkManifest(manifest);
    assert.ok(text.endsWith(manifest.body), 'a body that is not the end of the text');
    const head = text.slice(0, text.length - manifest.body.length);
    assert.doesNotMatch(head, BREAKS_FOR_SOME, 'a line that ends for some readers only');
    assert.deepEqual(readAgain(manifest), manifest);
    return Promise.resolve('accepted');
  };
};

function sourceOf(given: SkillMdCase): SkillSource {
  return 'text' in given
    ? { type: 'inline', files: [{ path: SKILL_FILE, content: given.text, encoding: 'utf8' }] }
    : { type: 'files', files: [{ path: SKILL_FILE, bytes: given.bytes }] };
}

function checkManifest(manifest: SkillManifest): void {
  const { name, description, compatibility, license, metadata, allowedTools } = manifest;
  assert.equal(checkName(name), null);
  assert.ok(description !== '' && Array.from(description).length <= 1024, 'the description');
  assert.ok(compatibility === null || Array.from(compatibility).length <= 500, 'the compatibility');
  assert.equal(Object.getPrototypeOf(metadata), Object.prototype);
  assert.equal(new Set(allowedTools).size, allowedTools.length);
  const texts = [
    name,
    description,
    compatibility,
    license,
    ...Object.entries(metadata).flat(),
    ...allowedTools,
  ];
  for (const text of texts) {
    if (text === null) continue;
    assert.equal(typeof text, 'string');
    assert.ok(
      text.isWellFormed() && !/(?![\n\r\t])\p{Cc}/u.test(text),
      `not to be stored: ${JSON.stringify(text)}`,
    );
  }
}

/** Written as plainly as YAML can be, the same fields must come out. */
function readAgain(manifest: SkillManifest): SkillManifest {
  const { name, description, compatibility, license, metadata, allowedTools, body } = manifest;
  const fields = {
    name,
    description,
    license,
    compatibility,
    metadata,
    'allowed-tools': allowedTools.map((tool) => tool),
  };
  const lines = Object.entries(fields).flatMap(([key, value]) =>
    value === null ? [] : [`${key}: ${escaped(value)}`],
  );
  const parsed = parseSkillMd(`---\n${lines.join('\n')}\n---\n${body}`);
  assert.ok(parsed.ok, `what was read is refused when written again: ${JSON.stringify(parsed)}`);
  return parsed.skill;
}

function escaped(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
