/** Small skills for tests. */

/** Text of a SKILL.md; `body` makes versions differ. */
export function skillMd(name: string, body = 'Do it well.'): string {
  return `---\nname: ${name}\ndescription: A small skill for tests.\n---\n\n# ${name}\n\n${body}\n`;
}

/** Body of `POST /api/skills` (and of versions) with one or more inline files. */
export function inlineSkill(
  name: string,
  body?: string,
  more: Readonly<Record<string, string>> = {},
): object {
  const files = { 'SKILL.md': skillMd(name, body), ...more };
  return {
    source: { type: 'inline', files: Object.entries(files).map(([path, content]) => ({ path, content })) },
  };
}
