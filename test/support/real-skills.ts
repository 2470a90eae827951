/** Skills from the wild, when they lie beside the checkout; else the examples of this repository. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SkillOnDisk {
  readonly name: string;
  readonly files: readonly { readonly path: string; readonly bytes: Buffer }[];
}

/** Which collection is read, to be named in the tests that use it. */
export function skillCollection(): { readonly label: string; readonly skills: SkillOnDisk[] } {
  const wild = fileURLToPath(new URL('../../../shared/real-skills', import.meta.url));
  if (existsSync(wild)) return { label: 'real skills', skills: readSkills(wild) };
  const examples = fileURLToPath(new URL('../../examples/skills', import.meta.url));
  const skills = readSkills(examples).filter((skill) => /^[a-z0-9-]+$/.test(skill.name));
  return { label: 'example skills, as no real ones are here', skills };
}

function readSkills(folder: string): SkillOnDisk[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'SKILL.md')))
    .sort()
    .map((name) => ({ name, files: readFiles(join(folder, name)) }));
}

export function readFiles(folder: string): { path: string; bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => ({ path, bytes: readFileSync(join(folder, path)) }));
}
