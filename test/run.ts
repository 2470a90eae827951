/** `npm test`: prepares both engines, runs every test file (or those named), and cleans up. */
import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { escapeIdentifier } from 'pg';
import { findPostgres, type PostgresCluster, startPostgresCluster } from './support/postgres-cluster.ts';
import {
  makePGliteTemplate,
  makePostgresTemplate,
  onServer,
  VARIABLES,
  whyNoPostgres,
} from './support/templates.ts';

const ROOT = join(import.meta.dirname, '..');
const CONCURRENCY = 2;
const TEST_TIMEOUT_MS = 120_000;
const RUN_TIMEOUT_MS = 20 * 60_000;

interface Prepared {
  readonly variables: Readonly<Record<string, string>>;
  cleanUp(): Promise<void>;
}

process.exitCode = await main(process.argv.slice(2));

async function main(filters: readonly string[]): Promise<number> {
  const files = findTests(filters);
  if (files.length === 0) {
    process.stderr.write(`No test file matches ${filters.join(' ')}\n`);
    return 1;
  }
  const pglite = await preparePGlite();
  const postgres = await preparePostgres();
  try {
    return await runTests(files, { ...pglite.variables, ...postgres.variables });
  } finally {
    await postgres.cleanUp();
    await pglite.cleanUp();
  }
}

/** Test files whose path holds one of the words; without words all. */
function findTests(filters: readonly string[]): string[] {
  const folders = 'lib,emulators,bench,test,cli,console';
  return globSync(`{${folders}}/**/*.test.ts`, { cwd: ROOT })
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort();
}

async function preparePGlite(): Promise<Prepared> {
  const folder = mkdtempSync(join(tmpdir(), 'skillconvoy-test-'));
  const path = join(folder, 'pglite-template.tar');
  const template = await makePGliteTemplate();
  writeFileSync(path, Buffer.from(await template.arrayBuffer()));
  return {
    variables: { [VARIABLES.pgliteTemplate]: path },
    async cleanUp() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function preparePostgres(): Promise<Prepared> {
  const missing = whyNoPostgres();
  if (missing !== null) return withoutPostgres(missing);
  const given = process.env[VARIABLES.serverUrl];
  const cluster = given === undefined ? await startOwnCluster() : null;
  if (typeof cluster === 'string') return withoutPostgres(cluster);
  const { serverUrl, name } = await makePostgresTemplate(cluster?.url ?? given ?? '');
  return {
    variables: { [VARIABLES.serverUrl]: serverUrl, [VARIABLES.postgresTemplate]: name },
    async cleanUp() {
      if (cluster !== null) return await cluster.stop();
      await onServer(serverUrl, (client) => client.query(`drop database ${escapeIdentifier(name)}`));
    },
  };
}

/** The server, or why this machine cannot run one. */
async function startOwnCluster(): Promise<PostgresCluster | string> {
  try {
    return await startPostgresCluster(findPostgres() ?? '');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function withoutPostgres(reason: string): Prepared {
  process.stdout.write(`PostgreSQL cannot be had (${reason}): its tests are skipped.\n`);
  return { variables: { [VARIABLES.postgresMissing]: reason }, cleanUp: () => Promise.resolve() };
}

async function runTests(
  files: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<number> {
  const runner = spawn(
    process.execPath,
    [
      '--test',
      '--test-reporter=spec',
      `--test-concurrency=${CONCURRENCY}`,
      `--test-timeout=${TEST_TIMEOUT_MS}`,
      ...files,
    ],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...variables } },
  );
  const timer = setTimeout(() => {
    process.stderr.write(`The tests did not end within ${RUN_TIMEOUT_MS / 60_000} minutes.\n`);
    runner.kill('SIGKILL');
  }, RUN_TIMEOUT_MS);
  // Ctrl-C reaches the runner by itself; we only wait for it, so that the servers are cleaned up.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => runner.kill('SIGTERM'));
  const code = await new Promise<number>((resolve) => {
    runner.once('exit', (exitCode) => resolve(exitCode ?? 1));
  });
  clearTimeout(timer);
  return code;
}
