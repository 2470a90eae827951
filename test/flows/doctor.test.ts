/** `npm run doctor` as an operator meets it: a healthy installation, and each thing that can be wrong with it. */
import assert from 'node:assert/strict';
import { chownSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { sql } from 'kysely';
import type { Database } from '../../lib/db/database.ts';
import { openEmbedded } from '../../lib/db/embedded.ts';
import { openPostgres } from '../../lib/db/postgres.ts';
import { createEmptyPostgres, ENGINES, skipReason } from '../support/databases.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { silentLog } from '../support/templates.ts';
import { until } from '../support/until.ts';

const KEY = 'an-admin-key-of-more-than-32-characters';
const ENCRYPTION_KEY = Buffer.alloc(32, 3).toString('base64');
const OTHER_KEY = Buffer.alloc(32, 4).toString('base64');
const PROVIDER_KEY = 'sk-a-key-that-nobody-accepts';
type Variables = Readonly<Record<string, string>>;

const started: ServerProcess[] = [];
const folders: string[] = [];

after(async () => {
  for (const server of started) server.kill('SIGKILL');
  await Promise.all(started.map((server) => server.ended));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'skillconvoy-doctor-'));
  folders.push(folder);
  return folder;
}

function start(environment: Variables, ...words: string[]): ServerProcess {
  const server = startServer(environment, words);
  started.push(server);
  return server;
}

/** What it says, a line each; it exits with 1 exactly when something fails, and tells no secret. */
async function examine(environment: Variables): Promise<string> {
  const doctor = start(environment, 'doctor');
  const code = await doctor.ended;
  const said = doctor.output();
  assert.equal(code, /^FAIL/m.test(said) ? 1 : 0, said);
  assert.match(said, /^((ok {2}|warn|FAIL) {2}[a-z -]+: .+\n)+\d+ ok, \d+ to look at, \d+ to mend\n$/);
  for (const secret of [KEY, ENCRYPTION_KEY, OTHER_KEY, PROVIDER_KEY, 'pass-word'])
    assert.ok(!said.includes(secret), said);
  return said;
}

function assertHealthy(said: string): void {
  assert.doesNotMatch(said, /^(warn|FAIL)/m);
  for (const check of ['database', 'migrations', 'clock', 'encryption key', 'admin', 'providers', 'runs'])
    assert.match(said, new RegExp(`^ok    ${check}: `, 'm'));
  assert.match(said, /^ok {4}audit log: signed at \d+ records, .* the newest \d+ records$/m);
}

/** Starts a server, lets `act` use it, and stops it. */
async function whileServing(environment: Variables, act: (address: string) => Promise<void>): Promise<void> {
  const server = start(environment);
  await act(await server.ready());
  server.kill('SIGTERM');
  assert.equal(await server.ended, 0, server.output());
}

