/** Alerts: what was raised, where it is sent, and what became of it. */
import { z } from 'zod';
import { createChannel } from '../../alerts/create-channel.ts';
import { listAlerts, listDeliveries } from '../../alerts/read-alerts.ts';
import { listChannels, readChannel } from '../../alerts/read-channels.ts';
import {
  Alert,
  AlertFilter,
  Channel,
  CreateChannel,
  CreatedChannel,
  Delivery,
  DeliveryFilter,
  UpdateChannel,
} from '../../alerts/schema.ts';
import { redeliver, testChannel } from '../../alerts/send-by-hand.ts';
import { deleteChannel, updateChannel } from '../../alerts/update-channel.ts';
import { ListQuery, matches, pageAnswer, pageOfItems, resourceAnswer } from '../respond.ts';
import { defineRoute, type Route } from '../route.ts';

const tag = 'alerts';
const ById = z.object({ id: z.string() });
const CHANNELS = '/api/alerts/channels';

export const alertRoutes: Route[] = [
  defineRoute({
    method: 'GET',
    path: '/api/alerts',
    role: 'operator',
    tag,
    summary: 'What was worth telling, newest first',
    query: ListQuery.extend(AlertFilter.shape),
    responses: { 200: pageOfItems(Alert) },
    async handle({ ctx, query, url }) {
      const { limit, cursor, ...filter } = query;
      return pageAnswer(url, await listAlerts(ctx, { filter, limit, cursor }));
    },
  }),
  defineRoute({
    method: 'POST',
    path: CHANNELS,
    role: 'admin',
    tag,
    summary: 'Be told: by a signed webhook or in Slack',
    description:
      'Webhooks are signed by Standard Webhooks; the answer holds the secret, this once. `POST …/test` tries the channel out.',
    body: CreateChannel,
    responses: { 201: CreatedChannel },
    handle: async ({ ctx, body }) => ({
      status: 201,
      body: await createChannel(ctx, body),
      headers: { 'cache-control': 'no-store' },
    }),
  }),
  defineRoute({
    method: 'GET',
    path: CHANNELS,
    role: 'admin',
    tag,
    summary: 'List alert channels, newest first',
    query: ListQuery,
    responses: { 200: pageOfItems(Channel) },
    handle: async ({ ctx, query, url }) =>
      pageAnswer(url, await listChannels(ctx, { limit: query.limit, cursor: query.cursor })),
  }),
  defineRoute({
    method: 'GET',
    path: `${CHANNELS}/{id}`,
    role: 'admin',
    tag,
    summary: 'Read an alert channel',
    params: ById,
    responses: { 200: Channel, 304: null },
    handle: async ({ ctx, params, headers }) => resourceAnswer(await readChannel(ctx, params.id), headers),
  }),
  defineRoute({
    method: 'PATCH',
    path: `${CHANNELS}/{id}`,
    role: 'admin',
    tag,
    summary: 'Change an alert channel, or switch it off or on',
    params: ById,
    body: UpdateChannel,
    responses: { 200: Channel },
    handle: async ({ ctx, params, body, headers }) => ({
      status: 200,
      body: await updateChannel(ctx, params.id, body, matches(headers['if-match'])),
    }),
  }),
  defineRoute({
    method: 'DELETE',
    path: `${CHANNELS}/{id}`,
    role: 'admin',
    tag,
    summary: 'Take an alert channel away, with the log of its deliveries',
    params: ById,
    responses: { 204: null },
    async handle({ ctx, params }) {
      await deleteChannel(ctx, params.id);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'POST',
    path: `${CHANNELS}/{id}/test`,
    role: 'admin',
    tag,
    summary: 'Send a test now, once, and see what is answered',
    params: ById,
    responses: { 200: Delivery },
    handle: async ({ ctx, params }) => ({ status: 200, body: await testChannel(ctx, params.id) }),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/alerts/deliveries',
    role: 'admin',
    tag,
    summary: 'What was sent and answered, newest first',
    query: ListQuery.extend(DeliveryFilter.shape),
    responses: { 200: pageOfItems(Delivery) },
    async handle({ ctx, query, url }) {
      const { limit, cursor, ...filter } = query;
      return pageAnswer(url, await listDeliveries(ctx, { filter, limit, cursor }));
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/alerts/deliveries/{id}/redeliver',
    role: 'admin',
    tag,
    summary: 'Send the same message once more, with the same id',
    params: ById,
    responses: { 202: Delivery },
    handle: async ({ ctx, params }) => ({ status: 202, body: await redeliver(ctx, params.id) }),
  }),
];
