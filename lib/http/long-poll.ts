/** `Prefer: wait=N` (RFC 7240): an answer held back while it would say nothing new. */
import type { LiveEvents, Topic } from '../runs/follow/live-events.ts';
import { etagOf, hasAlready, resourceAnswer } from './respond.ts';
import type { RouteAnswer } from './route.ts';

const LONGEST_WAIT_SECONDS = 30;

export interface Held<Shown> {
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Ends the waiting early. */
  readonly signal: AbortSignal;
  readonly live: LiveEvents;
  read(): Promise<Shown>;
  /** What changes `shown`; null when nothing does any more. */
  topicOf(shown: Shown): Topic | null;
}

/** At once without the preference; else when there is something other than the client has (or had a moment ago). */
export async function heldAnswer<Shown extends object>(held: Held<Shown>): Promise<RouteAnswer> {
  const seconds = preferredWait(held.headers['prefer']);
  const shown = await held.read();
  const vary = { vary: 'Prefer' };
  if (seconds === null) return resourceAnswer(shown, held.headers, vary);
  const last = await waitForNews(held, shown, seconds * 1000);
  return resourceAnswer(last, held.headers, { ...vary, 'preference-applied': `wait=${seconds}` });
}

async function waitForNews<Shown extends object>(
  held: Held<Shown>,
  first: Shown,
  waitMs: number,
): Promise<Shown> {
  const topic = held.topicOf(first);
  if (topic === null || isNews(held, first, first)) return first;
  const wanted = AbortSignal.any([held.signal, AbortSignal.timeout(waitMs)]);
  const news = signalOfNews();
  const fire = (): void => news.fire();
  const unfollow = held.live.follow(topic, { onEvent: fire, onGap: fire });
  try {
    // Read once more: it may have changed before following began.
    for (let shown = await held.read(); ; shown = await held.read()) {
      if (wanted.aborted || held.topicOf(shown) === null || isNews(held, shown, first)) return shown;
      await news.next(wanted);
    }
  } finally {
    unfollow();
  }
}

function isNews<Shown extends object>(held: Held<Shown>, shown: Shown, first: Shown): boolean {
  if (held.headers['if-none-match'] !== undefined) return !hasAlready(held.headers, etagOf(shown));
  return etagOf(shown) !== etagOf(first);
}

/** Remembers one call until somebody waits for it. */
function signalOfNews() {
  let isThere = false;
  let wake = (): void => {};
  return {
    fire(): void {
      isThere = true;
      wake();
    },
    async next(signal: AbortSignal): Promise<void> {
      if (!isThere && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
      isThere = false;
    },
  };
}

/** Seconds, no more than is granted; null when nobody asked or what was asked cannot be understood, which is ignored. */
function preferredWait(header: string | undefined): number | null {
  const wait = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(header ?? '')?.[1];
  return wait === undefined ? null : Math.min(Number(wait), LONGEST_WAIT_SECONDS);
}
