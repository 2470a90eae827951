/** Drives the Gemini emulator with plain requests: operations, revisions, reserved ids, tokens. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { mount } from './emulator.ts';
import { geminiEmulator } from './gemini.ts';
import { ANY_SIZE, asHex, sampleFiles, underFolder, zippedBase64 } from './sample-skills.ts';
import { type EmulatorServer, serveEmulator } from './server.ts';
import { memoryStore } from './store.ts';
import { readZip } from './zip.ts';

interface Answer {
  readonly status: number;
  readonly body: {
    readonly name?: string;
    readonly done?: boolean;
    readonly error?: { readonly code: number; readonly status?: string; readonly message: string };
    readonly response?: { readonly name?: string; readonly state?: string };
    readonly displayName?: string;
    readonly state?: string;
    readonly zippedFilesystem?: string;
    readonly skills?: readonly { readonly name: string; readonly zippedFilesystem?: string }[];
    readonly skillRevisions?: readonly { readonly name: string }[];
    readonly retrievedSkills?: readonly { readonly skillName: string }[];
    readonly nextPageToken?: string;
    readonly skill?: { readonly zippedFilesystem?: string; readonly displayName?: string };
  };
}

const TOKEN = 'ya29.test';
const ACCOUNT = 'installer@acme.iam.gserviceaccount.com';
const SCOPE = 'projects/acme/locations/us-central1';
const store = memoryStore();
let time = new Date('2026-11-23T01:00:00Z');
const accepts = { store, acceptsKey: (key: string) => key === TOKEN || key === ACCOUNT, now: () => time };
let server: EmulatorServer;

before(async () => {
  server = await serveEmulator(mount('/gemini', geminiEmulator(accepts)));
});
after(async () => await server.close());

async function call(
  method: string,
  path: string,
  body?: unknown,
  token: string | null = TOKEN,
): Promise<Answer> {
  const answer = await fetch(`${server.url}/gemini/v1beta1/${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

async function skillBody(name = 'csv-tools', description = 'Reads CSV files') {
  const zippedFilesystem = await zippedBase64(sampleFiles(name, description));
  return { displayName: name, description, zippedFilesystem };
}

/** The answer of the operation's end. */
async function finished(started: Answer): Promise<Answer['body']> {
  assert.equal(started.status, 200, JSON.stringify(started.body));
  const { body } = await call('GET', started.body.name ?? '');
  assert.equal(body.done, true);
  return body;
}

async function create(id: string, body?: object): Promise<Answer['body']> {
  return await finished(await call('POST', `${SCOPE}/skills?skillId=${id}`, body ?? (await skillBody(id))));
}

describe('a skill', () => {
  it('is created by an operation and read back byte for byte', async () => {
    const started = await call('POST', `${SCOPE}/skills?skillId=first`, await skillBody('first'));
    assert.equal(started.body.done, undefined);
    assert.match(started.body.name ?? '', new RegExp(`^${SCOPE}/skills/first/operations/`));
    const again = await call('POST', `${SCOPE}/skills?skillId=first`, await skillBody('first'));
    assert.deepEqual([again.status, again.body.error?.status], [409, 'ALREADY_EXISTS']);
    assert.equal((await finished(started)).response?.state, 'ACTIVE');
    const { body: skill } = await call('GET', `${SCOPE}/skills/first`);
    const zip = Buffer.from(skill.zippedFilesystem ?? '', 'base64');
    assert.deepEqual(asHex(await readZip(zip, ANY_SIZE)), asHex(sampleFiles('first')));
  });

  it('gets a new revision by a change of content only', async () => {
    await create('revised');
    const path = `${SCOPE}/skills/revised`;
    await finished(await call('PATCH', `${path}?updateMask=displayName`, { displayName: 'Renamed' }));
    assert.equal((await call('GET', path)).body.displayName, 'Renamed');
    assert.equal((await call('GET', `${path}/revisions`)).body.skillRevisions?.length, 1);
    const changed = await skillBody('revised', 'Other');
    await finished(await call('PATCH', `${path}?updateMask=zippedFilesystem`, changed));
    const revisions = (await call('GET', `${path}/revisions`)).body.skillRevisions?.map(({ name }) => name);
    assert.deepEqual(revisions, [`${path}/revisions/2`, `${path}/revisions/1`]);
    assert.equal((await call('GET', path)).body.zippedFilesystem, changed.zippedFilesystem);
    const first = (await call('GET', `${path}/revisions/1`)).body.skill;
    assert.equal(first?.displayName, 'revised');
    assert.equal(first?.zippedFilesystem, (await skillBody('revised')).zippedFilesystem);
    await finished(await call('PATCH', path, changed));
    assert.equal((await call('GET', `${path}/revisions`)).body.skillRevisions?.length, 2);
    assert.equal((await call('PATCH', `${path}?updateMask=state`, {})).status, 400);
  });

  it('keeps its id reserved for a day after deletion', async () => {
    await create('short-lived');
    const deleted = await finished(await call('DELETE', `${SCOPE}/skills/short-lived`));
    assert.equal(deleted.error, undefined);
    assert.equal((await call('GET', `${SCOPE}/skills/short-lived`)).status, 404);
    assert.equal((await call('DELETE', `${SCOPE}/skills/short-lived`)).status, 404);
    const body = await skillBody('short-lived');
    const taken = await call('POST', `${SCOPE}/skills?skillId=short-lived`, body);
    assert.equal(taken.body.error?.status, 'ALREADY_EXISTS');
    time = new Date(time.getTime() + 24 * 60 * 60 * 1000);
    assert.equal((await create('short-lived', body)).error, undefined);
  });

  it('is found by words', async () => {
    await create('finder', await skillBody('finder', 'Manages cloud resources'));
    const { body } = await call('GET', `${SCOPE}/skills:retrieve?query=manage%20cloud&topK=1`);
    assert.equal(body.retrievedSkills?.[0]?.skillName, `${SCOPE}/skills/finder`);
  });
});

