/** Imitates OpenAI's skill endpoints: server-made ids, numbered versions, a movable default version. */
import { randomBytes } from 'node:crypto';
import {
  bearerToken,
  type Emulator,
  type EmulatorOptions,
  idMaker,
  matchRoute,
  Refusal,
  type Route,
  turns,
  type TakeTurns,
  zipAnswer,
} from './emulator.ts';
import { listAnswer, readBoolean, readDefaultVersion, readUpload } from './openai-requests.ts';
import { loadedFiles, type Shelf, shelf, type StoredFiles, storedFiles } from './shelf.ts';
import { formOf } from './skill-upload.ts';
import { BadBundle, writeZip } from './zip.ts';

interface SkillRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly created_at: number;
  readonly default_version: string;
  readonly latest_version: string;
  /** Numbers are never given twice, also after the newest version was deleted. */
  readonly next_version: number;
}

interface VersionRecord {
  readonly id: string;
  readonly skill_id: string;
  readonly version: string;
  readonly created_at: number;
  readonly name: string;
  readonly description: string;
}

interface Context {
  readonly skills: Shelf<SkillRecord, VersionRecord, StoredFiles>;
  readonly takeTurn: TakeTurns;
  readonly makeId: (prefix: string) => string;
  /** Seconds since 1970. */
  readonly seconds: () => number;
}

type Handler = (context: Context, request: Request, id: string, version: string) => Promise<Response>;

const ROUTES: readonly Route<Handler>[] = [
  ['GET', /^\/v1\/models$/, listModels],
  ['POST', /^\/v1\/skills$/, createSkill],
  ['GET', /^\/v1\/skills$/, listSkills],
  ['GET', /^\/v1\/skills\/([^/]+)$/, getSkill],
  ['POST', /^\/v1\/skills\/([^/]+)$/, setDefaultVersion],
  ['DELETE', /^\/v1\/skills\/([^/]+)$/, deleteSkill],
  ['GET', /^\/v1\/skills\/([^/]+)\/content$/, getDefaultContent],
  ['POST', /^\/v1\/skills\/([^/]+)\/versions$/, createVersion],
  ['GET', /^\/v1\/skills\/([^/]+)\/versions$/, listVersions],
  ['GET', /^\/v1\/skills\/([^/]+)\/versions\/([^/]+)$/, getVersion],
  ['DELETE', /^\/v1\/skills\/([^/]+)\/versions\/([^/]+)$/, deleteVersion],
  ['GET', /^\/v1\/skills\/([^/]+)\/versions\/([^/]+)\/content$/, getContent],
];

export function openaiEmulator(options: EmulatorOptions): Emulator {
  const now = options.now ?? (() => new Date());
  const context: Context = {
    skills: shelf(options.store, 'openai'),
    takeTurn: turns(),
    makeId: idMaker(now),
    seconds: () => Math.floor(now().getTime() / 1000),
  };
  return async function openai(request) {
    const answer = await answerOrRefuse(context, options, request);
    answer.headers.set('x-request-id', `req_${randomBytes(16).toString('hex')}`);
    answer.headers.set('openai-version', '2020-10-01');
    return answer;
  };
}

async function answerOrRefuse(
  context: Context,
  options: EmulatorOptions,
  request: Request,
): Promise<Response> {
  try {
    authenticate(request, options);
    const { pathname } = new URL(request.url);
    const match = matchRoute(ROUTES, request.method, pathname);
    if (match.kind === 'none') throw new Refusal(404, `Invalid URL (${request.method} ${pathname})`);
    if (match.kind === 'other_method') {
      throw new Refusal(405, `Not allowed to ${request.method} on ${pathname}.`, 'method_not_supported');
    }
    const [id = '', version = ''] = match.parameters;
    return await match.handler(context, request, id, version);
  } catch (error) {
    if (error instanceof BadBundle) {
      return refused(new Refusal(400, `Invalid skill: ${error.message}.`, 'invalid_value', 'files'));
    }
    if (error instanceof Refusal) return refused(error);
    throw error;
  }
}

function refused({ status, message, code, param }: Refusal): Response {
  return Response.json({ error: { message, type: 'invalid_request_error', param, code } }, { status });
}

function authenticate(request: Request, options: EmulatorOptions): void {
  const key = bearerToken(request);
  if (key === null) {
    throw new Refusal(401, 'You didn’t provide an API key in an Authorization header using Bearer auth.');
  }
  if (!options.acceptsKey(key)) {
    const shown = key.length > 12 ? `****${key.slice(-4)}` : '****';
    throw new Refusal(401, `Incorrect API key provided: ${shown}.`, 'invalid_api_key');
  }
}

async function listModels(): Promise<Response> {
  const model = { id: 'gpt-emulated', object: 'model', created: 1_780_000_000, owned_by: 'emulator' };
  return Response.json({ object: 'list', data: [model] });
}

