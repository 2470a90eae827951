/** Imitates Claude's skill endpoints (the GA shapes): server-made ids, the newest version is served. */
import { randomBytes } from 'node:crypto';
import { readUpload } from './claude-upload.ts';
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
  wholeNumber,
  zipAnswer,
} from './emulator.ts';
import { loadedFiles, type Shelf, shelf, type StoredFiles, storedFiles } from './shelf.ts';
import { formOf } from './skill-upload.ts';
import { BadBundle, writeZip } from './zip.ts';

interface SkillRecord {
  readonly id: string;
  readonly display_name: string;
  readonly latest_version_id: string;
  readonly created_at: string;
  readonly updated_at: string;
  /** Never changes; every later version must carry it. */
  readonly slug: string;
}

interface VersionRecord {
  readonly id: string;
  readonly skill_id: string;
  readonly name: string;
  readonly description: string;
  readonly created_at: string;
}

interface Context {
  readonly skills: Shelf<SkillRecord, VersionRecord, StoredFiles>;
  readonly takeTurn: TakeTurns;
  readonly makeId: (prefix: string) => string;
  readonly isoTime: () => string;
}

type Handler = (context: Context, request: Request, id: string, version: string) => Promise<Response>;

const WORKSPACE_ID = 'wrkspc_01Emulated';
const OLD_BETA = 'skills-2025-10-02';
const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  405: 'invalid_request_error',
  413: 'request_too_large',
};

const ROUTES: readonly Route<Handler>[] = [
  ['GET', /^\/v1\/models$/, listModels],
  ['POST', /^\/v1\/skills$/, createSkill],
  ['GET', /^\/v1\/skills$/, listSkills],
  ['GET', /^\/v1\/skills\/([^/]+)$/, getSkill],
  ['DELETE', /^\/v1\/skills\/([^/]+)$/, deleteSkill],
  ['POST', /^\/v1\/skills\/([^/]+)\/versions$/, createVersion],
  ['GET', /^\/v1\/skills\/([^/]+)\/versions$/, listVersions],
  ['GET', /^\/v1\/skills\/([^/]+)\/versions\/([^/]+)$/, getVersion],
  ['DELETE', /^\/v1\/skills\/([^/]+)\/versions\/([^/]+)$/, deleteVersion],
  ['GET', /^\/v1\/skills\/([^/]+)\/versions\/([^/]+)\/content$/, getContent],
];

export function claudeEmulator(options: EmulatorOptions): Emulator {
  const now = options.now ?? (() => new Date());
  const context: Context = {
    skills: shelf(options.store, 'claude'),
    takeTurn: turns(),
    makeId: idMaker(now),
    isoTime: () => now().toISOString(),
  };
  return async function claude(request) {
    const requestId = `req_011${randomBytes(12).toString('hex')}`;
    const answer = await answerOrRefuse(context, options, request, requestId);
    answer.headers.set('request-id', requestId);
    answer.headers.set('anthropic-organization-id', '00000000-0000-4000-8000-000000000001');
    if (answer.status !== 401) answer.headers.set('anthropic-workspace-id', WORKSPACE_ID);
    return answer;
  };
}

async function answerOrRefuse(
  context: Context,
  options: EmulatorOptions,
  request: Request,
  requestId: string,
): Promise<Response> {
  try {
    authenticate(request, options);
    refuseHeaders(request.headers);
    const match = matchRoute(ROUTES, request.method, new URL(request.url).pathname);
    if (match.kind === 'none') throw new Refusal(404, 'Not found');
    if (match.kind === 'other_method') throw new Refusal(405, 'Method not allowed');
    const [id = '', version = ''] = match.parameters;
    return await match.handler(context, request, id, version);
  } catch (error) {
    if (error instanceof BadBundle) return refused(new Refusal(400, error.message), requestId);
    if (error instanceof Refusal) return refused(error, requestId);
    throw error;
  }
}

function refused({ status, message }: Refusal, request_id: string): Response {
  const type = ERROR_TYPES[status] ?? 'api_error';
  return Response.json({ type: 'error', error: { type, message }, request_id }, { status });
}

function authenticate(request: Request, options: EmulatorOptions): void {
  const apiKey = request.headers.get('x-api-key');
  const bearer = bearerToken(request);
  const key = apiKey ?? bearer;
  if (key === null) throw new Refusal(401, 'x-api-key header is required');
  if (!options.acceptsKey(key)) {
    throw new Refusal(401, apiKey === null ? 'Invalid bearer token' : 'invalid x-api-key');
  }
}

function refuseHeaders(headers: Headers): void {
  if (!headers.has('anthropic-version')) throw new Refusal(400, 'anthropic-version: header is required');
  const betas = (headers.get('anthropic-beta') ?? '').split(',').map((beta) => beta.trim());
  if (betas.includes(OLD_BETA)) {
    throw new Refusal(400, `anthropic-beta: this emulator has only the GA shapes, not those of ${OLD_BETA}`);
  }
  if ((headers.get('anthropic-workspace-id') ?? WORKSPACE_ID) !== WORKSPACE_ID) {
    throw new Refusal(403, 'The credential does not belong to the workspace of anthropic-workspace-id.');
  }
}

async function listModels(): Promise<Response> {
  const model = { type: 'model', id: 'claude-emulated', display_name: 'Claude (emulated)' };
  const data = [{ ...model, created_at: '2026-06-01T00:00:00Z' }];
  return Response.json({ data, has_more: false, first_id: model.id, last_id: model.id });
}

