/** Contexts for tests: a real database, the system clock, a silent log. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEgress, type Fetch } from '../../lib/kernel/egress.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import type { Context, DatabaseHandle, Principal, Role } from '../../lib/kernel/context.ts';
import { createLog, type Log } from '../../lib/kernel/log.ts';
import { createMetrics } from '../../lib/kernel/metrics.ts';
import { createNoteSigner } from '../../lib/kernel/note-signer.ts';
import { createSecretBox } from '../../lib/kernel/secret-box.ts';
import type { SkillScanner } from '../../lib/skills/scan/skill-scanner.ts';
import { wordScanner } from './word-scanner.ts';
import { readSettings, type Settings } from '../../lib/kernel/settings.ts';
import { noTracing } from '../../lib/kernel/tracing.ts';

export const TEST_ENCRYPTION_KEY = Buffer.alloc(32, 7);

export interface TestContextOptions {
  readonly role?: Role;
  readonly settings?: Partial<Settings>;
  readonly egress?: Fetch;
  readonly scanner?: SkillScanner;
  readonly log?: Log;
  /** Newest first. */
  readonly encryptionKeys?: readonly Buffer[];
}

export function testContext(db: DatabaseHandle, options: TestContextOptions = {}): Context {
  const settings: Settings = {
    ...readSettings({ LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent', ALLOWED_HOSTS: '127.0.0.1' }),
    rateLimitPerMinute: null,
    auditAnchorFile: join(anchorFolder(), `${randomUUID()}.jsonl`),
    ...options.settings,
  };
  const encryptionKeys = options.encryptionKeys ?? [TEST_ENCRYPTION_KEY];
  return {
    settings,
    db,
    clock: systemClock,
    log: options.log ?? createLog(settings.logLevel),
    metrics: createMetrics(),
    tracing: noTracing,
    secretBox: createSecretBox(encryptionKeys),
    noteSigner: createNoteSigner(encryptionKeys),
    scanner: options.scanner ?? wordScanner('none', {}),
    egress: options.egress ?? createEgress({ allowedHosts: settings.allowedHosts }),
    principal: testPrincipal(options.role ?? 'admin'),
    source: 'api',
    requestId: null,
  };
}

export function testPrincipal(role: Role): Principal {
  return { type: 'api_key', id: `key_of_${role}`, name: `test ${role}`, role };
}

/** The context of a worker: the program acting on its own account. */
export function workerContext(ctx: Context): Context {
  return {
    ...ctx,
    principal: { type: 'system', id: 'worker', name: 'worker', role: 'system' },
    source: 'worker',
  };
}

let anchors: string | null = null;

/** One folder a test process, gone with it. */
function anchorFolder(): string {
  if (anchors === null) {
    const folder = mkdtempSync(join(tmpdir(), 'skillconvoy-anchors-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    anchors = folder;
  }
  return anchors;
}
