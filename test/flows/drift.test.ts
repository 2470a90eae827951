/** What is where, and whether it still is as we left it: comparisons with what accounts really hold. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import type { Installation } from '../../lib/connections/schema.ts';
import {
  type AnswerBody,
  type EmulatedProviders,
  PROVIDER_KEY,
  startApp,
  startProviders,
  type TestApp,
} from '../support/app.ts';
import { describeEachEngine } from '../support/databases.ts';
import { inlineSkill, skillMd } from '../support/skills.ts';
import { until } from '../support/until.ts';

describeEachEngine('what is where', (open) => {
  let app: TestApp;
  let providers: EmulatedProviders;
  const headers = { authorization: `Bearer ${PROVIDER_KEY}` };

  before(async () => {
    providers = await startProviders();
    app = await startApp(await open(), { settings: { runLeaseMs: 500 } });
    for (const body of Object.values(providers.connections))
      assert.equal((await app.call('POST', '/api/providers', body)).status, 201);
  });
  after(async () => {
    await app.close();
    await providers.close();
  });

  async function register(name: string, body?: string): Promise<void> {
    assert.equal((await app.call('POST', '/api/skills', inlineSkill(name, body))).status, 201);
  }

  async function ended(runIds: unknown): Promise<void> {
    for (const id of runIds as string[]) {
      const run = await until(`${id} has ended`, async () => {
        const { body } = await app.call('GET', `/api/install-runs/${id}`);
        return body['finishedAt'] === null ? null : body;
      });
      assert.equal(run['status'], 'success', JSON.stringify(run['error']));
    }
  }

  async function install(skill: string, ...slugs: string[]): Promise<void> {
    const { status, body } = await app.call('POST', '/api/install-runs', { skill, providers: slugs });
    assert.equal(status, 202, JSON.stringify(body));
    await ended(body['runIds']);
  }

  async function repair(id: string): Promise<void> {
    const { status, body } = await app.call('POST', `/api/installations/${id}/repair`);
    assert.equal(status, 202, JSON.stringify(body));
    await ended(body['runIds']);
  }

  async function sync(slug: string): Promise<AnswerBody> {
    const asked = await app.call('POST', `/api/providers/${slug}/sync`);
    assert.equal(asked.status, 202, JSON.stringify(asked.body));
    const location = asked.headers.get('location') ?? '';
    assert.equal(location, `/api/providers/${slug}/sync`);
    return await until(`${slug} is compared`, async () => {
      const { body } = await app.call('GET', location);
      return body['finishedAt'] === null ? null : body;
    });
  }

  async function synced(slug: string): Promise<AnswerBody> {
    const done = await sync(slug);
    assert.equal(done['status'], 'success', JSON.stringify(done['error']));
    return done['counts'] as AnswerBody;
  }

  async function listed(filter: string): Promise<Installation[]> {
    const { body } = await app.call('GET', `/api/installations?limit=100&${filter}`);
    return body['items'] as Installation[];
  }

  async function installed(skill: string, slug: string): Promise<Installation> {
    const [found] = await listed(`skill=${skill}&provider=${slug}`);
    assert.ok(found, `${skill} is recorded in ${slug}`);
    return found;
  }

  async function driftAudits(id: string): Promise<unknown[]> {
    const { body } = await app.call('GET', `/api/audit-logs?target=${id}&limit=100`);
    const rows = body['items'] as { action: string; change: { from: unknown; to: unknown } }[];
    return rows
      .filter(({ action }) => action === 'installation.drift')
      .map(({ change }) => `${String(change.from)} → ${String(change.to)}`)
      .toReversed();
  }

  async function upload(url: string, name: string, body: string): Promise<string> {
    const form = new FormData();
    form.set('files', new Blob([skillMd(name, body)]), `${name}/SKILL.md`);
    const answer = await fetch(url, { method: 'POST', headers, body: form });
    assert.equal(answer.status, 200);
    return ((await answer.json()) as { id: string }).id;
  }

  const openaiSkills = () => `${providers.urls.openai}/v1/skills`;

  it('a skill that was deleted in the account is missing, once it was asked for by itself', async () => {
    await register('lost');
    await install('lost', 'openai-test', 'gemini-test');
    for (const slug of ['openai-test', 'gemini-test']) assert.equal((await synced(slug))['in_sync'], 1);
    const { id, externalId } = await installed('lost', 'openai-test');
    await fetch(`${openaiSkills()}/${externalId}`, { method: 'DELETE', headers });
    assert.equal((await synced('openai-test'))['missing'], 1);
    assert.equal((await synced('openai-test'))['missing'], 1);
    assert.equal((await installed('lost', 'openai-test')).drift, 'missing');
    assert.deepEqual(await driftAudits(id), ['in_sync → missing']);
    assert.equal((await listed('drift=missing')).length, 1);
    await repair(id);
    assert.equal((await installed('lost', 'openai-test')).drift, 'in_sync');
    assert.equal((await app.call('POST', `/api/installations/${id}/repair`)).status, 409);
  });

  it('content that changed behind our back is modified, also in a folder', async () => {
    await register('changed');
    await install('changed', 'openai-test', 'claude-test', 'local-test');
    const openai = await installed('changed', 'openai-test');
    await upload(`${openaiSkills()}/${openai.externalId}/versions`, 'changed', 'Theirs.');
    const move = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } };
    await fetch(`${openaiSkills()}/${openai.externalId}`, {
      ...move,
      body: JSON.stringify({ default_version: '2' }),
    });
    writeFileSync(join(providers.folder, 'skills', 'changed', 'SKILL.md'), skillMd('changed', 'By hand.'));
    for (const slug of ['openai-test', 'local-test', 'claude-test']) await synced(slug);
    assert.equal((await installed('changed', 'openai-test')).drift, 'modified');
    assert.equal((await installed('changed', 'local-test')).drift, 'modified');
    assert.equal((await installed('changed', 'claude-test')).drift, 'in_sync');
    await repair(openai.id);
    assert.equal((await synced('openai-test'))['modified'], 0);
    rmSync(join(providers.folder, 'skills', 'changed'), { recursive: true });
    await synced('local-test');
    const { id, drift } = await installed('changed', 'local-test');
    assert.equal(drift, 'missing');
    assert.deepEqual(await driftAudits(id), ['in_sync → modified', 'modified → missing']);
  });

  it('what has a newer version is outdated at once, and stays so after a comparison', async () => {
    await register('aging');
    await install('aging', 'claude-test');
    await app.call('POST', '/api/skills/aging/versions', inlineSkill('aging', 'Better.'));
    assert.equal((await installed('aging', 'claude-test')).drift, 'outdated');
    assert.equal((await synced('claude-test'))['outdated'], 1);
    assert.equal((await listed('drift=outdated')).length, 1);
    assert.ok((await listed('drift=in_sync')).every(({ skill }) => skill?.name !== 'aging'));
    await repair((await installed('aging', 'claude-test')).id);
    const { drift, version } = await installed('aging', 'claude-test');
    assert.deepEqual([drift, version?.number], ['in_sync', 2]);
  });

  it('what others put there is listed as unmanaged for as long as it is there', async () => {
    const externalId = await upload(openaiSkills(), 'foreign', 'Theirs.');
    assert.equal((await synced('openai-test'))['unmanaged'], 1);
    await synced('openai-test');
    const [found] = await listed('drift=unmanaged&provider=openai-test');
    assert.deepEqual(
      [found?.skill, found?.version, found?.externalId, found?.unmanaged?.name, found?.installedBy],
      [null, null, externalId, 'foreign', null],
    );
    await fetch(`${openaiSkills()}/${externalId}`, { method: 'DELETE', headers });
    assert.equal((await synced('openai-test'))['unmanaged'], 0);
    assert.deepEqual(await driftAudits(found?.id ?? ''), ['null → unmanaged', 'unmanaged → null']);
  });

  it('what others put there is taken over when its content or a person says what it is', async () => {
    await register('taken', 'Ours.');
    await upload(openaiSkills(), 'taken', 'Ours.');
    await upload(openaiSkills(), 'other', 'Theirs.');
    await synced('openai-test');
    const unmanaged = await listed('drift=unmanaged&provider=openai-test');
    const idOf = (name: string) => unmanaged.find((row) => row.unmanaged?.name === name)?.id ?? '';
    const adopt = async (name: string, body: object) =>
      await app.call('POST', `/api/installations/${idOf(name)}/adopt`, body);
    const taken = await adopt('taken', {});
    assert.equal(taken.status, 200, JSON.stringify(taken.body));
    assert.deepEqual([taken.body['drift'], taken.body['unmanaged']], ['in_sync', null]);
    assert.equal((await adopt('taken', {})).status, 409);
    const unfit = await adopt('other', {});
    assert.deepEqual([unfit.status, unfit.body['code']], [409, 'conflict:provider']);
    assert.equal((await adopt('other', { skill: 'taken' })).status, 409);
    assert.equal((await adopt('other', { ref: '1' })).status, 400);
    await register('other', 'Ours.');
    assert.equal((await adopt('other', { skill: 'other' })).body['drift'], 'modified');
    assert.equal((await synced('openai-test'))['modified'], 1);
    await repair((await installed('other', 'openai-test')).id);
    const counts = await synced('openai-test');
    assert.deepEqual([counts['modified'], counts['unmanaged']], [0, 0]);
  });

  it('a provider that is down in the middle changes nothing, and is compared when it is back', async () => {
    await register('steady');
    await install('steady', 'gemini-test');
    const before = (await listed('provider=gemini-test')).map(({ id, drift }) => `${id} ${drift}`);
    for (let count = 0; count < 2; count += 1)
      providers.faults.gemini.script.push({
        match: { method: 'GET', path: '/skills/[^/?]+$' },
        then: { status: 503 },
      });
    providers.faults.gemini.script.push({ match: { method: 'GET' }, then: { status: 429 } });
    const done = await synced('gemini-test');
    assert.equal(done['in_sync'], before.length);
    providers.faults.gemini.script.length = 0;
    assert.deepEqual(
      (await listed('provider=gemini-test')).map(({ id, drift }) => `${id} ${drift}`),
      before,
    );
  });

  it('a refused key ends the comparison and turns the provider to error', async () => {
    providers.faults.claude.script.push({ match: { method: 'GET' }, then: { status: 401, body: '{}' } });
    const done = await sync('claude-test');
    assert.deepEqual(
      [done['status'], (done['error'] as AnswerBody)['code']],
      ['failed', 'unauthorized:provider'],
    );
    const { body } = await app.call('GET', '/api/providers/claude-test');
    assert.equal(body['status'], 'error');
    assert.equal((await app.call('POST', '/api/providers/claude-test/sync')).status, 409);
    assert.equal((await app.call('POST', '/api/providers/claude-test/verify')).status, 200);
    assert.equal((await sync('claude-test'))['status'], 'success');
  });
});
