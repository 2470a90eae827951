/** Faults on purpose, to see that the process for cases finds every kind of them. */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Task } from './task.ts';

const nothing = () => Promise.resolve('nothing wrong');

export const plantedTasks: Readonly<Record<string, Task>> = {
  'planted/none': () => Promise.resolve(nothing),
  'planted/throws': () => Promise.reject(new Error('thrown on purpose')),
  'planted/hangs': () => {
    for (;;);
  },
  'planted/never-answers': () => new Promise(() => setInterval(() => undefined, 1000)),
  'planted/rejects-unseen': () => {
    void Promise.reject(new Error('unseen'));
    return Promise.resolve(nothing);
  },
  'planted/writes': () => {
    writeFileSync(join(tmpdir(), 'written-by-a-case'), 'x');
    return Promise.resolve(nothing);
  },
  'planted/takes-memory': () => {
    const taken = Buffer.alloc(400 * 1024 * 1024, 1);
    return Promise.resolve(() => Promise.resolve(String(taken.length)));
  },
  'planted/takes-heap': () => {
    const taken: number[][] = [];
    for (;;) taken.push(Array<number>(5_000_000).fill(taken.length + 0.5));
  },
};
