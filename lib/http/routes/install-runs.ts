/** Install runs and the batches they were asked for in. */
import { z } from 'zod';
import { AppError } from '../../kernel/errors.ts';
import { cancelBatch, cancelRun } from '../../runs/cancel-run.ts';
import { createRuns, dryRun } from '../../runs/create-runs.ts';
import { getBatch, getRun, listRuns } from '../../runs/read-runs.ts';
import { retryBatch, retryRun } from '../../runs/retry-runs.ts';
import { Batch, CreatedRuns, CreateRuns, Plan, Run, RunFilter } from '../../runs/schema.ts';
import { isTerminal } from '../../runs/states.ts';
import { heldAnswer } from '../long-poll.ts';
import { ListQuery, pageAnswer, pageOfItems } from '../respond.ts';
import { defineRoute, type Route } from '../route.ts';

const IdParams = z.object({ id: z.string().min(1).max(100) });

const WAIT =
  '`Prefer: wait=N` holds the answer back, 30 seconds at most, until it changes; with `If-None-Match` until it is another than that.';

const KEYED = 'An `Idempotency-Key` header makes it safe to send again.';

export const installRunRoutes: Route[] = [
  defineRoute({
    method: 'POST',
    path: '/api/install-runs',
    role: 'operator',
    tag: 'install runs',
    summary: 'Install skills into providers, or take them out',
    description:
      'One run for each skill and provider; workers do them. An `Idempotency-Key` header makes it safe to send again. With `dryRun` the answer is the plan.',
    body: CreateRuns,
    responses: { 200: Plan, 202: CreatedRuns },
    // Of a repository in which an unknown ref is looked up.
    problems: [502, 504],
    async handle({ ctx, body, headers }) {
      if (body.dryRun) return { status: 200, body: await dryRun(ctx, body) };
      return madeAnswer(await createRuns(ctx, body, idempotencyKey(headers['idempotency-key'])));
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/install-runs',
    role: 'viewer',
    tag: 'install runs',
    summary: 'List runs, newest first',
    query: ListQuery.extend(RunFilter.shape),
    responses: { 200: pageOfItems(Run) },
    // A filter that names what is not there.
    problems: [404],
    async handle({ ctx, query, url }) {
      const { limit, cursor, ...filter } = query;
      return pageAnswer(url, await listRuns(ctx, { filter, limit, cursor }));
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/install-runs/{id}',
    role: 'viewer',
    tag: 'install runs',
    summary: 'Read a run',
    description: WAIT,
    params: IdParams,
    responses: { 200: Run, 304: null },
    handle: async ({ ctx, params, ...request }) =>
      await heldAnswer({
        ...request,
        read: async () => await getRun(ctx, params.id),
        topicOf: ({ id, status }) =>
          isTerminal(status) ? null : { key: `wait ${id}`, runIds: [id], when: 'visible' },
      }),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/install-runs/{id}/cancel',
    role: 'operator',
    tag: 'install runs',
    summary: 'Cancel a run',
    description: 'Works in every state and may be repeated; a finished run is answered as it is.',
    params: IdParams,
    responses: { 200: Run },
    handle: async ({ ctx, params }) => ({ status: 200, body: await cancelRun(ctx, params.id) }),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/install-runs/{id}/retry',
    role: 'operator',
    tag: 'install runs',
    summary: 'Do a failed run again',
    description: `A new run of the same action, version and target that names this one in \`retryOf\` and does not wait behind a backlog. ${KEYED}`,
    params: IdParams,
    responses: { 202: CreatedRuns },
    handle: async ({ ctx, params, headers }) =>
      madeAnswer(await retryRun(ctx, params.id, idempotencyKey(headers['idempotency-key']))),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/install-batches/{id}/cancel',
    role: 'operator',
    tag: 'install runs',
    summary: 'Cancel all runs of a batch',
    description: 'Works in every state and may be repeated; finished runs stay as they are.',
    params: IdParams,
    responses: { 200: Batch },
    handle: async ({ ctx, params }) => ({ status: 200, body: await cancelBatch(ctx, params.id) }),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/install-batches/{id}/retry',
    role: 'operator',
    tag: 'install runs',
    summary: 'Do the failed runs of a batch again',
    description: `Failed and partly failed targets only, in the same version. ${KEYED}`,
    params: IdParams,
    responses: { 202: CreatedRuns },
    handle: async ({ ctx, params, headers }) =>
      madeAnswer(await retryBatch(ctx, params.id, idempotencyKey(headers['idempotency-key']))),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/install-batches/{id}',
    role: 'viewer',
    tag: 'install runs',
    summary: 'Read a batch with all its runs',
    description: WAIT,
    params: IdParams,
    responses: { 200: Batch, 304: null },
    handle: async ({ ctx, params, ...request }) =>
      await heldAnswer({
        ...request,
        read: async () => await getBatch(ctx, params.id),
        topicOf: ({ id, runs, runIds }) =>
          runs.every(({ status }) => isTerminal(status))
            ? null
            : { key: `wait ${id}`, runIds, when: 'visible' },
      }),
  }),
];

function madeAnswer({ created, isReplay }: { created: CreatedRuns; isReplay: boolean }) {
  return {
    status: 202 as const,
    body: created,
    headers: {
      location: `/api/install-batches/${created.batchId}`,
      ...(isReplay && { 'idempotency-replayed': 'true' }),
    },
  };
}

/** Bare or quoted. Throws `bad_request:api` when it is neither. */
function idempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  const key = /^"(.*)"$/.exec(header.trim())?.[1] ?? header.trim();
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new AppError('bad_request:api', 'The Idempotency-Key is not valid', {
    issues: [{ path: '/headers/idempotency-key', message: 'must be 1 to 255 visible ASCII characters' }],
  });
}
