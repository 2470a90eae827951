/** Chat products: the doors they knock at, and who may come in by them. */
import { z } from 'zod';
import { receiveFromSurface } from '../../chatops/surfaces/receive.ts';
import { SURFACES } from '../../chatops/surfaces/surfaces.ts';
import { ChatUser, CreateChatUser } from '../../chatops/surfaces/user-schema.ts';
import { createChatUser, deleteChatUser, listChatUsers } from '../../chatops/surfaces/users.ts';
import { ListQuery, pageAnswer, pageOfItems } from '../respond.ts';
import { defineRoute, type Route } from '../route.ts';

const tag = 'chat';
const USERS = '/api/chat-ops/users';
const SurfaceAnswer = z.looseObject({}).meta({ description: 'as the chat product wants it' });

export const chatSurfaceRoutes: Route[] = [
  ...SURFACES.map((surface) =>
    defineRoute({
      method: 'POST',
      path: `/api/chat-ops/${surface.name}`,
      role: 'open',
      isSigned: true,
      tag,
      summary: `Commands, mentions and buttons of ${surface.name}`,
      description: `For ${surface.name} alone: every request is signed. Answers 404 until ${surface.settings} is set.`,
      responses: { 200: SurfaceAnswer },
      handle: async ({ ctx, headers, signedBody }) => ({
        status: 200,
        body: await receiveFromSurface(ctx, surface, { headers, body: signedBody }),
      }),
    }),
  ),
  defineRoute({
    method: 'POST',
    path: USERS,
    role: 'admin',
    tag,
    summary: 'Let somebody of a chat product in',
    description: 'They act with this role and under this name; whoever is not let in is refused.',
    body: CreateChatUser,
    responses: { 201: ChatUser },
    handle: async ({ ctx, body }) => ({ status: 201, body: await createChatUser(ctx, body) }),
  }),
  defineRoute({
    method: 'GET',
    path: USERS,
    role: 'admin',
    tag,
    summary: 'List who was let in, newest first',
    query: ListQuery,
    responses: { 200: pageOfItems(ChatUser) },
    handle: async ({ ctx, query, url }) =>
      pageAnswer(url, await listChatUsers(ctx, { limit: query.limit, cursor: query.cursor })),
  }),
  defineRoute({
    method: 'DELETE',
    path: `${USERS}/{id}`,
    role: 'admin',
    tag,
    summary: 'Let them in no more',
    params: z.object({ id: z.string() }),
    responses: { 204: null },
    async handle({ ctx, params }) {
      await deleteChatUser(ctx, params.id);
      return { status: 204 };
    },
  }),
];
