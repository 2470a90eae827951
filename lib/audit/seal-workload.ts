/** Sealing as standing work of every process; whichever comes first does it. */
import type { Context } from '../kernel/context.ts';
import { AnchorFile } from './anchor-file.ts';
import { sealRecorded } from './seal.ts';

const SEAL_EVERY_MS = 700;

/** A piece of work in the form the job engine takes: looked for on a timer, as records come all the time. */
export function sealWorkload(ctx: Context): {
  readonly name: string;
  readonly channel: null;
  readonly everyMs: number;
  next(): Promise<boolean>;
} {
  const anchors = new AnchorFile(ctx.settings.auditAnchorFile);
  return {
    name: 'seal-audit',
    channel: null,
    everyMs: SEAL_EVERY_MS,
    async next() {
      const hasMore = await sealRecorded(ctx);
      await anchors.follow(ctx);
      return hasMore;
    },
  };
}
