/** Registers skills over HTTP with the texts that a search looks in. */
import assert from 'node:assert/strict';
import type { TestApp } from './app.ts';

export interface DescribedSkill {
  readonly name: string;
  readonly description?: string;
  readonly displayName?: string;
  readonly tags?: readonly string[];
}

export async function register(app: TestApp, skill: DescribedSkill): Promise<string> {
  const { name, description = 'Nothing to see.', ...metadata } = skill;
  const content = `---\nname: ${name}\ndescription: ${JSON.stringify(description)}\n---\n\nText.\n`;
  const source = { type: 'inline', files: [{ path: 'SKILL.md', content }] };
  const { status, body } = await app.call('POST', '/api/skills', { source, ...metadata });
  assert.equal(status, 201, JSON.stringify(body));
  return String(body['id']);
}

/** The names on one page, in its order. */
export async function namesOf(app: TestApp, filter: Readonly<Record<string, string>>): Promise<string[]> {
  return (await pageOf(app, filter)).names;
}

export async function pageOf(
  app: TestApp,
  filter: Readonly<Record<string, string>>,
): Promise<{ names: string[]; nextCursor: string | null }> {
  const { status, body } = await app.call('GET', `/api/skills?${new URLSearchParams(filter).toString()}`);
  assert.equal(status, 200, JSON.stringify(body));
  const items = body['items'] as { name: string }[];
  return { names: items.map(({ name }) => name), nextCursor: body['nextCursor'] as string | null };
}
