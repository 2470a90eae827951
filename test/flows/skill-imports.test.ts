/** Whole repositories and archives become skills: folder by folder, again, after a change, after a stop, with a token. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { sql } from 'kysely';
import { query } from '../../lib/db/database.ts';
import { ADMIN_KEY, type Answer, startApp, type TestApp } from '../support/app.ts';
import { tarGzOf, zipOf } from '../support/archive-fixtures.ts';
import { describeEachEngine, type TestDatabase } from '../support/databases.ts';
import { type GitServer, serveGit } from '../support/git-server.ts';
import { skillMd } from '../support/skills.ts';
import { until } from '../support/until.ts';

const TOKEN = 'a-token-of-a-private-repository';

interface Item {
  readonly path: string;
  readonly name: string | null;
  readonly result: string;
  readonly skill: { id: string; name: string } | null;
  readonly version: { id: string; number: number; digest: string } | null;
  readonly issues: { path: string; message: string }[];
}

describeEachEngine('imports', (open) => {
  let database: TestDatabase;
  let app: TestApp;
  let server: GitServer;
  const apps: TestApp[] = [];

  before(async () => {
    database = await open();
    server = await serveGit();
    app = await start();
  });
  after(async () => {
    await Promise.all(apps.map((each) => each.close()));
    await server.close();
  });

  async function start(options: { isWorking?: boolean; leaseMs?: number } = {}): Promise<TestApp> {
    const settings = {
      allowedHosts: [server.host.host],
      providerTimeoutMs: 10_000,
      runLeaseMs: options.leaseMs ?? 30_000,
    };
    const started = await startApp(database, { isWorking: options.isWorking ?? true, settings });
    apps.push(started);
    return started;
  }

  async function ask(body: unknown, headers?: Record<string, string>, at = app): Promise<string> {
    const asked = await at.call('POST', '/api/skills/import', body, headers && { headers });
    assert.equal(asked.status, 202, JSON.stringify(asked.body));
    assert.equal(asked.headers.get('location'), `/api/skill-imports/${String(asked.body['id'])}`);
    return String(asked.body['id']);
  }

  async function ended(id: string): Promise<Answer['body']> {
    return await until(
      `${id} has ended`,
      async () => {
        const { body } = await app.call('GET', `/api/skill-imports/${id}`);
        return body['finishedAt'] === null ? null : body;
      },
      { within: 60_000 },
    );
  }

  async function importGit(more: object = {}): Promise<Answer['body']> {
    return await ended(await ask({ source: { type: 'git', url: server.url, ...more } }));
  }

  async function importArchive(bytes: Buffer, type: string): Promise<Answer['body']> {
    return await ended(await ask(bytes, { 'content-type': type }));
  }

  function itemsOf(body: Answer['body']): Record<string, Item> {
    return Object.fromEntries((body['items'] as Item[]).map((item) => [item.path, item]));
  }

  async function auditOf(id: string): Promise<unknown[]> {
    const { body } = await app.call('GET', `/api/audit-logs?target=${id}&action=skill.import`);
    const rows = body['items'] as { outcome: string; actor: { id: string }; change: { status: string } }[];
    return rows.map(({ outcome, actor, change }) => [outcome, actor.id, change.status]);
  }

  it('take ninety skills of a repository, refusing some and saying why', async () => {
    const files: Record<string, string | null> = { 'README.md': 'A repository', 'other/notes.md': 'None' };
    for (let index = 0; index < 90; index += 1) {
      files[`skills/part-${index % 3}/skill-${index}/SKILL.md`] = skillMd(`skill-${index}`);
      files[`skills/part-${index % 3}/skill-${index}/scripts/run.sh`] = `echo ${index}\n`;
    }
    files['skills/part-0/wrong-name/SKILL.md'] = skillMd('another-name');
    files['skills/part-0/linked/SKILL.md'] = skillMd('linked');
    files['skills/part-0/linked/passwd'] = null;
    files['skills/part-0/large/SKILL.md'] = skillMd('large');
    files['skills/part-0/large/model.bin'] =
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n';
    files['skills/part-0/lower/skill.md'] = skillMd('lower');
    files['skills/part-2/skill-0/SKILL.md'] = skillMd('skill-0', 'The same name again.');
    files['skills/part-0/skill-3/examples/inner/SKILL.md'] = skillMd('inner');
    const commit = server.commit(files);

    const done = await importGit();
    assert.equal(done['status'], 'partial_failed', JSON.stringify(done['error']));
    assert.equal(done['commit'], commit);
    assert.deepEqual(done['counts'], { created: 90, newVersion: 0, unchanged: 0, refused: 5 });
    assert.deepEqual(done['progress'], { found: 95, done: 95 });
    const items = itemsOf(done);
    const messageOf = (path: string) => items[path]?.issues.map(({ message }) => message).join() ?? '';
    assert.match(messageOf('skills/part-0/wrong-name'), /must equal the name of its folder/);
    assert.match(messageOf('skills/part-0/linked'), /symbolic link/);
    assert.match(messageOf('skills/part-0/large'), /Git LFS pointer/);
    assert.match(messageOf('skills/part-0/lower'), /must be named SKILL.md/);
    assert.match(
      messageOf('skills/part-2/skill-0'),
      /another folder of this name before: skills\/part-0\/skill-0/,
    );
    assert.equal(
      items['skills/part-0/skill-3/examples/inner'],
      undefined,
      'it belongs to the skill around it',
    );

    const { body: skill } = await app.call('GET', '/api/skills/skill-3');
    const version = skill['latestVersion'] as { id: string; fileCount: number; source: object };
    assert.deepEqual(version.source, {
      type: 'git',
      url: server.url,
      ref: 'HEAD',
      path: 'skills/part-0/skill-3',
      commit,
    });
    assert.equal(version.fileCount, 3);
    assert.equal(items['skills/part-0/skill-3']?.version?.id, version.id);
    assert.deepEqual(await auditOf(String(done['id'])), [
      ['success', 'bootstrap', 'partial_failed'],
      ['success', 'bootstrap', 'queued'],
    ]);
  });

  it('change nothing when nothing has changed, and add a version where something has', async () => {
    const again = await importGit({ ref: 'main', path: 'skills/part-1' });
    assert.equal(again['status'], 'success');
    assert.deepEqual(again['counts'], { created: 0, newVersion: 0, unchanged: 30, refused: 0 });
    server.commit({ 'skills/part-1/skill-1/SKILL.md': skillMd('skill-1', 'Better.') });
    const changed = await importGit({ path: 'skills/part-1' });
    assert.deepEqual(changed['counts'], { created: 0, newVersion: 1, unchanged: 29, refused: 0 });
    const item = itemsOf(changed)['skills/part-1/skill-1'];
    assert.deepEqual([item?.result, item?.version?.number], ['new_version', 2]);
  });

  it('read a private repository with a token, which is kept sealed with its skills only', async () => {
    server.token = TOKEN;
    try {
      const without = await importGit({ path: 'skills/part-2' });
      assert.equal(without['status'], 'failed');
      assert.match(JSON.stringify(without['error']), /needs a token/);
      const wrong = await importGit({ path: 'skills/part-2', token: 'a-wrong-token' });
      assert.match(JSON.stringify(wrong['error']), /this token may not read it/);
      const right = await importGit({ path: 'skills/part-2', token: TOKEN });
      assert.equal(right['status'], 'success', JSON.stringify(right['error']));
      assert.ok(!JSON.stringify(right).includes(TOKEN));
      const rows = await sql<{ text: string }>`
        select t::text as text from skill_imports t union all select t::text from audit_logs t
        union all select t::text from skill_versions t union all select t::text from skill_repositories t`.execute(
        query(app.ctx),
      );
      for (const { text } of rows.rows) assert.ok(!text.includes(TOKEN));
      const kept = await query(app.ctx)
        .selectFrom('skill_imports')
        .select('id')
        .where('token_sealed', 'is not', null)
        .execute();
      assert.deepEqual(kept, []);
      const [item] = right['items'] as Item[];
      const { body: skill } = await app.call('GET', `/api/skills/${item?.skill?.name}`);
      const repository = skill['repository'] as { url: string; path: string; credential: { hint: string } };
      assert.deepEqual([repository.url, repository.path], [server.url, item?.path]);
      assert.equal(repository.credential.hint, TOKEN.slice(-4));
    } finally {
      server.token = null;
    }
  });

  it('take an archive of many skills, zip or tar.gz', async () => {
    const zip = zipOf([
      { name: 'repo-main/README.md', content: 'Hello' },
      { name: 'repo-main/a/zipped-one/SKILL.md', content: skillMd('zipped-one') },
      { name: 'repo-main/a/zipped-two/SKILL.md', content: skillMd('zipped-two') },
      { name: 'repo-main/a/broken/SKILL.md', content: 'no frontmatter' },
    ]);
    const done = await importArchive(zip, 'application/zip');
    assert.deepEqual(done['counts'], { created: 2, newVersion: 0, unchanged: 0, refused: 1 });
    assert.deepEqual(Object.keys(itemsOf(done)), ['a/broken', 'a/zipped-one', 'a/zipped-two']);
    const form = new FormData();
    form.set('archive', new Blob([new Uint8Array(zip)]), 'skills.zip');
    form.set('metadata', JSON.stringify({ tags: ['packed'] }));
    const again = await ended(await ask(form));
    assert.deepEqual(again['source'], { type: 'archive', fileName: 'skills.zip' });
    assert.deepEqual(again['counts'], { created: 0, newVersion: 0, unchanged: 2, refused: 1 });
    const tar = tarGzOf([
      { name: 'taped/SKILL.md', content: skillMd('taped') },
      { name: 'linking/SKILL.md', content: skillMd('linking') },
      { name: 'linking/passwd', type: '2', target: '/etc/passwd' },
      { name: 'latest', type: '2', target: 'taped' },
    ]);
    const taped = await importArchive(tar, 'application/gzip');
    assert.deepEqual(taped['counts'], { created: 1, newVersion: 0, unchanged: 0, refused: 1 });
    assert.match(JSON.stringify(itemsOf(taped)['linking']?.issues), /passwd.*not a link/);
    const nothing = await importArchive(zipOf([{ name: 'a.txt', content: 'x' }]), 'application/zip');
    assert.match(JSON.stringify(nothing['error']), /no folder with a SKILL.md/);
    const damaged = await importArchive(Buffer.from('PK'), 'application/zip');
    assert.equal(damaged['status'], 'failed');
  });

  it('refuse only the folder that has a hostile name, entry or content', async () => {
    const hostile = zipOf([
      { name: 'good-one/SKILL.md', content: skillMd('good-one') },
      { name: '../outside/SKILL.md', content: skillMd('outside') },
      { name: 'back\\slash/SKILL.md', content: skillMd('slash') },
      { name: 'n\0ul/SKILL.md', content: skillMd('nul') },
      { name: 'tricky/SKILL.md', content: skillMd('tricky') },
      { name: 'tricky/a:b/../../../x', content: 'x' },
    ]);
    const done = await importArchive(hostile, 'application/zip');
    const items = done['items'] as Item[];
    const created = items.filter(({ result }) => result === 'created').map(({ path }) => path);
    assert.deepEqual(created, ['good-one'], JSON.stringify(items));
    assert.equal(items.length, 5, JSON.stringify(items));
  });

  it('stopped in the middle go on elsewhere, and nothing is made twice', async () => {
    const files: Record<string, string> = {};
    for (let index = 0; index < 60; index += 1)
      files[`many/many-${index}/SKILL.md`] = skillMd(`many-${index}`);
    const commit = server.commit(files);
    await app.close();
    const first = await start();
    app = first;
    const id = await ask({ source: { type: 'git', url: server.url, path: 'many' } });
    await until('it is in the middle', async () => {
      const { body } = await app.call('GET', `/api/skill-imports/${id}`);
      return (body['progress'] as { done: number }).done >= 5;
    });
    await first.close();
    server.commit({ 'many/many-0/SKILL.md': skillMd('many-0', 'Changed meanwhile.') });
    app = await start();
    const done = await ended(id);
    assert.equal(done['commit'], commit, 'the commit where it began');
    assert.deepEqual(done['counts'], { created: 60, newVersion: 0, unchanged: 0, refused: 0 });
    const versions = await query(app.ctx)
      .selectFrom('skills')
      .innerJoin('skill_versions', 'skill_versions.skill_id', 'skills.id')
      .select('skill_versions.id')
      .where('skills.name', 'like', 'many-%')
      .execute();
    assert.equal(versions.length, 60);
  });

  it('are not done for somebody who may not do it any more', async () => {
    const { body: key } = await app.call('POST', '/api/keys', { name: 'gone', role: 'operator' });
    await app.close();
    app = await start({ isWorking: false });
    const asked = await app.call(
      'POST',
      '/api/skills/import',
      { source: { type: 'git', url: server.url } },
      { key: String(key['key']) },
    );
    await app.call('DELETE', `/api/keys/${String(key['id'])}`);
    await start();
    const done = await ended(String(asked.body['id']));
    assert.equal((done['error'] as { code: string }).code, 'forbidden:auth');
    assert.deepEqual(done['items'], []);
  });

  it('are listed newest first without their items, and known ones are not sent again', async () => {
    const page = await app.call('GET', '/api/skill-imports?limit=2');
    const [newest] = page.body['items'] as { id: string }[];
    assert.ok(newest && !('items' in newest));
    assert.ok(page.body['nextCursor']);
    const url = `/api/skill-imports/${newest.id}`;
    const shown = await app.call('GET', url);
    const headers = { 'if-none-match': shown.headers.get('etag') ?? '' };
    assert.equal((await app.call('GET', url, undefined, { headers })).status, 304);
    assert.equal((await app.call('GET', '/api/skill-imports/none')).status, 404);
    const inline = { source: { type: 'inline', files: [] } };
    assert.equal((await app.call('POST', '/api/skills/import', inline, { key: ADMIN_KEY })).status, 400);
  });
});
