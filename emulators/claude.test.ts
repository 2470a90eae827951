/** Drives the Claude emulator with the official SDK over HTTP. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import Anthropic, { AuthenticationError, BadRequestError, NotFoundError } from '@anthropic-ai/sdk';
import { claudeEmulator } from './claude.ts';
import { ANY_SIZE, asHex, asParts, sampleFiles, underFolder } from './sample-skills.ts';
import { type EmulatorServer, serveEmulator } from './server.ts';
import { memoryStore } from './store.ts';
import { type NamedFile, readZip, writeZip } from './zip.ts';

const KEY = 'sk-ant-emulated';
let server: EmulatorServer;
let client: Anthropic;

before(async () => {
  server = await serveEmulator(claudeEmulator({ store: memoryStore(), acceptsKey: (key) => key === KEY }));
  client = clientWith(KEY);
});
after(async () => await server.close());

function clientWith(apiKey: string): Anthropic {
  return new Anthropic({ apiKey, baseURL: server.url, maxRetries: 0 });
}

function parts(name = 'csv-tools', description?: string): File[] {
  return asParts(underFolder(sampleFiles(name, description), name));
}

async function contentOf(skillId: string, version: string): Promise<Record<string, string>> {
  const answer = await client.beta.skills.versions.download(version, { skill_id: skillId });
  return asHex(await readZip(new Uint8Array(await answer.arrayBuffer()), ANY_SIZE));
}

function refusedAs(type: string, message: RegExp) {
  return (error: unknown): true => {
    assert.ok(error instanceof Anthropic.APIError, String(error));
    assert.equal(error.type, type);
    assert.match(error.message, message);
    assert.match(error.requestID ?? '', /^req_/);
    return true;
  };
}

describe('a skill', () => {
  it('is created from many files and read back byte for byte', async () => {
    const skill = await client.skills.create({ files: parts(), display_name: 'CSV tools' });
    assert.match(skill.id, /^skill_01/);
    assert.match(skill.latest_version_id, /^skver_01/);
    assert.equal(skill.display_name, 'CSV tools');
    assert.deepEqual(skill.source, { type: 'custom' });
    assert.deepEqual(await client.skills.retrieve(skill.id), skill);
    const expected = asHex(underFolder(sampleFiles(), 'csv-tools'));
    assert.deepEqual(await contentOf(skill.id, skill.latest_version_id), expected);
  });

  it('is created from one zip with or without a folder, and is named after its slug', async () => {
    for (const files of [sampleFiles(), underFolder(sampleFiles(), 'csv-tools')]) {
      const skill = await client.skills.create({ files: [new File([await writeZip(files)], 'any.zip')] });
      assert.equal(skill.display_name, 'csv-tools');
      const expected = asHex(underFolder(sampleFiles(), 'csv-tools'));
      assert.deepEqual(await contentOf(skill.id, skill.latest_version_id), expected);
    }
  });

  it('is gone with its versions after deletion', async () => {
    const skill = await client.skills.create({ files: parts() });
    assert.deepEqual(await client.skills.delete(skill.id), { id: skill.id, type: 'skill_deleted' });
    await assert.rejects(client.skills.retrieve(skill.id), NotFoundError);
    await assert.rejects(client.skills.delete(skill.id), refusedAs('not_found_error', /not found/i));
  });
});

describe('versions', () => {
  it('are served at once, newest first, and `latest` is the newest', async () => {
    const skill = await client.skills.create({ files: parts() });
    const second = await client.skills.versions.create(skill.id, { files: parts('csv-tools', 'Second') });
    assert.equal((await client.skills.retrieve(skill.id)).latest_version_id, second.id);
    assert.deepEqual(await client.skills.versions.retrieve('latest', { skill_id: skill.id }), second);
    const listed: string[] = [];
    for await (const { id } of client.skills.versions.list(skill.id, { limit: 1 })) listed.push(id);
    assert.deepEqual(listed, [second.id, skill.latest_version_id]);
    await assert.rejects(contentOf(skill.id, 'latest'), NotFoundError);
  });

  it('cannot change the name', async () => {
    const skill = await client.skills.create({ files: parts() });
    const renamed = client.skills.versions.create(skill.id, { files: parts('other-name') });
    await assert.rejects(renamed, refusedAs('invalid_request_error', /must stay 'csv-tools'/));
  });

  it('can be deleted but for the only one', async () => {
    const skill = await client.skills.create({ files: parts() });
    const only = { skill_id: skill.id };
    await assert.rejects(client.skills.versions.delete(skill.latest_version_id, only), BadRequestError);
    const second = await client.skills.versions.create(skill.id, { files: parts() });
    const deleted = await client.skills.versions.delete(second.id, only);
    assert.deepEqual(deleted, { id: second.id, type: 'skill_version_deleted' });
    assert.equal((await client.skills.retrieve(skill.id)).latest_version_id, skill.latest_version_id);
  });
});

describe('a list', () => {
  it('is paged through completely', async () => {
    for await (const { id } of client.skills.list({ limit: 1000 })) await client.skills.delete(id);
    const made: string[] = [];
    for (let index = 0; index < 105; index += 1) {
      made.push((await client.skills.create({ files: parts(`skill-${index}`) })).id);
    }
    const listed: string[] = [];
    for await (const { id } of client.skills.list({ source: 'custom' })) listed.push(id);
    assert.deepEqual(listed, made.reverse());
    assert.deepEqual((await client.skills.list({ source: 'anthropic' })).data, []);
  });

  it('refuses a limit, a source or a page that is none', async () => {
    for (const query of [{ limit: 0 }, { limit: 1001 }, { source: 'mine' }, { page: 'nonsense' }]) {
      await assert.rejects(client.skills.list(query), BadRequestError, JSON.stringify(query));
    }
  });
});

describe('what is refused', () => {
  it('is a missing or wrong key', async () => {
    await assert.rejects(clientWith('wrong').skills.list(), AuthenticationError);
    const headers = { 'anthropic-version': '2026-10-21' };
    const missing = await fetch(`${server.url}/v1/skills`, { headers });
    assert.equal(missing.status, 401);
    const body = (await missing.json()) as { type: string; error: { type: string }; request_id: string };
    assert.deepEqual([body.type, body.error.type], ['error', 'authentication_error']);
    assert.equal(body.request_id, missing.headers.get('request-id'));
    const asApiKey = await fetch(`${server.url}/v1/models`, { headers: { ...headers, 'x-api-key': KEY } });
    assert.equal(asApiKey.status, 200);
  });

  it('is a request without a version, for the old beta or for another workspace', async () => {
    const authorization = { authorization: `Bearer ${KEY}` };
    const noVersion = await fetch(`${server.url}/v1/skills`, { headers: authorization });
    assert.equal(noVersion.status, 400);
    const old = client.beta.skills.list({ betas: ['skills-2025-10-02'] });
    await assert.rejects(old, refusedAs('invalid_request_error', /GA shapes/));
    const elsewhere = client.skills.list({ workspace_id: 'wrkspc_01Other' });
    await assert.rejects(elsewhere, refusedAs('permission_error', /workspace/));
  });

  it('is a bad bundle', async () => {
    const good = underFolder(sampleFiles(), 'csv-tools');
    const other: NamedFile = { path: 'other/x', bytes: Buffer.from('x') };
    const cases: [RegExp, File[]][] = [
      [/single top-level folder/, asParts([...good, other])],
      [/single top-level folder/, asParts(good.slice(1))],
      [/reserved word 'claude'/, parts('claude-tools')],
      [/XML tags/, parts('csv-tools', 'Reads <b>CSV</b>')],
      [/too large/, [...asParts(good), new File([Buffer.alloc(31 * 1024 * 1024)], 'csv-tools/big')]],
    ];
    for (const [message, files] of cases) {
      await assert.rejects(client.skills.create({ files }), refusedAs('invalid_request_error', message));
    }
    const long = client.skills.create({ files: parts(), display_name: 'd'.repeat(256) });
    await assert.rejects(long, refusedAs('invalid_request_error', /display_name/));
  });
});
