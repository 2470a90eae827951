/** Environment variables → frozen Settings, or one readable line saying which variable is wrong. */
import { isIP } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { type OidcSettings, readOidcSettings } from './oidc-settings.ts';
import { SettingsError } from './settings-error.ts';
import { wholeNumber } from './whole-number.ts';

/** For how long what is over is kept; null for ever. */
interface Retention {
  readonly runDays: number | null;
  readonly eventDays: number | null;
  readonly chatDays: number | null;
  /** Of files that no version needs. */
  readonly blobDays: number | null;
  readonly idempotencyKeyHours: number;
}

interface SlackSettings {
  /** Newest first; none switches it off. */
  readonly signingSecrets: readonly string[];
  /** For answers to mentions and direct messages. */
  readonly botToken: string | null;
  readonly apiUrl: string;
}

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly role: 'all' | 'api' | 'worker';
  readonly adminApiKey: string | null;
  readonly oidc: OidcSettings | null;
  /** Base64 keys, newest first; empty = make one in `dataDir` (embedded database only). */
  readonly encryptionKeys: readonly string[];
  /** Names, lower case, under which the server may be asked besides those of this machine. */
  readonly serverNames: readonly string[];
  /** `host` or `host:port`, lower case. */
  readonly allowedHosts: readonly string[];
  readonly workerConcurrency: number;
  readonly runTimeoutMs: number;
  readonly runMaxAttempts: number;
  readonly runLeaseMs: number;
  readonly providerTimeoutMs: number;
  /** Requests of one principal, over all processes; null for any number. */
  readonly rateLimitPerMinute: number | null;
  /** Addresses, or networks, whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** How many event streams one principal may have open in this process. */
  readonly streamsPerPrincipal: number;
  readonly sandbox: 'auto' | 'off';
  readonly logLevel: string;
  /** Whether a collector is named; where, and how it is asked, its client reads for itself. */
  readonly sendsTraces: boolean;
  /** Where checkpoints of the audit log are kept beside the database. */
  readonly retention: Retention;
  readonly auditAnchorFile: string;
  /** Who is asked about chat messages that the grammar does not understand; null for nobody. */
  readonly chatModel: { readonly provider: string; readonly model: string } | null;
  readonly slack: SlackSettings;
  /** Null keeps audit records for ever. */
  readonly auditRetentionDays: number | null;
}

const count = (fallback: number, min: number, max: number) => wholeNumber(min, max).default(fallback);

const list = z
  .string()
  .optional()
  .transform((text) =>
    (text ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );

const collector = z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional();

const days = wholeNumber(1, 36_500);

const Variables = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: count(8787, 0, 65_535),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://')
    .optional(),
  DATA_DIR: z.string().default('./data'),
  ROLE: z.enum(['all', 'api', 'worker']).default('all'),
  ADMIN_API_KEY: z.string().min(32, 'must have 32 characters or more').optional(),
  OIDC_ISSUER: z.url('must be the address that the issuer calls itself').optional(),
  OIDC_AUDIENCE: z.string().optional(),
  OIDC_ROLES_CLAIM: z.string().default('roles'),
  OIDC_ROLE_NAMES: list,
  ENCRYPTION_KEY: list.refine(
    (keys) => keys.every((key) => Buffer.from(key, 'base64').length === 32),
    'each key must be 32 bytes in base64 (make one with: openssl rand -base64 32)',
  ),
  SERVER_NAMES: list.transform((names) => names.map((name) => name.toLowerCase())),
  ALLOWED_HOSTS: list.transform((hosts) => hosts.map((host) => host.toLowerCase())),
  WORKER_CONCURRENCY: count(32, 1, 1000),
  RUN_TIMEOUT_MS: count(120_000, 1000, 3_600_000),
  RUN_MAX_ATTEMPTS: count(5, 1, 100),
  RUN_LEASE_MS: count(30_000, 1000, 600_000),
  PROVIDER_TIMEOUT_MS: count(30_000, 100, 600_000),
  RATE_LIMIT_PER_MINUTE: count(6000, 0, 100_000_000),
  TRUSTED_PROXIES: list.refine(
    (networks) => networks.every((network) => isNetwork(network)),
    'each must be an address or a network such as 10.0.0.0/8',
  ),
  STREAMS_PER_PRINCIPAL: count(6000, 1, 1_000_000),
  SANDBOX: z.enum(['auto', 'off']).default('auto'),
  AUDIT_ANCHOR_FILE: z.string().optional(),
  CHAT_MODEL: z
    .string()
    .regex(
      /^[a-z0-9-]{1,64}\/[\w.:@/-]{1,128}$/,
      'must be the slug of a provider, a slash, and the name of its model',
    )
    .optional(),
  SLACK_SIGNING_SECRET: list,
  SLACK_BOT_TOKEN: z.string().optional(),
  SLACK_API_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .default('https://slack.com/api'),
  AUDIT_RETENTION_DAYS: days.optional(),
  RUN_RETENTION_DAYS: days.optional(),
  EVENT_RETENTION_DAYS: days.optional(),
  CHAT_RETENTION_DAYS: days.optional(),
  BLOB_RETENTION_DAYS: days.default(7),
  IDEMPOTENCY_KEY_HOURS: count(24, 1, 8760),
  OTEL_EXPORTER_OTLP_ENDPOINT: collector,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    bits > 0 &&
    rest.length === 0 &&
    (prefix === undefined || (/^\d+$/.test(prefix) && Number(prefix) <= bits))
  );
}

