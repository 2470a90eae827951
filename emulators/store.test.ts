/** The memory store behaves as a table would, and concurrent requests do not corrupt what is in it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { idMaker, mount, turns } from './emulator.ts';
import { memoryStore } from './store.ts';

describe('the memory store', () => {
  it('lists by prefix in bytewise order', async () => {
    const store = memoryStore();
    for (const key of ['a/b', 'a/B', 'a/é', 'b/1', 'a/10', 'a/2']) await store.put(key, key);
    const keys = (await store.list('a/')).map(({ key }) => key);
    assert.deepEqual(keys, ['a/10', 'a/2', 'a/B', 'a/b', 'a/é']);
    await store.delete('a/2');
    assert.equal(await store.get('a/2'), undefined);
  });

  it('shares no object with its callers', async () => {
    const store = memoryStore();
    const value = { list: [1] };
    await store.put('key', value);
    value.list.push(2);
    assert.deepEqual(await store.get('key'), { list: [1] });
  });
});

describe('turns', () => {
  it('come one after the other, also after a failure', async () => {
    const takeTurn = turns();
    const seen: string[] = [];
    const work = (name: string) => async () => {
      seen.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`${name} ends`);
      if (name === 'first') throw new Error('planted');
    };
    await Promise.allSettled([takeTurn(work('first')), takeTurn(work('second'))]);
    assert.deepEqual(seen, ['first begins', 'first ends', 'second begins', 'second ends']);
  });
});

it('ids sort in the order of their making, also in one millisecond or when the clock goes back', () => {
  const times = [5, 5, 5, 3, 6];
  const makeId = idMaker(() => new Date(times.shift() ?? 6));
  const ids = Array.from({ length: 6 }, () => makeId('skill_'));
  assert.deepEqual(ids.toSorted(), ids);
  assert.equal(new Set(ids).size, 6);
});

it('a mounted emulator sees its own paths only', async () => {
  const mounted = mount('/openai', async (request) => new Response(`${request.url} ${await request.text()}`));
  const request = new Request('http://host/openai/v1/x?y=1', { method: 'POST', body: 'body' });
  assert.equal(await (await mounted(request)).text(), 'http://host/v1/x?y=1 body');
  assert.equal((await mounted(new Request('http://host/openaiv1/x'))).status, 404);
});