describe('an operation', () => {
  it('is under both of its names, survives a restart and ends after as many looks as told', async () => {
    const options = { ...accepts, store: memoryStore(), operationPolls: 3 };
    const ask = async (path: string, init?: RequestInit): Promise<Answer['body']> => {
      const url = `http://emulator/v1beta1/${SCOPE}/${path}`;
      const headers = { authorization: `Bearer ${TOKEN}` };
      const answer = await geminiEmulator(options)(new Request(url, { ...init, headers }));
      return (await answer.json()) as Answer['body'];
    };
    const body = JSON.stringify(await skillBody('slow'));
    const { name = '' } = await ask('skills?skillId=slow', { method: 'POST', body });
    const full = name.slice(SCOPE.length + 1);
    const short = full.slice('skills/slow/'.length);
    assert.equal((await ask(full)).done, undefined);
    assert.equal((await ask(short)).done, undefined);
    assert.equal((await ask(full)).done, true);
    assert.equal((await ask(short)).response?.name, `${SCOPE}/skills/slow`);
  });

  it('ends also when only the skill is looked at', async () => {
    await call('POST', `${SCOPE}/skills?skillId=unpolled`, await skillBody('unpolled'));
    assert.equal((await call('GET', `${SCOPE}/skills/unpolled`)).body.state, 'ACTIVE');
  });

  it('tells of a bad bundle, which leaves no skill and frees the id', async () => {
    const noFrontmatter = [{ path: 'SKILL.md', bytes: Buffer.from('# none') }];
    const deep = { path: `${'d/'.repeat(8)}x`, bytes: Buffer.from('x') };
    const bomb = { path: 'zeros', bytes: Buffer.alloc(8 * 1024 * 1024) };
    const cases: [RegExp, string][] = [
      [/root of the archive/, await zippedBase64(underFolder(sampleFiles(), 'csv-tools'))],
      [/frontmatter/, await zippedBase64(noFrontmatter)],
      [/deeper than 8/, await zippedBase64([...sampleFiles(), deep])],
      [/more bytes than allowed/, await zippedBase64([...sampleFiles(), bomb])],
      [/not a zip/, Buffer.from('nothing').toString('base64')],
    ];
    for (const [message, zippedFilesystem] of cases) {
      const ended = await create('bad', { displayName: 'Bad', description: 'Bad', zippedFilesystem });
      assert.equal(ended.error?.code, 3);
      assert.match(ended.error?.message ?? '', message);
      assert.equal((await call('GET', `${SCOPE}/skills/bad`)).status, 404);
    }
  });

  it('leaves the skill as it was when an update is refused', async () => {
    await create('kept');
    const zippedFilesystem = Buffer.from('nothing').toString('base64');
    const ended = await finished(await call('PATCH', `${SCOPE}/skills/kept`, { zippedFilesystem }));
    assert.equal(ended.error?.code, 3);
    const { body } = await call('GET', `${SCOPE}/skills/kept`);
    assert.equal(body.zippedFilesystem, (await skillBody('kept')).zippedFilesystem);
    assert.equal((await finished(await call('DELETE', `${SCOPE}/skills/kept`))).error, undefined);
  });
});

