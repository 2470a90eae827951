/** What is said beside the answer where people write from a chat product, whatever the language. */
import type { Member } from '../surfaces/surface.ts';
import type { Target } from './targets.ts';

/** Of the runs of one message; counts of runs. */
export interface Progress {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly canceled: number;
  /** The first few of those that failed. */
  readonly failures: readonly { readonly target: Target; readonly message: string }[];
  /** Nothing more will be told here. */
  readonly isLast: boolean;
}

/** Whether all of them have ended. */
export function hasEnded({ total, succeeded, failed, canceled }: Progress): boolean {
  return succeeded + failed + canceled >= total;
}

export interface SurfaceReplies {
  /** How far runs are that were asked for. */
  progress(progress: Progress): string;
  /** To somebody whom nobody has let in. */
  stranger(member: Member): string;
  readonly tooLong: string;
  readonly working: string;
  readonly declined: string;
  readonly confirmButton: string;
  readonly declineButton: string;
}