async function send(address: string, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${address}${path}`, {
    method,
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return await response.json();
}

async function isSigned(address: string): Promise<void> {
  await until('the audit log is signed', async () => {
    const answer = (await send(address, 'GET', '/api/audit-logs/verify')) as {
      unsealed: number;
      checkpoints: number;
    };
    return answer.unsealed === 0 && answer.checkpoints > 0;
  });
}

describe('settings', () => {
  it('that cannot be read are all that it tells', async () => {
    const said = await examine({ DATA_DIR: newFolder(), PORT: 'x', ADMIN_API_KEY: 'short' });
    assert.match(said, /^FAIL {2}settings: PORT: .*ADMIN_API_KEY: .*\n0 ok, 0 to look at, 1 to mend\n$/);
  });

  it('that open it to a network without a proxy are a warning', async () => {
    const folder = newFolder();
    assert.match(
      await examine({ DATA_DIR: folder, HOST: '0.0.0.0' }),
      /^warn {2}network: .*TRUSTED_PROXIES/m,
    );
    const behind = { TRUSTED_PROXIES: '10.0.0.0/8', SERVER_NAMES: 'skills.example.com' };
    assert.match(await examine({ DATA_DIR: folder, HOST: '0.0.0.0', ...behind }), /^ok {4}network: /m);
  });

  it('of a folder without a database do not make one', async () => {
    const folder = join(newFolder(), 'not-yet');
    assert.match(await examine({ DATA_DIR: folder }), /^ok {4}database: there is none yet/m);
    assert.ok(!existsSync(folder));
  });
});

for (const engine of ENGINES)
  describe(`an installation (${engine})`, { skip: skipReason(engine) }, () => {
    const folder = newFolder();
    const settings: Record<string, string> = {
      DATA_DIR: folder,
      ADMIN_API_KEY: KEY,
      ENCRYPTION_KEY,
      ALLOWED_HOSTS: '127.0.0.1',
    };
    let drop = async (): Promise<void> => {};
    after(() => drop());

    /** Between two processes. */
    async function onDatabase(act: (db: Database) => Promise<void>): Promise<void> {
      const url = settings['DATABASE_URL'];
      const db = url === undefined ? await openEmbedded(folder, silentLog) : openPostgres(url, silentLog);
      try {
        await act(db);
      } finally {
        await db.close();
      }
    }

    it('that is healthy passes every check', async () => {
      if (engine === 'postgres') {
        const made = await createEmptyPostgres();
        drop = made.drop;
        settings['DATABASE_URL'] = made.url;
        assert.match(
          await examine(settings),
          /^warn {2}migrations: the database is empty -> .*\nok {4}rights: /m,
        );
      }
      await whileServing(settings, async (address) => {
        const config = { path: newFolder() };
        await send(address, 'POST', '/api/providers', { slug: 'folder', kind: 'local', config });
        await isSigned(address);
      });
      assertHealthy(await examine(settings));
    });

    it('without a usable admin key is told how to come in', async () => {
      const { ADMIN_API_KEY: _, ...without } = settings;
      assert.match(await examine(without), /^warn {2}admin: there is no key yet/m);
      await onDatabase(async (db) => {
        await sql`insert into api_keys (id, name, role, key_hash, hint, created_by, expires_at)
          values ('key_gone', 'gone', 'admin', '\\x00', 'x', 'test', now() - interval '1 day')`.execute(
          db.kysely,
        );
      });
      assert.match(await examine(without), /^FAIL {2}admin: every admin key .* -> set ADMIN_API_KEY/m);
    });

    it('with a provider in error is told its reason and what to do', async () => {
      await whileServing(settings, async (address) => {
        await send(address, 'POST', '/api/providers', {
          slug: 'broken',
          kind: 'openai',
          config: { baseUrl: 'http://127.0.0.1:1' },
          credentials: { apiKey: PROVIDER_KEY },
        });
        const shown = (await send(address, 'GET', '/api/providers/broken')) as { status: string };
        assert.equal(shown.status, 'error');
        await isSigned(address);
      });
      const said = await examine(settings);
      assert.match(said, /^FAIL {2}provider broken: .+ -> .*\/api\/providers\/broken/m);
      await onDatabase(async (db) => {
        await sql`update providers set status = 'inactive' where slug = 'broken'`.execute(db.kysely);
      });
      assertHealthy(await examine(settings));
    });

    it('with another encryption key is told which one is missing', async () => {
      const said = await examine({ ...settings, ENCRYPTION_KEY: OTHER_KEY });
      assert.match(said, /^FAIL {2}encryption key: ENCRYPTION_KEY: it holds \w{8}, but not the key .* -> /m);
    });

    it('whose newest audit record was changed is told so', async () => {
      let note: string | null = null;
      await onDatabase(async (db) => {
        await sql`alter table audit_logs disable trigger user`.execute(db.kysely);
        const { rows } = await sql<{ note: string | null }>`
          select note from audit_logs order by id desc limit 1`.execute(db.kysely);
        note = rows[0]?.note ?? null;
        await sql`update audit_logs set note = 'forged' where id = (select max(id) from audit_logs)`.execute(
          db.kysely,
        );
      });
      assert.match(
        await examine(settings),
        /^FAIL {2}audit log: record aud_[\w-]+ was changed, or moved -> /m,
      );
      await onDatabase(async (db) => {
        await sql`update audit_logs set note = ${note}::text where id = (select max(id) from audit_logs)`.execute(
          db.kysely,
        );
        await sql`alter table audit_logs enable trigger user`.execute(db.kysely);
      });
      assertHealthy(await examine(settings));
    });

    it('with a migration that is not applied is told to start, and is left as it is', async () => {
      await onDatabase(async (db) => {
        await sql`delete from migrations where name like '0025%'`.execute(db.kysely);
      });
      const missing = /^FAIL {2}migrations: 1 not applied: 0025_chat_confirmations\.sql;/m;
      assert.match(await examine(settings), missing);
      assert.match(await examine(settings), missing, 'it applied nothing');
      await onDatabase(async (db) => {
        await sql`update migrations set name = '9999_later.sql' where name like '0024%'`.execute(db.kysely);
      });
      assert.match(await examine(settings), /^FAIL {2}migrations: .*9999_later\.sql.*newer version/m);
    });
  });

describe('an embedded database', () => {
  const folder = newFolder();
  const settings = { DATA_DIR: folder, ADMIN_API_KEY: KEY };

  it('in use is asked about at the server that uses it', async () => {
    await whileServing(settings, async (address) => {
      const said = await examine({ ...settings, PORT: new URL(address).port });
      assert.match(said, /^ok {4}server: process \d+ is ready at /m);
      assert.match(said, /^warn {2}database: in use by process \d+,/m);
      assert.match(await examine({ ...settings, PORT: '1' }), /^FAIL {2}server: .*does not answer/m);
    });
  });

  const isRoot = process.getuid?.() === 0;
  it('of another user is left alone', {
    skip: isRoot ? false : 'only root can give a folder away',
  }, async () => {
    const path = join(folder, 'database');
    chownSync(path, 65_534, 65_534);
    assert.match(
      await examine(settings),
      /^FAIL {2}database: .* belongs to user 65534, .* -> run this as that user/m,
    );
    chownSync(path, 0, 0);
  });

  it('without its key file is told so, and no other key is made', async () => {
    const path = join(folder, 'encryption.key');
    renameSync(path, `${path}.away`);
    assert.match(await examine(settings), /^FAIL {2}encryption key: .*encryption\.key is missing/m);
    assert.ok(!existsSync(path));
    renameSync(`${path}.away`, path);
    assert.match(await examine(settings), /^ok {4}encryption key: /m);
  });
});

describe('PostgreSQL', { skip: skipReason('postgres') }, () => {
  const settings = { DATA_DIR: newFolder(), ENCRYPTION_KEY };

  it('that does not answer, or refuses, is told', async () => {
    const DATABASE_URL = 'postgres://skillconvoy:pass-word@127.0.0.1:1/skillconvoy';
    const said = await examine({ ...settings, DATABASE_URL });
    assert.match(said, /^ok {4}settings: role all, PostgreSQL at 127\.0\.0\.1:1\/skillconvoy$/m);
    assert.match(said, /^FAIL {2}database: it does not answer -> /m);

    const { url, drop } = await createEmptyPostgres();
    const missing = `${url}_that_is_not_there`;
    assert.match(
      await examine({ ...settings, DATABASE_URL: missing }),
      /^FAIL {2}database: .*does not exist/m,
    );
    await drop();
  });
});