it('a list is paged through completely, without content, and is empty elsewhere', async () => {
  const scope = 'projects/many/locations/europe-west4';
  assert.deepEqual((await call('GET', `${scope}/skills`)).body, {});
  const body = await skillBody('any');
  for (let index = 0; index < 105; index += 1) await call('POST', `${scope}/skills?skillId=s${index}`, body);
  const listed: string[] = [];
  let token: string | undefined = '';
  while (token !== undefined) {
    const page: Answer = await call('GET', `${scope}/skills?pageSize=100&pageToken=${token}`);
    for (const skill of page.body.skills ?? []) {
      assert.equal(skill.zippedFilesystem, undefined);
      listed.push(skill.name);
    }
    token = page.body.nextPageToken;
  }
  assert.equal(new Set(listed).size, 105);
  assert.equal(listed.length, 105);
});

describe('what is refused at once', () => {
  it('is a missing or wrong token', async () => {
    for (const token of [null, 'wrong']) {
      const { status, body } = await call('GET', `${SCOPE}/skills`, undefined, token);
      assert.deepEqual([status, body.error?.code, body.error?.status], [401, 401, 'UNAUTHENTICATED']);
    }
  });

  it('is a bad id, a missing field, bad base64, another region or address', async () => {
    const body = await skillBody();
    for (const id of ['', 'Upper', '1st', 'ends-', 'gcp-x', 'x'.repeat(64)]) {
      assert.equal((await call('POST', `${SCOPE}/skills?skillId=${id}`, body)).status, 400, id);
    }
    for (const wrong of [{ ...body, description: '' }, { ...body, zippedFilesystem: '%' }, []]) {
      const { body: answer } = await call('POST', `${SCOPE}/skills?skillId=wrong`, wrong);
      assert.equal(answer.error?.status, 'INVALID_ARGUMENT');
    }
    assert.equal((await call('GET', 'projects/acme/locations/global/skills')).body.error?.status, 'INTERNAL');
    assert.equal((await call('GET', 'projects/acme/locations/mars/skills')).status, 400);
    assert.equal((await call('GET', `${SCOPE}/nothing`)).body.error?.status, 'NOT_FOUND');
    assert.equal((await call('GET', `${SCOPE}/operations/unknown`)).status, 404);
  });
});

describe('the token endpoint', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

  /** An assertion as google-auth-library makes it. */
  function assertionOf(email: string): string {
    const iat = Math.floor(time.getTime() / 1000);
    const scope = 'https://www.googleapis.com/auth/cloud-platform';
    const claims = { iss: email, scope, aud: `${server.url}/gemini/token`, iat, exp: iat + 3600 };
    const parts = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    return `${parts.join('.')}.${sign('sha256', Buffer.from(parts.join('.')), privateKey).toString('base64url')}`;
  }

  async function exchange(email: string): Promise<{ status: number; text: string }> {
    const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    const body = new URLSearchParams({ grant_type, assertion: assertionOf(email) });
    const answer = await fetch(`${server.url}/gemini/token`, { method: 'POST', body });
    return { status: answer.status, text: await answer.text() };
  }

  it('gives a known service account a token for an hour', async () => {
    const { access_token } = JSON.parse((await exchange(ACCOUNT)).text);
    assert.equal((await call('GET', `${SCOPE}/skills`, undefined, access_token)).status, 200);
    time = new Date(time.getTime() + 3600 * 1000);
    assert.equal((await call('GET', `${SCOPE}/skills`, undefined, access_token)).status, 401);
  });

  it('refuses an unknown one and what is no assertion', async () => {
    const { status, text } = await exchange('stranger@acme.iam.gserviceaccount.com');
    assert.deepEqual([status, JSON.parse(text).error], [400, 'invalid_grant']);
    const body = new URLSearchParams({ grant_type: 'password' });
    const other = await fetch(`${server.url}/gemini/token`, { method: 'POST', body });
    assert.match(await other.text(), /unsupported_grant_type/);
  });
});
