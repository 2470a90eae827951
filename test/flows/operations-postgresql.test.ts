/** What docs/operations/postgresql.md says, done on a PostgreSQL with passwords and TLS: the role it makes is enough, and no more. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Client } from 'pg';
import { skipReason } from '../support/databases.ts';
import { blockOf } from '../support/documents.ts';
import { findPostgres, type PostgresCluster, startPostgresCluster } from '../support/postgres-cluster.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { inlineSkill } from '../support/skills.ts';
import { onServer, urlOf } from '../support/templates.ts';
import { until } from '../support/until.ts';

const KEY = 'an-admin-key-of-more-than-32-characters';
const ENCRYPTION_KEY = Buffer.alloc(32, 3).toString('base64');

function missing(): string | false {
  return skipReason('postgres') || (findPostgres() === null ? 'there is no initdb on this machine' : false);
}

describe('the role of docs/operations/postgresql.md', { skip: missing() }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'skillconvoy-operations-'));
  const started: ServerProcess[] = [];
  let cluster: PostgresCluster;

  before(async () => {
    cluster = await startPostgresCluster(findPostgres() ?? '');
    await onServer(cluster.url, async (client) => {
      // One by one: a database cannot be made in the transaction that several statements together are.
      for (const statement of statements()) await client.query(statement);
      await demandPasswords(client);
    });
  });
  after(async () => {
    for (const server of started) server.kill('SIGKILL');
    await Promise.all(started.map((server) => server.ended));
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function statements(): string[] {
    return blockOf('postgresql.md', 'sql')
      .split(';')
      .map((statement) => statement.trim())
      .filter((statement) => statement !== '');
  }

  /** TLS with a certificate of ours, and the document's line of pg_hba.conf before all others. */
  async function demandPasswords(client: Client): Promise<void> {
    const { rows } = await client.query<{ file: string }>('select current_setting($1) as file', ['hba_file']);
    const hba = rows[0]?.file ?? '';
    const [certificate, key] = [join(dirname(hba), 'server.pem'), join(dirname(hba), 'server.key')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...subject];
    execFileSync('openssl', [...request, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
    writeFileSync(join(folder, 'ca.pem'), readFileSync(certificate));
    const { uid, gid } = statSync(hba);
    for (const path of [certificate, key]) chownSync(path, uid, gid);
    chmodSync(key, 0o600);
    await client.query(`alter system set ssl_cert_file = '${certificate}'`);
    await client.query(`alter system set ssl_key_file = '${key}'`);
    await client.query('alter system set ssl = on');
    const line = /^hostssl .*$/m
      .exec(blockOf('postgresql.md', ''))?.[0]
      .replace('10.0.0.0/24', '127.0.0.1/32');
    const rest = 'host all skillconvoy all reject\nhost all all all trust\n';
    writeFileSync(hba, `${line}\n${rest}`);
    await client.query('select pg_reload_conf()');
  }

  /** The address of the document, at our server. */
  function documented(password = 'change-me'): string {
    const shell = blockOf('postgresql.md', 'sh');
    return (/DATABASE_URL='([^']+)'/.exec(shell)?.[1] ?? '')
      .replace('db.example.com', `localhost:${cluster.port}`)
      .replace('/etc/skillconvoy/db-ca.pem', join(folder, 'ca.pem'))
      .replace('change-me', password);
  }

  function start(variables: Readonly<Record<string, string>>, ...words: string[]): ServerProcess {
    const server = startServer({ DATA_DIR: folder, ADMIN_API_KEY: KEY, ENCRYPTION_KEY, ...variables }, words);
    started.push(server);
    return server;
  }

  it('is let in over TLS with its password only', async () => {
    const wrong = start({ DATABASE_URL: documented('wrong') }, 'doctor');
    assert.equal(await wrong.ended, 1);
    assert.match(wrong.output(), /^FAIL {2}database: password authentication failed/m);
    const starting = start({ DATABASE_URL: documented('wrong') });
    assert.equal(await starting.ended, 1);
    assert.match(starting.output(), /^skillconvoy cannot start: DATABASE_URL: password auth[^\n]+\n$/);
    const strange = start({ DATABASE_URL: documented().replace(/&sslrootcert=.*/, '') }, 'doctor');
    assert.equal(await strange.ended, 1);
    assert.match(strange.output(), /^FAIL {2}database: .*certificate.* -> /m);
    const plain = documented().replace(/\?.*/, '?sslmode=disable');
    await assert.rejects(
      onServer(plain, () => Promise.resolve()),
      /pg_hba\.conf rejects/,
    );
  });

  it('is enough for the doctor, the first start, and an install', async () => {
    const DATABASE_URL = documented();
    const doctor = start({ DATABASE_URL }, 'doctor');
    assert.equal(await doctor.ended, 0, doctor.output());
    assert.match(doctor.output(), /^ok {4}rights: /m);

    const server = start({ DATABASE_URL });
    const address = await server.ready();
    const call = async (method: string, path: string, body?: object) => {
      const response = await fetch(`${address}${path}`, {
        method,
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      return (await response.json()) as Record<string, unknown>;
    };
    await call('POST', '/api/skills', inlineSkill('careful'));
    const config = { path: join(folder, 'skills') };
    await call('POST', '/api/providers', { slug: 'folder', kind: 'local', config });
    const asked = await call('POST', '/api/install-runs', { skill: 'careful', providers: ['folder'] });
    const [id] = asked['runIds'] as string[];
    await until('the run has succeeded', async () => {
      return (await call('GET', `/api/install-runs/${id}`))['status'] === 'success';
    });
    // Schedules have tables of their own.
    await until('the job engine has its schema', () =>
      onServer(urlOf(cluster.url, 'skillconvoy'), async (client) => {
        const { rows } = await client.query(
          `select from information_schema.schemata where schema_name = 'jobs'`,
        );
        return rows.length === 1;
      }),
    );
    server.kill('SIGTERM');
    assert.equal(await server.ended, 0, server.output());
    assert.doesNotMatch(server.output(), /permission denied|must be owner/);
  });

  it('is enough to make a backup and to restore it into an empty database', async () => {
    const PATH = [findPostgres(), process.env['PATH']].join(delimiter);
    const variables = { DATABASE_URL: documented(), RESTORED_URL: documented() };
    const run = (info: string) =>
      execFileSync('/bin/sh', ['-eu', '-c', blockOf('backup.md', info)], {
        cwd: folder,
        env: { ...variables, PATH },
        stdio: 'pipe',
      });
    run('sh backup-postgresql');
    await onServer(cluster.url, async (client) => {
      await client.query('drop database skillconvoy with (force)');
      for (const statement of statements().slice(1)) await client.query(statement);
    });
    run('sh restore-postgresql');
    const doctor = start({ DATABASE_URL: documented() }, 'doctor');
    assert.equal(await doctor.ended, 0, doctor.output());
    assert.match(doctor.output(), /^ok {4}migrations: all /m);
  });

  it('may do nothing elsewhere, and others nothing here', async () => {
    await onServer(documented(), async (client) => {
      const { rows } = await client.query(
        `select rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls as powerful
         from pg_roles where rolname = current_user`,
      );
      assert.deepEqual(rows, [{ powerful: false }]);
      await assert.rejects(client.query('create database another'), { code: '42501' });
      await assert.rejects(client.query('create role another'), { code: '42501' });
      await assert.rejects(client.query('select * from pg_authid'), { code: '42501' });
    });
    await onServer(cluster.url, (client) => client.query('create role stranger login'));
    const url = new URL(urlOf(cluster.url, 'skillconvoy'));
    url.username = 'stranger';
    await assert.rejects(
      onServer(url.href, () => Promise.resolve()),
      { code: '42501' },
    );
  });
});
