/** The route table: which routes a process serves. */
import type { Route } from '../route.ts';
import { alertRoutes } from './alerts.ts';
import { auditLogRoutes } from './audit-logs.ts';
import { chatOpsRoutes } from './chat-ops.ts';
import { chatSurfaceRoutes } from './chat-surfaces.ts';
import { eventRoutes } from './events.ts';
import { installRunRoutes } from './install-runs.ts';
import { installationRoutes } from './installations.ts';
import { keyRoutes } from './keys.ts';
import { operationRoutes, type Readiness } from './operations.ts';
import { providerRoutes } from './providers.ts';
import { skillScanRoutes } from './skill-scans.ts';
import { versionFileRoutes } from './version-files.ts';
import { skillImportRoutes } from './skill-imports.ts';
import { skillVersionRoutes } from './skill-versions.ts';
import { skillRoutes } from './skills.ts';

export type { Readiness } from './operations.ts';

/** A process that only works on runs serves nothing but its health. */
export function routesFor(role: 'all' | 'api' | 'worker', readiness: Readiness): Route[] {
  const operations = operationRoutes(readiness);
  if (role === 'worker') return operations;
  return [
    ...operations,
    ...keyRoutes,
    ...skillRoutes,
    ...skillImportRoutes,
    ...skillVersionRoutes,
    ...skillScanRoutes,
    ...versionFileRoutes,
    ...providerRoutes,
    ...installationRoutes,
    ...installRunRoutes,
    ...eventRoutes,
    ...chatOpsRoutes,
    ...chatSurfaceRoutes,
    ...alertRoutes,
    ...auditLogRoutes,
  ];
}
