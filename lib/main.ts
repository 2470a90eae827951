/** Starts the process: settings → database → server and worker by ROLE → signals; the only place that wires. */
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { hostname } from 'node:os';
import closeWithGrace from 'close-with-grace';
import { ensureSandboxConnections, hasSandbox, SANDBOX_HOST, SANDBOX_KEY } from './connections/sandbox.ts';
import { deliveryWorkload } from './alerts/deliver.ts';
import { watchWorkload } from './alerts/watch-audit.ts';
import { chatWorkload } from './chatops/surfaces/answer-jobs.ts';
import { syncWorkload } from './connections/run-syncs.ts';
import { sandboxStore } from './connections/sandbox-store.ts';
import { describeRewrapped } from './connections/describe-rewrapped.ts';
import { rewrapSecrets } from './connections/rewrap-secrets.ts';
import { checkEncryptionKeys } from './connections/check-encryption-keys.ts';
import { sealWorkload } from './audit/seal-workload.ts';
import { type Database, openDatabase } from './db/database.ts';
import { isRefusedByDatabase } from './db/errors.ts';
import { FolderInUseError } from './db/folder-lock.ts';
import { migrate, MigrationError } from './db/migrate.ts';
import { examine } from './doctor/examine.ts';
import { routesFor } from './http/routes/index.ts';
import { createServer } from './http/server.ts';
import { type Jobs, startJobs } from './jobs/jobs.ts';
import { startWorking } from './jobs/workload.ts';
import { systemClock } from './kernel/clock.ts';
import type { Context, Environment } from './kernel/context.ts';
import { createEgress, type InProcessHost } from './kernel/egress.ts';
import { loadEncryptionKeys } from './kernel/encryption-keys.ts';
import { AppError } from './kernel/errors.ts';
import { createLog, type Log } from './kernel/log.ts';
import { createMetrics } from './kernel/metrics.ts';
import { createNoteSigner } from './kernel/note-signer.ts';
import { createSecretBox, SecretBoxError } from './kernel/secret-box.ts';
import { readSettings, type Settings } from './kernel/settings.ts';
import { SettingsError } from './kernel/settings-error.ts';
import { noTracing, startTracing, type Tracing } from './kernel/tracing.ts';
import { ensureFirstKey } from './keys/create-key.ts';
import { adapters } from './providers/registry.ts';
import { measureRuns } from './runs/measure-runs.ts';
import { fillSearch } from './skills/search/fill-search.ts';
import { createScanner } from './skills/scan/scanner.ts';
import { importWorkload } from './skills/imports/run-imports.ts';
import { AT_START, schedules } from './worker/schedule.ts';
import { Worker } from './worker/worker.ts';

/** How long runs at work may take to finish when the process is asked to stop. */
const GRACE_MS = 20_000;
const KILL_AFTER_MS = GRACE_MS + 10_000;

const [, , word] = process.argv;
const isRewrap = word === 'rewrap';

enableCompileCache();
await (word === 'doctor' ? doctor() : main()).catch((error: unknown) => {
  if (!isExplained(error)) throw error;
  process.stderr.write(`skillconvoy cannot ${isRewrap ? 'rewrap' : 'start'}: ${explain(error)}\n`);
  process.exit(1);
});

async function main(): Promise<void> {
  readEnvFile();
  const settings = readSettings(process.env);
  const log = createLog(settings.logLevel);
  const db = await openDatabase(settings, log);
  const env = environment(settings, log, db, isRewrap ? noTracing : await startTracing(settings, log));
  await migrate(db);
  await checkEncryptionKeys(actingAs(env, 'start'));
  if (isRewrap) return await rewrap(env, db);
  const sandboxes = await ensureSandboxConnections(actingAs(env, 'start'));
  await fillSearch(actingAs(env, 'start'));
  const firstKey = settings.role === 'worker' ? null : await ensureFirstKey(actingAs(env, 'start'));

  measureRuns(actingAs(env, 'worker'));
  let isDraining = false;
  const server = await createServer({
    env,
    routes: routesFor(settings.role, {
      async check() {
        if (isDraining) throw new AppError('offline:api', 'The process is stopping');
        await db.checkReady();
      },
    }),
  });
  const worker =
    settings.role === 'api'
      ? null
      : new Worker(actingAs(env, 'worker'), adapters, `${hostname()}-${process.pid}`);
  worker?.start();
  const acting = actingAs(env, 'worker');
  // One slow account must not keep the others waiting.
  const workloads = [
    importWorkload(acting),
    syncWorkload(acting),
    syncWorkload(acting),
    watchWorkload(acting),
    deliveryWorkload(acting),
    chatWorkload(acting),
  ];
  const working = [sealWorkload(acting), ...(settings.role === 'api' ? [] : workloads)].map((workload) =>
    startWorking(db, log, workload),
  );
  const address = await server.listen({ host: settings.host, port: settings.port });
  greet(settings, address, firstKey, sandboxes);
  const stopping = new AbortController();
  const scheduled = schedules(actingAs(env, 'schedule'), db, stopping.signal);
  const jobs = settings.role === 'api' ? null : startJobs(db, log, scheduled);
  jobs
    ?.then((started) => Promise.all(AT_START.map((name) => started.runNow(name))))
    .catch((error: unknown) =>
      log.error({ err: error }, 'the job engine did not start; schedules do not run'),
    );

  closeWithGrace({ delay: KILL_AFTER_MS, logger: false }, async ({ err }) => {
    if (err) log.fatal({ err }, 'an unexpected error ends the process');
    else log.info('stopping: no new runs, running ones may finish');
    isDraining = true;
    stopping.abort();
    await Promise.all([
      server.close(),
      worker?.stop(GRACE_MS),
      ...working.map((each) => each.stop()),
      stopJobs(jobs),
    ]);
    await Promise.all([db.close(), env.tracing.stop()]);
  });
}

