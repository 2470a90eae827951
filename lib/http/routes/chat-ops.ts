/** Chat messages: the JSON door. */
import { handleMessage } from '../../chatops/handle-message.ts';
import { listChatActions } from '../../chatops/list-chat-actions.ts';
import { ChatAction, ChatAnswer, ChatMessage } from '../../chatops/schema.ts';
import { ListQuery, pageAnswer, pageOfItems } from '../respond.ts';
import { defineRoute, type Route } from '../route.ts';

export const chatOpsRoutes: Route[] = [
  defineRoute({
    method: 'POST',
    path: '/api/chat-ops',
    role: 'viewer',
    tag: 'chat',
    summary: 'Ask for something in plain English or Korean',
    description: 'Answers 200 whether or not the message is accepted; with `dryRun` nothing is done.',
    body: ChatMessage,
    responses: { 200: ChatAnswer },
    handle: async ({ ctx, body }) => ({ status: 200, body: await handleMessage(ctx, body) }),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/chat-ops',
    role: 'viewer',
    tag: 'chat',
    summary: 'List what was asked in chat, newest first',
    query: ListQuery,
    responses: { 200: pageOfItems(ChatAction) },
    handle: async ({ ctx, query, url }) =>
      pageAnswer(url, await listChatActions(ctx, { limit: query.limit, cursor: query.cursor })),
  }),
];
