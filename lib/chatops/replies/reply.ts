/** Answers a chat message in a few plain sentences of its own language. */
import type { Facts } from '../acting/deed.ts';
import type { Intent } from '../interpret.ts';
import type { Action, Language } from '../lexicon.ts';
import type { RefusalReason } from '../refusals.ts';
import { english } from './english.ts';
import { korean } from './korean.ts';
import type { SurfaceReplies } from './surface-replies.ts';
import type { Target } from './targets.ts';

/** What is told of something that was done or planned. */
export interface Work {
  readonly action: Action;
  readonly targets: readonly Target[];
  /** Where it can be followed; none when nothing was made. */
  readonly batchIds: readonly string[];
  /** How many of the targets had a run at work already. */
  readonly reused: number;
}

/** The sentences of one language. */
export interface Replies extends SurfaceReplies {
  planned(work: Work): string;
  started(work: Work): string;
  canceled(targets: readonly Target[]): string;
  toConfirm(work: Work): string;
  state(intent: Intent, facts: Facts): string;
  list(intent: Intent, facts: Facts): string;
  help(): string;
  readonly refusals: Readonly<Record<RefusalReason, string>>;
  choice(names: string): string;
  known(names: string): string;
}

export interface Refused {
  readonly language: Language;
  readonly reason: RefusalReason;
  readonly suggestions: readonly string[];
  /** What the API would have answered, where it was the API that refused. */
  readonly detail: string | null;
}

export function repliesIn(language: Language): Replies {
  return language === 'ko' ? korean : english;
}

export function refusedReply({ language, reason, suggestions, detail }: Refused): string {
  const replies = repliesIn(language);
  const names = suggestions.join(', ');
  const hint =
    names === '' ? '' : ` ${reason.startsWith('ambiguous_') ? replies.choice(names) : replies.known(names)}`;
  // What the API says is English.
  return `${replies.refusals[reason]}${hint}${detail === null || language === 'ko' ? '' : ` ${detail}`}`;
}