function readEnvFile(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
}

/** `npm run doctor`: says what is wrong with this installation and what to do, and ends. */
async function doctor(): Promise<void> {
  readEnvFile();
  const log = createLog('silent');
  const { text, isHealthy } = await examine({
    variables: process.env,
    log,
    contextOf: (settings, db) => actingAs(environment(settings, log, db, noTracing), 'doctor'),
  });
  process.stdout.write(`${text}\n`);
  process.exitCode = isHealthy ? 0 : 1;
}

/** `npm run rewrap`: seals everything with the newest key, says which keys are in use still, and ends. */
async function rewrap(env: Environment, db: Database): Promise<void> {
  const report = await rewrapSecrets(actingAs(env, 'rewrap'));
  await db.close();
  const { text, isDone } = describeRewrapped(report, env.secretBox.keyIds[0]);
  process.stdout.write(`${text}\n`);
  process.exitCode = isDone ? 0 : 1;
}

function environment(settings: Settings, log: Log, db: Database, tracing: Tracing): Environment {
  const inProcess = new Map<string, InProcessHost>();
  const encryptionKeys = loadEncryptionKeys(settings);
  const env: Environment = {
    settings,
    db,
    clock: systemClock,
    log,
    metrics: createMetrics(),
    tracing,
    scanner: createScanner(),
    secretBox: createSecretBox(encryptionKeys),
    noteSigner: createNoteSigner(encryptionKeys),
    egress: createEgress({ allowedHosts: settings.allowedHosts, inProcess }),
  };
  if (hasSandbox({ settings, db })) inProcess.set(SANDBOX_HOST, sandboxHost(env));
  return env;
}

/** The emulators behind the sandbox providers; loaded when first called. */
function sandboxHost(env: Environment): InProcessHost {
  let emulators: Promise<Record<string, InProcessHost>> | undefined;
  return async (request) => {
    emulators ??= loadEmulators(env);
    const loaded = await emulators;
    const emulator = loaded[new URL(request.url).pathname.split('/')[1] ?? ''];
    return emulator ? await emulator(request) : new Response('no such emulator', { status: 404 });
  };
}

async function loadEmulators(env: Environment): Promise<Record<string, InProcessHost>> {
  const [{ mount }, { openaiEmulator }, { claudeEmulator }, { geminiEmulator }] = await Promise.all([
    import('../emulators/emulator.ts'),
    import('../emulators/openai.ts'),
    import('../emulators/claude.ts'),
    import('../emulators/gemini.ts'),
  ]);
  const options = { store: sandboxStore(env, 'emulators'), acceptsKey: (key: string) => key === SANDBOX_KEY };
  return {
    openai: mount('/openai', openaiEmulator(options)),
    claude: mount('/claude', claudeEmulator(options)),
    gemini: mount('/gemini', geminiEmulator(options)),
  };
}

/** This program acting on its own account. */
function actingAs(env: Environment, name: 'start' | 'worker' | 'schedule' | 'rewrap' | 'doctor'): Context {
  const isCommand = name === 'rewrap' || name === 'doctor';
  const source = name === 'worker' ? 'worker' : isCommand ? 'cli' : 'schedule';
  return { ...env, principal: { type: 'system', id: name, name, role: 'system' }, source, requestId: null };
}

async function stopJobs(jobs: Promise<Jobs> | null): Promise<void> {
  const started = await jobs?.catch(() => null);
  await started?.stop(GRACE_MS);
}

function greet(
  settings: Settings,
  address: string,
  firstKey: string | null,
  sandboxes: readonly string[],
): void {
  const lines = [
    `Skillconvoy is ready (${settings.role}, ${settings.databaseUrl === null ? `embedded database in ${settings.dataDir}` : 'PostgreSQL'})`,
    ...(settings.role === 'worker'
      ? [`  health  ${address}/healthz`]
      : [`  API     ${address}/api`, `  docs    ${address}/docs`]),
    ...(settings.adminApiKey === null ? [] : ['  key     the one in ADMIN_API_KEY']),
    ...(firstKey === null ? [] : [`  key     ${firstKey}   (admin; shown this once, keep it)`]),
    ...(sandboxes.length === 0 ? [] : [`  sandbox providers need no keys: ${sandboxes.join(', ')}`]),
    ...(settings.role === 'worker'
      ? []
      : [`  try     curl -H "Authorization: Bearer $KEY" ${address}/api/providers`]),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Errors that a person can mend, and whose message says how. */
function isExplained(error: unknown): error is Error {
  return (
    error instanceof SettingsError ||
    error instanceof SecretBoxError ||
    error instanceof MigrationError ||
    error instanceof FolderInUseError ||
    error instanceof AppError ||
    (error instanceof Error && isRefusedByDatabase(error))
  );
}

function explain(error: Error): string {
  if (isRefusedByDatabase(error)) return `DATABASE_URL: ${error.message}`;
  if (!(error instanceof AppError)) return error.message;
  if (error.code === 'offline:database')
    return 'DATABASE_URL: no database answers there; is it running, and the address right?';
  return [error.detail, ...error.issues.map((issue) => `${issue.path}: ${issue.message}`)].join('; ');
}
