/** A search finds the same whatever locale the database was created with. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { escapeIdentifier } from 'pg';
import { migrate } from '../../lib/db/migrate.ts';
import { openPostgres } from '../../lib/db/postgres.ts';
import { startApp } from '../support/app.ts';
import { skipReason } from '../support/databases.ts';
import { namesOf, register } from '../support/described-skills.ts';
import { onServer, silentLog, templateOnPostgres, uniqueName, urlOf } from '../support/templates.ts';

const LOCALES = {
  C: `locale 'C'`,
  'C.UTF-8': `locale 'C.UTF-8'`,
  'ko-KR (ICU)': `locale 'C' locale_provider icu icu_locale 'ko-KR'`,
  'tr-TR (ICU)': `locale 'C' locale_provider icu icu_locale 'tr-TR'`,
};

describe('a search in a database', { skip: skipReason('postgres') }, () => {
  for (const [name, clause] of Object.entries(LOCALES)) {
    it(`of locale ${name}`, async (t) => {
      const { serverUrl } = await templateOnPostgres();
      const database = uniqueName('locale');
      const refusal = await create(serverUrl, database, clause);
      if (refusal !== null) return t.skip(refusal);
      const db = openPostgres(urlOf(serverUrl, database), silentLog);
      await migrate(db);
      const app = await startApp(db, { isWorking: false });
      try {
        await register(app, { name: '회의록', description: '주간 회의록을 정리합니다.' });
        await register(app, { name: 'inspections', displayName: 'INSPECTIONS Écrites' });
        for (const q of ['회의', '의록', '회이록', '정리'])
          assert.deepEqual(await namesOf(app, { q }), ['회의록'], q);
        for (const q of ['INSPECT', 'ÉCRITES', 'écri', 'ispections'])
          assert.deepEqual(await namesOf(app, { q }), ['inspections'], q);
        assert.deepEqual(await namesOf(app, { sort: 'name' }), ['inspections', '회의록']);
      } finally {
        await app.close();
        await db.close();
        await onServer(serverUrl, (client) =>
          client.query(`drop database ${escapeIdentifier(database)} with (force)`),
        );
      }
    });
  }
});

/** Null when it was made, else why this server cannot. */
async function create(serverUrl: string, name: string, clause: string): Promise<string | null> {
  try {
    await onServer(serverUrl, (client) =>
      client.query(`create database ${escapeIdentifier(name)} template template0 encoding 'UTF8' ${clause}`),
    );
    return null;
  } catch (error) {
    // 22023: no such locale; 0A000: built without ICU.
    if (error instanceof Error && 'code' in error && ['22023', '0A000', '42809'].includes(String(error.code)))
      return error.message;
    throw error;
  }
}
