/** API keys, and who one is. */
import { z } from 'zod';
import { createKey } from '../../keys/create-key.ts';
import { listKeys } from '../../keys/list-keys.ts';
import { revokeKey } from '../../keys/revoke-key.ts';
import { rotateKey } from '../../keys/rotate-key.ts';
import { CreatedKey, CreateKey, Key, Me, RotateKey } from '../../keys/schema.ts';
import { ListQuery, pageAnswer, pageOfItems } from '../respond.ts';
import { defineRoute, type Route } from '../route.ts';

export const keyRoutes: Route[] = [
  defineRoute({
    method: 'GET',
    path: '/api/me',
    role: 'viewer',
    tag: 'keys',
    summary: 'Who am I?',
    responses: { 200: Me },
    handle: async ({ ctx }) => {
      const { type, id, name, role } = ctx.principal;
      return { status: 200, body: { type, id, name, role } };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/keys',
    role: 'admin',
    tag: 'keys',
    summary: 'Make an API key',
    description: 'The answer holds the key, this once.',
    body: CreateKey,
    responses: { 201: CreatedKey },
    handle: async ({ ctx, body }) => ({
      status: 201,
      body: await createKey(ctx, body),
      headers: { 'cache-control': 'no-store' },
    }),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/keys',
    role: 'admin',
    tag: 'keys',
    summary: 'List API keys',
    query: ListQuery,
    responses: { 200: pageOfItems(Key) },
    handle: async ({ ctx, query, url }) =>
      pageAnswer(url, await listKeys(ctx, { limit: query.limit, cursor: query.cursor })),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/keys/{id}/rotate',
    role: 'admin',
    tag: 'keys',
    summary: 'Make a key in the place of this one, which goes on for a while',
    params: z.object({ id: z.string() }),
    body: RotateKey,
    responses: { 201: CreatedKey },
    handle: async ({ ctx, params, body }) => ({
      status: 201,
      body: await rotateKey(ctx, params.id, body),
      headers: { 'cache-control': 'no-store' },
    }),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/keys/{id}',
    role: 'admin',
    tag: 'keys',
    summary: 'Revoke an API key',
    params: z.object({ id: z.string() }),
    responses: { 204: null },
    async handle({ ctx, params }) {
      await revokeKey(ctx, params.id);
      return { status: 204 };
    },
  }),
];
