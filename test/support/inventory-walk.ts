/** Every answer that comparisons with accounts have, asked for in one go. */
import type { Answer } from './app.ts';
import { until } from './until.ts';

export type Ask = (
  method: string,
  url: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;
export type Expect = (status: number, answering: Promise<Answer>) => Promise<Answer>;

/** Needs `local-test` and `openai-test` to be active, and `refused` not to be. */
export async function walkInventory(ask: Ask, expect: Expect): Promise<void> {
  await expect(200, ask('GET', '/api/installations?skill=one'));
  await expect(404, ask('GET', '/api/providers/openai-test/sync'));
  await expect(409, ask('POST', '/api/providers/refused/sync'));
  await expect(202, ask('POST', '/api/providers/local-test/sync'));
  const shown = await until('it is compared', async () => {
    const answer = await expect(200, ask('GET', '/api/providers/local-test/sync'));
    return answer.body['finishedAt'] === null ? null : answer;
  });
  const known = { 'if-none-match': shown.headers.get('etag') ?? '' };
  await expect(304, ask('GET', '/api/providers/local-test/sync', undefined, known));
}
