/** Items asked for together are done together; each caller gets its own outcome, or its own error. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Batcher } from './batcher.ts';

describe('a batcher', () => {
  it('does together what was asked at the same moment, and what was asked while it was busy', async () => {
    const batches: number[][] = [];
    const busy = Promise.withResolvers<void>();
    const doubles = new Batcher<number, number>(async (items) => {
      batches.push([...items]);
      if (batches.length === 1) await busy.promise;
      return items.map((item) => item * 2);
    }, 3);
    const first = [1, 2].map((item) => doubles.ask(item));
    await new Promise((resolve) => setImmediate(resolve));
    const later = [3, 4, 5, 6].map((item) => doubles.ask(item));
    busy.resolve();
    assert.deepEqual(await Promise.all([...first, ...later]), [2, 4, 6, 8, 10, 12]);
    assert.deepEqual(batches, [[1, 2], [3, 4, 5], [6]]);
  });

  it('lets nobody fail for a neighbour', async () => {
    const poisoned = new Batcher<number, number>(async (items) => {
      await Promise.resolve();
      if (items.includes(2)) throw new Error('2 is poison');
      return items;
    }, 10);
    const settled = await Promise.allSettled([1, 2, 3].map((item) => poisoned.ask(item)));
    assert.deepEqual(
      settled.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason))),
      [1, 'Error: 2 is poison', 3],
    );
    assert.equal(await poisoned.ask(4), 4);
  });
});