async function createSkill(context: Context, request: Request): Promise<Response> {
  const { folder, upload, name, description } = await readUpload(await formOf(request));
  return await context.takeTurn(async () => {
    const created_at = context.seconds();
    const skill: SkillRecord = {
      id: context.makeId('skill_'),
      name,
      description,
      created_at,
      default_version: '1',
      latest_version: '1',
      next_version: 2,
    };
    const version: VersionRecord = {
      id: context.makeId('skillver_'),
      skill_id: skill.id,
      version: '1',
      created_at,
      name,
      description,
    };
    await context.skills.putVersion(skill.id, versionKey('1'), version, storedFiles(folder, upload));
    await context.skills.putSkill(skill.id, skill);
    return Response.json(shownSkill(skill));
  });
}

async function createVersion(context: Context, request: Request, id: string): Promise<Response> {
  await skillOf(context, id);
  const form = await formOf(request);
  const makeDefault = readBoolean(form, 'default');
  const { folder, upload, name, description } = await readUpload(form);
  return await context.takeTurn(async () => {
    const skill = await skillOf(context, id);
    const number = String(skill.next_version);
    const version: VersionRecord = {
      id: context.makeId('skillver_'),
      skill_id: id,
      version: number,
      created_at: context.seconds(),
      name,
      description,
    };
    await context.skills.putVersion(id, versionKey(number), version, storedFiles(folder, upload));
    await context.skills.putSkill(id, {
      ...skill,
      ...(makeDefault ? { default_version: number, name, description } : {}),
      latest_version: number,
      next_version: skill.next_version + 1,
    });
    return Response.json(shownVersion(version));
  });
}

async function listSkills(context: Context, request: Request): Promise<Response> {
  return listAnswer(request, await context.skills.skills(), shownSkill);
}

async function listVersions(context: Context, request: Request, id: string): Promise<Response> {
  await skillOf(context, id);
  return listAnswer(request, await context.skills.versions(id), shownVersion);
}

async function getSkill(context: Context, _request: Request, id: string): Promise<Response> {
  return Response.json(shownSkill(await skillOf(context, id)));
}

async function getVersion(context: Context, _: Request, id: string, version: string): Promise<Response> {
  await skillOf(context, id);
  return Response.json(shownVersion(await versionOf(context, id, version)));
}

async function setDefaultVersion(context: Context, request: Request, id: string): Promise<Response> {
  await skillOf(context, id);
  const wanted = await readDefaultVersion(request);
  return await context.takeTurn(async () => {
    const skill = await skillOf(context, id);
    const { name, description } = await versionOf(context, id, wanted);
    const moved = { ...skill, default_version: wanted, name, description };
    await context.skills.putSkill(id, moved);
    return Response.json(shownSkill(moved));
  });
}

async function deleteSkill(context: Context, _request: Request, id: string): Promise<Response> {
  return await context.takeTurn(async () => {
    await skillOf(context, id);
    await context.skills.removeSkill(id);
    return Response.json({ id, object: 'skill.deleted', deleted: true });
  });
}

async function deleteVersion(context: Context, _: Request, id: string, version: string): Promise<Response> {
  return await context.takeTurn(async () => {
    const skill = await skillOf(context, id);
    const record = await versionOf(context, id, version);
    const others = (await context.skills.versions(id)).filter((other) => other.version !== version);
    const newest = others.at(-1);
    if (newest === undefined) {
      await context.skills.removeSkill(id);
    } else if (skill.default_version === version) {
      throw new Refusal(
        400,
        'The default version of a skill cannot be deleted. Make another one the default.',
      );
    } else {
      await context.skills.putSkill(id, { ...skill, latest_version: newest.version });
      await context.skills.removeVersion(id, versionKey(version));
    }
    return Response.json({ id: record.id, object: 'skill.version.deleted', version, deleted: true });
  });
}

async function getDefaultContent(context: Context, request: Request, id: string): Promise<Response> {
  return await getContent(context, request, id, (await skillOf(context, id)).default_version);
}

async function getContent(context: Context, _: Request, id: string, version: string): Promise<Response> {
  await skillOf(context, id);
  const { name } = await versionOf(context, id, version);
  const content = await context.skills.content(id, versionKey(version));
  if (!content) throw noVersion(id, version);
  return zipAnswer(await writeZip(loadedFiles(content)), `${name}.zip`);
}

async function skillOf(context: Context, id: string): Promise<SkillRecord> {
  const skill = await context.skills.skill(id);
  if (!skill) throw new Refusal(404, `No skill found with id '${id}'.`);
  return skill;
}

async function versionOf(context: Context, id: string, version: string): Promise<VersionRecord> {
  const record = /^[1-9]\d{0,8}$/.test(version)
    ? await context.skills.version(id, versionKey(version))
    : undefined;
  if (!record) throw noVersion(id, version);
  return record;
}

function noVersion(id: string, version: string): Refusal {
  return new Refusal(404, `No version '${version}' found for skill '${id}'.`);
}

/** Wide enough that bytewise order is the order of the numbers. */
function versionKey(version: string): string {
  return version.padStart(9, '0');
}

function shownSkill(skill: SkillRecord): object {
  const { id, name, description, created_at, default_version, latest_version } = skill;
  return { id, object: 'skill', name, description, created_at, default_version, latest_version };
}

function shownVersion(version: VersionRecord): object {
  return { ...version, object: 'skill.version' };
}
