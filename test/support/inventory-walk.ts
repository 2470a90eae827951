/** Comparisons with an account as a test goes through them, and every answer that they have. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from '../../lib/connections/schema.ts';
import type { Answer } from './app.ts';
import { inlineSkill, skillMd } from './skills.ts';
import { until } from './until.ts';

export type Ask = (
  method: string,
  url: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;
export type Expect = (status: number, answering: Promise<Answer>) => Promise<Answer>;

/** Somebody writes a skill into the folder of `local-test` without us; answers what a comparison says of it. */
export async function putByHand(ask: Ask, folder: string, name: string, body: string): Promise<Installation> {
  mkdirSync(join(folder, 'skills', name), { recursive: true });
  writeFileSync(join(folder, 'skills', name, 'SKILL.md'), skillMd(name, body));
  await ask('POST', '/api/providers/local-test/sync');
  await until('it is compared', async () => {
    const shown = await ask('GET', '/api/providers/local-test/sync');
    return shown.body['finishedAt'];
  });
  return await until('it is listed', async () => {
    const { body: listed } = await ask('GET', '/api/installations?provider=local-test&limit=100');
    return (listed['items'] as Installation[]).find(({ externalId }) => externalId === name);
  });
}

/** Needs `local-test` and `openai-test` to be active, and `refused` not to be. */
export async function walkInventory(ask: Ask, expect: Expect, folder: string): Promise<void> {
  await expect(200, ask('GET', '/api/installations?skill=one'));
  await expect(404, ask('GET', '/api/providers/openai-test/sync'));
  await expect(409, ask('POST', '/api/providers/refused/sync'));
  await expect(202, ask('POST', '/api/providers/local-test/sync'));
  await expect(201, ask('POST', '/api/skills', inlineSkill('by-hand', 'Ours.')));
  const { id } = await putByHand(ask, folder, 'by-hand', 'Ours.');
  const shown = await expect(200, ask('GET', '/api/providers/local-test/sync'));
  const known = { 'if-none-match': shown.headers.get('etag') ?? '' };
  await expect(304, ask('GET', '/api/providers/local-test/sync', undefined, known));
  await expect(404, ask('POST', '/api/installations/none/adopt', {}));
  await expect(409, ask('POST', `/api/installations/${id}/repair`));
  await expect(200, ask('POST', `/api/installations/${id}/adopt`, {}));
  await expect(409, ask('POST', `/api/installations/${id}/repair`));
  await putByHand(ask, folder, 'by-hand', 'Theirs.');
  await expect(202, ask('POST', `/api/installations/${id}/repair`));
}
