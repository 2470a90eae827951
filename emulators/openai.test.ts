/** Drives the OpenAI emulator with the official SDK and holds every answer against the published document. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import OpenAI, { APIError, AuthenticationError, BadRequestError, NotFoundError } from 'openai';
import { held, openaiContract } from './openai-contract.ts';
import { openaiEmulator } from './openai.ts';
import { ANY_SIZE, asHex, asParts, sampleFiles, underFolder } from './sample-skills.ts';
import { type EmulatorServer, serveEmulator } from './server.ts';
import { memoryStore } from './store.ts';
import { readZip, writeZip } from './zip.ts';

const KEY = 'sk-emulated-0123456789';
const store = memoryStore();
const contract = held(openaiEmulator({ store, acceptsKey: (key) => key === KEY }));
let server: EmulatorServer;
let client: OpenAI;

before(async () => {
  server = await serveEmulator(contract.emulator);
  client = clientWith(KEY);
});
after(async () => {
  await server.close();
  assert.deepEqual(contract.violations, []);
  assert.ok(contract.checked() > 100, `only ${contract.checked()} answers were checked`);
});

function clientWith(apiKey: string): OpenAI {
  return new OpenAI({ apiKey, baseURL: `${server.url}/v1`, maxRetries: 0 });
}

async function uploadSkill(name = 'csv-tools', description?: string): Promise<OpenAI.Skill> {
  return await client.skills.create({ files: asParts(underFolder(sampleFiles(name, description), name)) });
}

async function addVersion(id: string, description: string, makeDefault?: boolean): Promise<string> {
  const files = asParts(underFolder(sampleFiles('csv-tools', description), 'csv-tools'));
  const options = makeDefault === undefined ? { files } : { files, default: makeDefault };
  return (await client.skills.versions.create(id, options)).version;
}

async function contentOf(answer: Promise<{ arrayBuffer(): Promise<ArrayBuffer> }>) {
  const zip = new Uint8Array(await (await answer).arrayBuffer());
  return asHex(await readZip(zip, ANY_SIZE));
}

async function upload(parts: File[]): Promise<Response> {
  const body = new FormData();
  for (const part of parts) body.append('files[]', part);
  const headers = { authorization: `Bearer ${KEY}` };
  return await fetch(`${server.url}/v1/skills`, { method: 'POST', body, headers });
}

async function messageOf(answer: Response): Promise<string> {
  const body = (await answer.json()) as { error: { message: string } };
  return `${answer.status} ${body.error.message}`;
}

describe('a skill', () => {
  it('is created from many files and read back byte for byte', async () => {
    const { data: skill, response } = await client.skills
      .create({ files: asParts(underFolder(sampleFiles(), 'csv-tools')) })
      .withResponse();
    assert.match(response.headers.get('x-request-id') ?? '', /^req_/);
    assert.match(skill.id, /^skill_/);
    assert.equal(skill.name, 'csv-tools');
    assert.equal(skill.default_version, '1');
    assert.deepEqual(await client.skills.retrieve(skill.id), skill);
    const expected = asHex(underFolder(sampleFiles(), 'csv-tools'));
    assert.deepEqual(await contentOf(client.skills.content.retrieve(skill.id)), expected);
  });

  it('is created from one zip', async () => {
    const zip = await writeZip(underFolder(sampleFiles('zipped'), 'zipped'));
    const skill = await client.skills.create({ files: new File([zip], 'skill.zip') });
    const content = client.skills.versions.content.retrieve('1', { skill_id: skill.id });
    assert.deepEqual(await contentOf(content), asHex(underFolder(sampleFiles('zipped'), 'zipped')));
  });

  it('is made twice when it is posted twice, as there is no idempotency', async () => {
    const [one, other] = [await uploadSkill(), await uploadSkill()];
    assert.notEqual(one.id, other.id);
  });

  it('is gone with its versions after deletion', async () => {
    const skill = await uploadSkill();
    assert.equal((await client.skills.delete(skill.id)).deleted, true);
    await assert.rejects(client.skills.retrieve(skill.id), NotFoundError);
    await assert.rejects(client.skills.delete(skill.id), NotFoundError);
    await assert.rejects(client.skills.versions.retrieve('1', { skill_id: skill.id }), NotFoundError);
    assert.deepEqual(await store.list(`openai/content/${skill.id}`), []);
  });
});

describe('versions', () => {
  it('do not become the default unless asked; the pointer moves', async () => {
    const { id } = await uploadSkill();
    assert.equal(await addVersion(id, 'Second'), '2');
    assert.equal((await client.skills.retrieve(id)).default_version, '1');
    assert.equal(await addVersion(id, 'Third', true), '3');
    const third = await client.skills.retrieve(id);
    assert.deepEqual([third.default_version, third.latest_version], ['3', '3']);
    assert.equal(third.description, 'Third');
    assert.equal((await client.skills.update(id, { default_version: '2' })).default_version, '2');
    await assert.rejects(client.skills.update(id, { default_version: '9' }), NotFoundError);
  });

  it('cannot be deleted while default; numbers are not given twice; the last one takes the skill along', async () => {
    const { id } = await uploadSkill();
    await addVersion(id, 'Second');
    await assert.rejects(client.skills.versions.delete('1', { skill_id: id }), BadRequestError);
    assert.equal((await client.skills.versions.delete('2', { skill_id: id })).version, '2');
    assert.equal((await client.skills.retrieve(id)).latest_version, '1');
    assert.equal(await addVersion(id, 'Third', true), '3');
    await client.skills.versions.delete('1', { skill_id: id });
    await client.skills.versions.delete('3', { skill_id: id });
    await assert.rejects(client.skills.retrieve(id), NotFoundError);
  });

  it('made at the same time all get their own number', async () => {
    const { id } = await uploadSkill();
    const numbers = await Promise.all(Array.from({ length: 12 }, (_, index) => addVersion(id, `V ${index}`)));
    assert.equal(new Set(numbers).size, 12);
    const listed: string[] = [];
    for await (const version of client.skills.versions.list(id, { order: 'asc', limit: 5 })) {
      listed.push(version.version);
    }
    assert.deepEqual(
      listed,
      Array.from({ length: 13 }, (_, index) => String(index + 1)),
    );
  });
});

describe('a list', () => {
  it('is paged through completely, newest or oldest first', async () => {
    const emptied: string[] = [];
    for await (const { id } of client.skills.list()) emptied.push(id);
    for (const id of emptied) await client.skills.delete(id);
    const empty = await client.skills.list({ limit: 1 });
    assert.equal(empty.has_more, false);

    const made: string[] = [];
    for (let index = 0; index < 105; index += 1) made.push((await uploadSkill(`skill-${index}`)).id);
    for (const [order, expected] of [
      ['asc', made],
      ['desc', [...made].reverse()],
    ] as const) {
      const listed: string[] = [];
      for await (const { id } of client.skills.list({ order, limit: 100 })) listed.push(id);
      assert.deepEqual(listed, expected);
    }
    assert.equal((await client.skills.list()).data.length, 20);
  });

  it('refuses a limit, an order or a cursor that is none', async () => {
    for (const query of ['limit=101', 'limit=x', 'order=up', 'after=nonsense']) {
      await assert.rejects(client.get(`/skills?${query}`), BadRequestError, query);
    }
  });
});

describe('what is refused', () => {
  it('is a missing or wrong key, in OpenAI’s own body', async () => {
    const wrong = clientWith('sk-wrong-0123456789');
    await assert.rejects(wrong.skills.list(), (error) => {
      assert.ok(error instanceof AuthenticationError);
      assert.equal(error.code, 'invalid_api_key');
      assert.match(error.requestID ?? '', /^req_/);
      assert.doesNotMatch(error.message, /sk-wrong/);
      return true;
    });
    const missing = await fetch(`${server.url}/v1/skills`);
    assert.equal(missing.status, 401);
    await missing.text();
  });

  it('is a bad bundle', async () => {
    const good = underFolder(sampleFiles(), 'csv-tools');
    const withSkillMd = (text: string) => [new File([text], 'csv-tools/SKILL.md')];
    const cases: [RegExp, File[]][] = [
      [/one top-level folder/, asParts(sampleFiles())],
      [/one top-level folder/, asParts([...good, { path: 'other/x', bytes: Buffer.from('x') }])],
      [/exactly one SKILL.md is needed, found 0/, asParts(good.slice(1))],
      [
        /exactly one SKILL.md is needed, found 2/,
        [...asParts(good), new File(['x'], 'csv-tools/a/skill.md')],
      ],
      [/not a relative path/, [...asParts(good), new File(['x'], 'csv-tools/../../evil')]],
      [/in the upload twice/, asParts([...good, ...good])],
      [/frontmatter/, withSkillMd('# no frontmatter')],
      [/not YAML/, withSkillMd('---\na: [\n---\n')],
      [/name in SKILL.md/, withSkillMd('---\nname: Bad_Name\ndescription: d\n---\n')],
      [/description in SKILL.md/, withSkillMd(`---\nname: a\ndescription: ${'d'.repeat(1025)}\n---\n`)],
      [
        /more than 500 files/,
        Array.from({ length: 501 }, (_, index) => new File(['x'], `csv-tools/${index}`)),
      ],
      [/not a readable zip/, [new File([Buffer.from('PK\u0003\u0004 broken')], 'skill.zip')]],
      [/Missing required parameter/, []],
    ];
    for (const [expected, parts] of cases) {
      const message = await messageOf(await upload(parts));
      assert.match(message, /^400 /);
      assert.match(message, expected);
    }
  });

  it('is another content type, address or method', async () => {
    await assert.rejects(client.post('/skills', { body: { files: [] } }), /Unsupported content type/);
    await assert.rejects(client.get('/nothing'), NotFoundError);
    await assert.rejects(client.put('/skills'), (error) => error instanceof APIError && error.status === 405);
    const { id } = await uploadSkill();
    await assert.rejects(client.post(`/skills/${id}`, { body: {} }), /default_version/);
    await assert.rejects(client.skills.versions.retrieve('latest', { skill_id: id }), NotFoundError);
  });
});

it('models can be listed', async () => {
  assert.ok((await client.models.list()).data.length > 0);
});

it('a restart on the same store changes nothing', async () => {
  const skill = await uploadSkill();
  const restarted = openaiEmulator({ store, acceptsKey: () => true });
  const headers = { authorization: 'Bearer any' };
  const answer = await restarted(new Request(`http://emulator/v1/skills/${skill.id}`, { headers }));
  assert.deepEqual(await answer.json(), skill);
});

describe('the check against the document', () => {
  const skill = { id: 's', object: 'skill', name: 'n', description: 'd', created_at: 1 };
  const versions = { default_version: '1', latest_version: '1' };
  const violations = async (body: unknown, status = 200, path = '/v1/skills/s') =>
    (await openaiContract().violations('GET', path, Response.json(body, { status }))).join();

  it('accepts what is documented', async () => {
    assert.equal(await violations({ ...skill, ...versions }), '');
  });
  it('finds a missing, a mistyped and an undocumented field', async () => {
    assert.match(await violations(skill), /default_version/);
    assert.match(await violations({ ...skill, ...versions, created_at: '1' }), /created_at/);
    assert.match(await violations({ ...skill, ...versions, secret: 1 }), /unevaluated/);
  });
  it('finds an error body of another shape and an undocumented path', async () => {
    assert.match(await violations({ error: 'no' }, 404), /error/);
    assert.match(await violations({}, 200, '/v1/nothing'), /not a documented path/);
  });
});
