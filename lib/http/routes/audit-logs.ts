/** The audit log. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { checkAuditLog } from '../../alerts/check-audit.ts';
import { exportAuditLog } from '../../audit/export-audit.ts';
import { proveRecord } from '../../audit/prove-record.ts';
import { listAuditLogs } from '../../audit/read-audit.ts';
import { AuditLog, AuditLogFilter, AuditProof, AuditVerification } from '../../audit/schema.ts';
import { ListQuery, pageAnswer, pageOfItems } from '../respond.ts';
import { defineRoute, type Route } from '../route.ts';

const NDJSON = 'application/x-ndjson';

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
  defineRoute({
    method: 'GET',
    path: '/api/audit-logs/verify',
    role: 'auditor',
    tag: 'audit',
    summary: 'Whether anybody changed, removed, added, moved or rewrote a record',
    description:
      'Reads the whole log: computes every hash anew and compares with the signed checkpoints, those in the file outside of the database included.',
    responses: { 200: AuditVerification },
    async handle({ ctx }) {
      return { status: 200, body: await checkAuditLog(ctx) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/audit-logs/export',
    role: 'auditor',
    tag: 'audit',
    summary: 'Everything that matches, oldest first, as lines of CloudEvents 1.0',
    query: AuditLogFilter,
    responses: { 200: { contentType: NDJSON, description: 'one event a line' } },
    async handle({ ctx, query }) {
      const lines = await exportAuditLog(ctx, query);
      return { status: 200, body: Readable.from(lines), headers: { 'content-type': NDJSON } };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/audit-logs/{id}/proof',
    role: 'auditor',
    tag: 'audit',
    summary: 'That a record is in the signed log, for somebody who cannot ask this server',
    params: z.object({ id: z.string() }),
    responses: { 200: AuditProof },
    async handle({ ctx, params }) {
      return { status: 200, body: await proveRecord(ctx, params.id) };
    },
  }),
];
