/** What happens in runs: as lists, and as streams for whoever asks for `text/event-stream`. */
import { z } from 'zod';
import { AppError } from '../../kernel/errors.ts';
import { wholeNumber } from '../../kernel/whole-number.ts';
import { followBatch, followEverything, followRun } from '../../runs/follow/following.ts';
import { listBatchEvents, listEvents, listRunEvents } from '../../runs/follow/list-events.ts';
import { RunEvent } from '../../runs/schema.ts';
import { pageAnswer, pageOfItems } from '../respond.ts';
import { defineRoute, type Route, type RouteAnswer } from '../route.ts';

/** What an integer column can hold. */
const MAX_SEQ = 2 ** 31 - 1;
/** What a position may be; numbers stay exact. */
const MAX_POSITION = 2 ** 52;

const IdParams = z.object({ id: z.string().min(1).max(100) });

function eventQuery(max: number) {
  return z.strictObject({
    after: wholeNumber(0, max)
      .optional()
      .meta({ description: 'the id of the last event already seen; as a header: `Last-Event-ID`' }),
    limit: wholeNumber(1, 100).default(100).meta({ description: 'of a list; a stream has no end' }),
    cursor: z.string().max(2000).optional().meta({ description: 'nextCursor of the page before' }),
  });
}

const STREAM =
  'With `Accept: text/event-stream` a stream: `id` and `event` are the id and the type of the event, `data` is the event. ' +
  '`Last-Event-ID` (or `after`) resumes exactly behind that event; a comment comes at least every 15 seconds.';

const responses = {
  200: { json: pageOfItems(RunEvent), events: 'what happens, as it happens' },
} as const;
/** A stream that is over does not begin again: 204 tells clients to stay away. */
const endingResponses = { ...responses, 204: null };

export const eventRoutes: Route[] = [
  defineRoute({
    method: 'GET',
    path: '/api/install-runs/{id}/events',
    role: 'viewer',
    tag: 'install runs',
    summary: 'What happens in a run, in order',
    description: `${STREAM} It ends after the last event of the run; whoever resumes behind that is answered 204.`,
    params: IdParams,
    query: eventQuery(MAX_SEQ),
    responses: endingResponses,
    problems: [429],
    async handle({ ctx, params, query, headers, url }) {
      const { after = 0, limit, cursor } = query;
      if (!wantsStream(headers))
        return listed(url, await listRunEvents(ctx, params.id, { after, limit, cursor }));
      const follow = await followRun(ctx, params.id, lastEventId(headers, MAX_SEQ) ?? after);
      return follow.isOver ? { status: 204 } : { status: 200, follow };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/install-batches/{id}/events',
    role: 'viewer',
    tag: 'install runs',
    summary: 'What happens in the runs of a batch, in one order',
    description: `${STREAM} The id counts the events of the batch. It ends when every run has ended; whoever resumes behind that is answered 204.`,
    params: IdParams,
    query: eventQuery(MAX_SEQ),
    responses: endingResponses,
    problems: [429],
    async handle({ ctx, params, query, headers, url }) {
      const { after = 0, limit, cursor } = query;
      if (!wantsStream(headers))
        return listed(url, await listBatchEvents(ctx, params.id, { after, limit, cursor }));
      const follow = await followBatch(ctx, params.id, lastEventId(headers, MAX_SEQ) ?? after);
      return follow.isOver ? { status: 204 } : { status: 200, follow };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/events',
    role: 'viewer',
    tag: 'install runs',
    summary: 'What happens in all runs, in one order',
    description: `${STREAM} The id is a position and has gaps. A stream begins with what happens from now on, a list with the oldest event, unless told otherwise.`,
    query: eventQuery(MAX_POSITION),
    responses,
    problems: [429],
    async handle({ ctx, query, headers, url }) {
      const { after = null, limit, cursor } = query;
      if (!wantsStream(headers))
        return listed(url, await listEvents(ctx, { after: after ?? 0, limit, cursor }));
      const follow = await followEverything(ctx, lastEventId(headers, MAX_POSITION) ?? after);
      return { status: 200, follow };
    },
  }),
];

function listed(url: string, page: Parameters<typeof pageAnswer>[1]): RouteAnswer {
  const answer = pageAnswer(url, page);
  return { ...answer, headers: { ...answer.headers, vary: 'Accept' } };
}

function wantsStream(headers: Readonly<Record<string, string | undefined>>): boolean {
  return (headers['accept'] ?? '')
    .split(',')
    .some((range) => /^\s*text\/event-stream\s*(;(?!\s*q=0(\.0*)?\s*$).*)?$/i.test(range));
}

/** Null without the header. Throws `bad_request:api` when it is no id that a stream has. */
function lastEventId(headers: Readonly<Record<string, string | undefined>>, max: number): number | null {
  const header = headers['last-event-id'];
  if (header === undefined || header === '') return null;
  if (/^\d{1,16}$/.test(header) && Number(header) <= max) return Number(header);
  throw new AppError('bad_request:api', 'The Last-Event-ID is not valid', {
    issues: [{ path: '/headers/last-event-id', message: 'must be the id of an event of this stream' }],
  });
}
