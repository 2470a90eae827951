/** The requests about the events of a run that has ended, in every way they succeed. */
import type { Ask, Expect } from './inventory-walk.ts';

export async function walkEvents(ask: Ask, expect: Expect, runId: string): Promise<void> {
  const { body: run } = await ask('GET', `/api/install-runs/${runId}`);
  const streamed = { accept: 'text/event-stream' };
  for (const path of [`/api/install-runs/${runId}`, `/api/install-batches/${String(run['batchId'])}`]) {
    await expect(200, ask('GET', `${path}/events`));
    await expect(200, ask('GET', `${path}/events`, undefined, streamed));
    await expect(204, ask('GET', `${path}/events`, undefined, { ...streamed, 'last-event-id': '1000' }));
  }
  await expect(200, ask('GET', '/api/events?limit=3'));
}
