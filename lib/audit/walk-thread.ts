/** The thread in which a chain is computed anew, a page at a time, so that it never holds up the process. */
import { parentPort, workerData } from 'node:worker_threads';
import { ChainWalk, type WalkStart } from './chain-walk.ts';
import { readPage } from './sealed-page.ts';
import type { Walked } from './walk-in-thread.ts';

const walk = new ChainWalk(whole(workerData as WalkStart));

parentPort?.on('message', (page: string) => {
  walk.walk(readPage(page));
  const { checked, size, firstBroken } = walk;
  parentPort?.postMessage({ checked, size, firstBroken } satisfies Walked, []);
});

/** What comes from another thread are bytes without the methods of a Buffer. */
function whole({ signed, pruned }: WalkStart): WalkStart {
  return {
    signed: signed.map((each) => {
      const { content } = each;
      if (content === null || content === 'unknown_key') return each;
      const { root, chain } = content;
      return { ...each, content: { ...content, root: Buffer.from(root), chain: Buffer.from(chain) } };
    }),
    pruned: pruned.map(({ root, chain }) => ({
      root: Buffer.from(root),
      chain: chain === null ? null : Buffer.from(chain),
    })),
  };
}
