/** The inside of the process for cases: does what a message asks, measures it, and answers whether all held. */
import { chatTask } from './chat-task.ts';
import { archiveTask } from './archive-task.ts';
import { skillMdTask } from './skill-md-task.ts';
import type { Verdict } from './case-process.ts';
import { plantedTasks } from './planted-tasks.ts';
import type { Task } from './task.ts';
import { readFileSync } from 'node:fs';
import { addressTask } from './address-task.ts';
import { gitTask } from './git-task.ts';
import { importTask } from './import-task.ts';

const TASKS: Readonly<Record<string, Task>> = {
  archives: archiveTask,
  imports: importTask,
  frontmatter: skillMdTask,
  urls: addressTask,
  git: gitTask,
  chat: chatTask,
  ...plantedTasks,
};
/** Garbage of earlier cases up to this much is left where it is. */
const SLACK_BYTES = 32 * 1024 * 1024;

const memoryBytes = Number(process.argv[2]);
/** Before the first case nothing rests: what the start left behind would be collected during it, and hide what it takes. */
let restingBytes = 0;

process.on('message', (message: { task: string; input: unknown }) => {
  void answer(message);
});
process.send?.('ready');

async function answer({ task, input }: { task: string; input: unknown }): Promise<void> {
  // Whatever is thrown is the verdict; what is thrown later than that ends this process, which is one too.
  const verdict = await judge(TASKS[task], input).catch(
    (error: unknown): Verdict => ({ held: false, reason: error instanceof Error ? error.message : 'thrown' }),
  );
  await new Promise((resolve) => setImmediate(resolve));
  process.send?.(verdict);
}

async function judge(task: Task | undefined, input: unknown): Promise<Verdict> {
  if (!task) throw new Error('there is no such task');
  if (process.memoryUsage.rss() > restingBytes + SLACK_BYTES) {
    gc?.();
    restingBytes = process.memoryUsage.rss();
  }
  const before = process.memoryUsage.rss();
  const highest = highestBytes();
  const verify = await task(input);
  const peak = highestBytes();
  // The high-water mark only says something about this case when this case raised it.
  const peakBytes = peak > highest ? peak - before : 0;
  const outcome = await verify();
  if (peakBytes <= memoryBytes) return { held: true, outcome, peakBytes };
  return { held: false, reason: `it took ${Math.round(peakBytes / 1024 / 1024)} MB of memory (${outcome})` };
}

/** Linux says it of this program alone; `maxRSS` begins with what the process had that started this one. */
function highestBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (kibibytes === undefined) throw new Error('this process does not know its highest memory');
  return Number(kibibytes) * 1024;
}
