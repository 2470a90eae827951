/** The audit log. */
import { listAuditLogs } from '../../audit/read-audit.ts';
import { AuditLog, AuditLogFilter } from '../../audit/schema.ts';
import { ListQuery, pageAnswer, pageOfItems } from '../respond.ts';
import { defineRoute, type Route } from '../route.ts';

export const auditLogRoutes: Route[] = [
  defineRoute({
    method: 'GET',
    path: '/api/audit-logs',
    role: 'auditor',
    tag: 'audit',
    summary: 'Who did what, newest first',
    query: ListQuery.extend(AuditLogFilter.shape),
    responses: { 200: pageOfItems(AuditLog) },
    async handle({ ctx, query, url }) {
      const { limit, cursor, ...filter } = query;
      return pageAnswer(url, await listAuditLogs(ctx, { filter, limit, cursor }));
    },
  }),
];
