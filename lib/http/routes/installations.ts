/** What is installed where, over all providers. */
import { z } from 'zod';
import { adoptInstallation } from '../../connections/adopt-installation.ts';
import { listInstallations } from '../../connections/read-connections.ts';
import { AdoptInstallation, Installation, InstallationFilter } from '../../connections/schema.ts';
import { repairInstallation } from '../../runs/repair-installation.ts';
import { CreatedRuns } from '../../runs/schema.ts';
import { ListQuery, pageAnswer, pageOfItems } from '../respond.ts';
import { defineRoute, type Route } from '../route.ts';

const IdParams = z.object({ id: z.string().min(1).max(100) });

export const installationRoutes: Route[] = [
  defineRoute({
    method: 'GET',
    path: '/api/installations',
    role: 'viewer',
    tag: 'installations',
    summary: 'Where is a skill, and what drifted?',
    query: ListQuery.extend(InstallationFilter.shape),
    responses: { 200: pageOfItems(Installation) },
    // A filter may name a skill or a provider that is not there.
    problems: [404],
    async handle({ ctx, query, url }) {
      const { limit, cursor, ...filter } = query;
      return pageAnswer(url, await listInstallations(ctx, { filter, limit, cursor }));
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/installations/{id}/adopt',
    role: 'operator',
    tag: 'installations',
    summary: 'Take what others put there under management',
    description:
      'Its content decides which version it is. Other content than any version of the named skill counts as `modified`; nothing changes at the provider.',
    params: IdParams,
    body: AdoptInstallation,
    responses: { 200: Installation },
    problems: [502],
    handle: async ({ ctx, params, body }) => ({
      status: 200,
      body: await adoptInstallation(ctx, params.id, body),
    }),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/installations/{id}/repair',
    role: 'operator',
    tag: 'installations',
    summary: 'Install again what drifted',
    description:
      'A run as `POST /api/install-runs` makes it: of the recorded version, of the latest for what is outdated. What is in sync or unmanaged is a 409.',
    params: IdParams,
    responses: { 202: CreatedRuns },
    async handle({ ctx, params }) {
      const created = await repairInstallation(ctx, params.id);
      return {
        status: 202,
        body: created,
        headers: { location: `/api/install-batches/${created.batchId}` },
      };
    },
  }),
];
