/** Skills as people write them go into every kind of provider, and come back byte for byte. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { contentDigest } from '../../lib/kernel/content-digest.ts';
import { packZip, unpackZip } from '../../lib/providers/archive.ts';
import type { Run } from '../../lib/runs/schema.ts';
import {
  type EmulatedProviders,
  PROVIDER_KEY,
  startApp,
  startProviders,
  type TestApp,
} from '../support/app.ts';
import { describeEachEngine } from '../support/databases.ts';
import { readFiles, type SkillOnDisk, skillCollection } from '../support/real-skills.ts';
import { until } from '../support/until.ts';

const { label, skills } = skillCollection();
const KINDS = ['openai', 'claude', 'gemini', 'local'] as const;

describeEachEngine(`${skills.length} ${label} in ${KINDS.length} kinds of provider`, (open) => {
  let app: TestApp;
  let providers: EmulatedProviders;

  before(async () => {
    providers = await startProviders();
    app = await startApp(await open());
    for (const kind of KINDS) {
      const connected = await app.call('POST', '/api/providers', providers.connections[kind]);
      assert.equal(connected.status, 201, JSON.stringify(connected.body));
      assert.equal(connected.body['status'], 'active', JSON.stringify(connected.body));
    }
  });

  after(async () => {
    await app.close();
    await providers.close();
  });

  it('are registered, every other one as a zip, with the digest of their files', async () => {
    for (const [index, skill] of skills.entries()) {
      const answer = await app.call(
        'POST',
        '/api/skills',
        index % 2 === 0 ? inline(skill) : await zipForm(skill),
      );
      assert.equal(answer.status, 201, `${skill.name}: ${JSON.stringify(answer.body)}`);
      const version = answer.body['latestVersion'] as { digest: string; fileCount: number };
      assert.equal(version.digest, contentDigest(skill.files));
      assert.equal(version.fileCount, skill.files.length);
    }
  });

  it('are installed by one request, and every run ends in success', async () => {
    const asked = await app.call('POST', '/api/install-runs', {
      skills: skills.map((skill) => skill.name),
      providers: KINDS.map((kind) => `${kind}-test`),
    });
    assert.equal(asked.status, 202, JSON.stringify(asked.body));
    const path = String(asked.headers.get('location'));
    const batch = await until(
      'the batch has ended',
      async () => {
        const { body } = await app.call('GET', path);
        return body['status'] === 'queued' || body['status'] === 'running' ? null : body;
      },
      { within: 60_000, every: 100 },
    );
    const runs = batch['runs'] as Run[];
    assert.equal(runs.length, skills.length * KINDS.length);
    const digests = new Map(skills.map((skill) => [skill.name, contentDigest(skill.files)]));
    for (const run of runs) {
      assert.equal(
        run.status,
        'success',
        `${run.skill.name} in ${run.provider.slug}: ${JSON.stringify(run.error)}`,
      );
      assert.equal(run.result?.verifiedDigest, digests.get(run.skill.name));
      assert.equal(run.result?.verification, 'content');
    }
  });

  it('are in each account byte for byte', async () => {
    for (const skill of skills) {
      const digest = contentDigest(skill.files);
      for (const kind of KINDS) {
        const held = await downloads[kind](providers, await externalId(app, kind, skill.name), skill.name);
        assert.equal(contentDigest(held), digest, `${skill.name} in ${kind}`);
      }
    }
  });
});

function inline(skill: SkillOnDisk): object {
  const files = skill.files.map(({ path, bytes }) => ({
    path,
    content: bytes.toString('base64'),
    encoding: 'base64',
  }));
  return { source: { type: 'inline', files } };
}

async function zipForm(skill: SkillOnDisk): Promise<FormData> {
  const zip = await packZip(skill.files, skill.name);
  const form = new FormData();
  form.append('archive', new Blob([Uint8Array.from(zip)], { type: 'application/zip' }), `${skill.name}.zip`);
  form.append('metadata', JSON.stringify({ tags: ['zip'] }));
  return form;
}

async function externalId(app: TestApp, kind: string, skill: string): Promise<string> {
  const { body } = await app.call('GET', `/api/providers/${kind}-test/installations?limit=100`);
  const rows = body['items'] as { skill: { name: string }; externalId: string; drift: string }[];
  const row = rows.find((candidate) => candidate.skill.name === skill);
  assert.equal(row?.drift, 'in_sync');
  return row.externalId;
}

type Files = readonly { path: string; bytes: Uint8Array }[];
type Download = (providers: EmulatedProviders, id: string, name: string) => Promise<Files>;

/** Asks each provider itself, past our own adapters. */
const downloads: Readonly<Record<(typeof KINDS)[number], Download>> = {
  async openai({ urls }, id, name) {
    return withoutTop(await unpackZip(await bytesOf(`${urls.openai}/v1/skills/${id}/content`)), name);
  },
  async claude({ urls }, id, name) {
    const listed = await jsonOf(`${urls.claude}/v1/skills/${id}/versions`);
    const [newest] = listed['data'] as { id: string }[];
    return withoutTop(
      await unpackZip(await bytesOf(`${urls.claude}/v1/skills/${id}/versions/${newest?.id}/content`)),
      name,
    );
  },
  async gemini({ urls }, id) {
    const skill = await jsonOf(`${urls.gemini}/v1beta1/projects/test/locations/us-central1/skills/${id}`);
    return await unpackZip(Buffer.from(String(skill['zippedFilesystem']), 'base64'));
  },
  local: async ({ folder }, id) => readFiles(join(folder, 'skills', id)),
};

function withoutTop(files: Files, name: string): Files {
  return files.map(({ path, bytes }) => ({ path: path.replace(`${name}/`, ''), bytes }));
}

async function bytesOf(url: string): Promise<Buffer> {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${PROVIDER_KEY}`, 'anthropic-version': '2026-10-21' },
  });
  assert.equal(response.status, 200, url);
  return Buffer.from(await response.arrayBuffer());
}

async function jsonOf(url: string): Promise<Record<string, unknown>> {
  return JSON.parse((await bytesOf(url)).toString('utf8'));
}