/** Reads the environment. Empty variables count as unset. Throws SettingsError naming every bad variable. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Variables.safeParse(present);
  if (!parsed.success) {
    throw new SettingsError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
    );
  }
  const read = parsed.data;
  if (read.DATABASE_URL === undefined && read.ROLE !== 'all') {
    throw new SettingsError(
      `ROLE: ${read.ROLE} needs DATABASE_URL; the embedded database serves one process`,
    );
  }
  if (read.DATABASE_URL !== undefined && read.ENCRYPTION_KEY.length === 0) {
    throw new SettingsError(
      'ENCRYPTION_KEY: required with DATABASE_URL (make one with: openssl rand -base64 32)',
    );
  }
  return Object.freeze({
    host: read.HOST,
    port: read.PORT,
    databaseUrl: read.DATABASE_URL ?? null,
    dataDir: read.DATA_DIR,
    role: read.ROLE,
    adminApiKey: read.ADMIN_API_KEY ?? null,
    oidc: readOidcSettings(read),
    encryptionKeys: read.ENCRYPTION_KEY,
    serverNames: read.SERVER_NAMES,
    allowedHosts: read.ALLOWED_HOSTS,
    workerConcurrency: read.WORKER_CONCURRENCY,
    runTimeoutMs: read.RUN_TIMEOUT_MS,
    runMaxAttempts: read.RUN_MAX_ATTEMPTS,
    runLeaseMs: read.RUN_LEASE_MS,
    providerTimeoutMs: Math.min(read.PROVIDER_TIMEOUT_MS, Math.floor(read.RUN_TIMEOUT_MS / 4)),
    rateLimitPerMinute: read.RATE_LIMIT_PER_MINUTE === 0 ? null : read.RATE_LIMIT_PER_MINUTE,
    trustedProxies: read.TRUSTED_PROXIES,
    streamsPerPrincipal: read.STREAMS_PER_PRINCIPAL,
    sandbox: read.SANDBOX,
    logLevel: read.LOG_LEVEL,
    sendsTraces:
      read.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined || read.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== undefined,
    chatModel: chatModelOf(read.CHAT_MODEL),
    retention: {
      runDays: read.RUN_RETENTION_DAYS ?? null,
      eventDays: read.EVENT_RETENTION_DAYS ?? null,
      chatDays: read.CHAT_RETENTION_DAYS ?? null,
      blobDays: read.BLOB_RETENTION_DAYS,
      idempotencyKeyHours: read.IDEMPOTENCY_KEY_HOURS,
    },
    slack: {
      signingSecrets: read.SLACK_SIGNING_SECRET,
      botToken: read.SLACK_BOT_TOKEN ?? null,
      apiUrl: read.SLACK_API_URL.replace(/\/+$/, ''),
    },
    auditAnchorFile: read.AUDIT_ANCHOR_FILE ?? join(read.DATA_DIR, 'audit-checkpoints.jsonl'),
    auditRetentionDays: read.AUDIT_RETENTION_DAYS ?? null,
  });
}

function chatModelOf(setting: string | undefined): Settings['chatModel'] {
  if (setting === undefined) return null;
  const slash = setting.indexOf('/');
  return { provider: setting.slice(0, slash), model: setting.slice(slash + 1) };
}