async function createSkill(context: Context, request: Request): Promise<Response> {
  const form = await formOf(request);
  const displayName = readDisplayName(form);
  const { name, description, upload } = await readUpload(form);
  return await context.takeTurn(async () => {
    const created_at = context.isoTime();
    const id = context.makeId('skill_01');
    const version = { id: context.makeId('skver_01'), skill_id: id, name, description, created_at };
    const skill: SkillRecord = {
      id,
      display_name: displayName ?? name,
      latest_version_id: version.id,
      slug: name,
      created_at,
      updated_at: created_at,
    };
    await context.skills.putVersion(id, version.id, version, storedFiles(name, upload));
    await context.skills.putSkill(id, skill);
    return Response.json(shownSkill(skill));
  });
}

function readDisplayName(form: FormData): string | null {
  const value = form.get('display_name');
  if (value === null) return null;
  if (typeof value !== 'string' || value.trim() === '' || value.length > 255 || /[\r\n]/.test(value)) {
    throw new Refusal(400, 'display_name: must be one line of 1 to 255 characters');
  }
  return value;
}

async function createVersion(context: Context, request: Request, id: string): Promise<Response> {
  await skillOf(context, id);
  const { name, description, upload } = await readUpload(await formOf(request));
  return await context.takeTurn(async () => {
    const skill = await skillOf(context, id);
    if (name !== skill.slug) {
      throw new Refusal(
        400,
        `name: must stay '${skill.slug}', the name of the skill; the upload has '${name}'`,
      );
    }
    const created_at = context.isoTime();
    const version = { id: context.makeId('skver_01'), skill_id: id, name, description, created_at };
    await context.skills.putVersion(id, version.id, version, storedFiles(name, upload));
    await context.skills.putSkill(id, { ...skill, latest_version_id: version.id, updated_at: created_at });
    return Response.json(shownVersion(version));
  });
}

async function listSkills(context: Context, request: Request): Promise<Response> {
  const source = new URL(request.url).searchParams.get('source');
  if (source !== null && source !== 'custom' && source !== 'anthropic') {
    throw new Refusal(400, "source: must be 'custom' or 'anthropic'");
  }
  return listAnswer(request, source === 'anthropic' ? [] : await context.skills.skills(), shownSkill);
}

async function listVersions(context: Context, request: Request, id: string): Promise<Response> {
  await skillOf(context, id);
  return listAnswer(request, await context.skills.versions(id), shownVersion);
}

/** One page of `records`, newest first; they come oldest first. */
function listAnswer<Item extends { readonly id: string }>(
  request: Request,
  records: readonly Item[],
  show: (record: Item) => object,
): Response {
  const query = new URL(request.url).searchParams;
  const limit = wholeNumber(query.get('limit') ?? '20', 1, 1000);
  if (limit === null) throw new Refusal(400, 'limit: must be from 1 to 1000');
  const token = query.get('page');
  const before = token === null ? null : Buffer.from(token, 'base64url').toString();
  if (before !== null && !/^sk(ill|ver)_[0-9a-f]+$/.test(before)) {
    throw new Refusal(400, 'page: not a page token of this list');
  }
  const rest = records.filter(({ id }) => before === null || id < before).reverse();
  const data = rest.slice(0, limit);
  const last = data.at(-1);
  const next_page = last && rest.length > limit ? Buffer.from(last.id).toString('base64url') : null;
  return Response.json({ data: data.map(show), next_page });
}

async function getSkill(context: Context, _request: Request, id: string): Promise<Response> {
  return Response.json(shownSkill(await skillOf(context, id)));
}

async function getVersion(context: Context, _: Request, id: string, version: string): Promise<Response> {
  const skill = await skillOf(context, id);
  const wanted = version === 'latest' ? skill.latest_version_id : version;
  return Response.json(shownVersion(await versionOf(context, id, wanted)));
}

async function deleteSkill(context: Context, _request: Request, id: string): Promise<Response> {
  return await context.takeTurn(async () => {
    await skillOf(context, id);
    await context.skills.removeSkill(id);
    return Response.json({ id, type: 'skill_deleted' });
  });
}

async function deleteVersion(context: Context, _: Request, id: string, version: string): Promise<Response> {
  return await context.takeTurn(async () => {
    const skill = await skillOf(context, id);
    await versionOf(context, id, version);
    const newest = (await context.skills.versions(id)).filter((other) => other.id !== version).at(-1);
    if (!newest) throw new Refusal(400, 'Cannot delete the only version of a skill; delete the skill.');
    const updated_at = context.isoTime();
    await context.skills.putSkill(id, { ...skill, latest_version_id: newest.id, updated_at });
    await context.skills.removeVersion(id, version);
    return Response.json({ id: version, type: 'skill_version_deleted' });
  });
}

async function getContent(context: Context, _: Request, id: string, version: string): Promise<Response> {
  await skillOf(context, id);
  const { name } = await versionOf(context, id, version);
  const content = await context.skills.content(id, version);
  if (!content) throw new Refusal(404, `Skill version not found: ${version}`);
  return zipAnswer(await writeZip(loadedFiles(content)), `${name}.zip`);
}

async function skillOf(context: Context, id: string): Promise<SkillRecord> {
  const skill = await context.skills.skill(id);
  if (!skill) throw new Refusal(404, `Skill not found: ${id}`);
  return skill;
}

async function versionOf(context: Context, id: string, version: string): Promise<VersionRecord> {
  const record = await context.skills.version(id, version);
  if (!record) throw new Refusal(404, `Skill version not found: ${version}`);
  return record;
}

function shownSkill(skill: SkillRecord): object {
  const { id, display_name, latest_version_id, created_at, updated_at } = skill;
  const source = { type: 'custom' };
  return { id, type: 'skill', display_name, latest_version_id, source, created_at, updated_at };
}

function shownVersion(version: VersionRecord): object {
  return { ...version, type: 'skill_version' };
}
