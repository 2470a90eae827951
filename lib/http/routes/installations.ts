/** What is installed where, over all providers. */
import { listInstallations } from '../../connections/read-connections.ts';
import { Installation, InstallationFilter } from '../../connections/schema.ts';
import { ListQuery, pageAnswer, pageOfItems } from '../respond.ts';
import { defineRoute, type Route } from '../route.ts';

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
];
