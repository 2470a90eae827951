/** Provider connections and what is installed in them. */
import { z } from 'zod';
import { createConnection } from '../../connections/create-connection.ts';
import { deleteConnection } from '../../connections/delete-connection.ts';
import {
  getConnection,
  listChecks,
  listConnections,
  listInstallations,
} from '../../connections/read-connections.ts';
import {
  Connection,
  ConnectionCheck,
  ConnectionFilter,
  CreateConnection,
  Installation,
  UpdateConnection,
} from '../../connections/schema.ts';
import { getSync, requestSync } from '../../connections/request-sync.ts';
import { ConnectionSync } from '../../connections/sync-schema.ts';
import { updateConnection } from '../../connections/update-connection.ts';
import { verifyConnection } from '../../connections/verify-connection.ts';
import { etagOf, ListQuery, matches, pageAnswer, pageOfItems, resourceAnswer } from '../respond.ts';
import { defineRoute, type Route } from '../route.ts';

const ProviderParams = z.object({ provider: z.string().min(1).max(200) });
const DeleteQuery = z.strictObject({ force: z.enum(['true', 'false']).default('false') });

export const providerRoutes: Route[] = [
  defineRoute({
    method: 'POST',
    path: '/api/providers',
    role: 'admin',
    tag: 'providers',
    summary: 'Connect a provider account',
    description:
      'The connection is verified at once. When the provider refuses, it is stored with the reason and status `error`.',
    body: CreateConnection,
    responses: { 201: Connection },
    async handle({ ctx, body }) {
      const connection = await createConnection(ctx, body);
      return {
        status: 201,
        body: connection,
        headers: { location: `/api/providers/${connection.id}`, etag: etagOf(connection) },
      };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/providers',
    role: 'viewer',
    tag: 'providers',
    summary: 'List providers',
    query: ListQuery.extend(ConnectionFilter.shape),
    responses: { 200: pageOfItems(Connection) },
    async handle({ ctx, query, url }) {
      const { limit, cursor, ...filter } = query;
      return pageAnswer(url, await listConnections(ctx, { filter, limit, cursor }));
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/providers/{provider}',
    role: 'viewer',
    tag: 'providers',
    summary: 'Read a provider',
    params: ProviderParams,
    responses: { 200: Connection, 304: null },
    handle: async ({ ctx, params, headers }) =>
      resourceAnswer(await getConnection(ctx, params.provider), headers),
  }),
  defineRoute({
    method: 'PATCH',
    path: '/api/providers/{provider}',
    role: 'admin',
    tag: 'providers',
    summary: 'Change a provider',
    description:
      'New credentials, a new address, or `"status":"active"` verify it again. What does not work never replaces what does: then the answer is 502 with the provider\'s reason. Honours If-Match.',
    params: ProviderParams,
    body: UpdateConnection,
    responses: { 200: Connection },
    problems: [502],
    async handle({ ctx, params, body, headers }) {
      const connection = await updateConnection(ctx, params.provider, body, matches(headers['if-match']));
      return { status: 200, body: connection, headers: { etag: etagOf(connection) } };
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/providers/{provider}',
    role: 'admin',
    tag: 'providers',
    summary: 'Delete a provider that holds no skills',
    description:
      'Refused with 409 while skills are installed there or runs are at work there: `skills` and `runIds` name them. `force=true` forgets what is installed and leaves it at the provider, which is never asked; runs at work are waited for all the same. The credentials are erased and the slug can be used again; runs and audit rows stay.',
    params: ProviderParams,
    query: DeleteQuery,
    responses: { 204: null },
    async handle({ ctx, params, query }) {
      await deleteConnection(ctx, params.provider, { force: query.force === 'true' });
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/providers/{provider}/verify',
    role: 'admin',
    tag: 'providers',
    summary: 'Verify a provider now',
    params: ProviderParams,
    responses: { 200: Connection },
    handle: async ({ ctx, params }) => ({ status: 200, body: await verifyConnection(ctx, params.provider) }),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/providers/{provider}/checks',
    role: 'viewer',
    tag: 'providers',
    summary: 'What the checks of a provider said, newest first',
    params: ProviderParams,
    query: ListQuery,
    responses: { 200: pageOfItems(ConnectionCheck) },
    handle: async ({ ctx, params, query, url }) =>
      pageAnswer(url, await listChecks(ctx, { ...params, limit: query.limit, cursor: query.cursor })),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/providers/{provider}/installations',
    role: 'viewer',
    tag: 'providers',
    summary: 'What is installed there',
    params: ProviderParams,
    query: ListQuery,
    responses: { 200: pageOfItems(Installation) },
    handle: async ({ ctx, params, query, url }) =>
      pageAnswer(
        url,
        await listInstallations(ctx, { filter: params, limit: query.limit, cursor: query.cursor }),
      ),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/providers/{provider}/sync',
    role: 'operator',
    tag: 'providers',
    summary: 'Compare with what the account really holds',
    description:
      'Only looks. Workers do it: follow `Location`. One that waits already answers for this request too; one at work is followed by another. Active providers are compared every hour anyway.',
    params: ProviderParams,
    responses: { 202: ConnectionSync },
    handle: async ({ ctx, params }) => ({
      status: 202,
      body: await requestSync(ctx, params.provider),
      headers: { location: `/api/providers/${encodeURIComponent(params.provider)}/sync` },
    }),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/providers/{provider}/sync',
    role: 'viewer',
    tag: 'providers',
    summary: 'How the last comparison went',
    params: ProviderParams,
    responses: { 200: ConnectionSync, 304: null },
    handle: async ({ ctx, params, headers }) => resourceAnswer(await getSync(ctx, params.provider), headers),
  }),
];
