/** Imitates Google's Skill Registry (v1beta1): caller-chosen ids, long-running operations, base64 zips. */
import {
  bearerToken,
  type Emulator,
  type EmulatorOptions,
  matchRoute,
  Refusal,
  type Route,
  wholeNumber,
} from './emulator.ts';
import {
  type Change,
  isReserved,
  lookAtOperation,
  lookAtSkill,
  operationOf,
  type Registry,
  registries,
  type RevisionRecord,
  revisionKey,
  type SkillRecord,
  startOperation,
} from './gemini-registry.ts';
import { shownOperation, shownRevision, shownSkill } from './gemini-shapes.ts';
import { readChange, readMask, refused } from './gemini-requests.ts';
import { acceptsToken, answerToken } from './google-token.ts';

type Handler = (registry: Registry, request: Request, id: string, child: string) => Promise<Response>;

const SCOPE = /^\/v1beta1\/projects\/([^/]+)\/locations\/([^/]+)(\/.*)$/;
const LOCATIONS = ['us-central1', 'europe-west4', 'us-east5'];
const SKILL_ID = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Paths below `/v1beta1/projects/{p}/locations/{l}`. */
const ROUTES: readonly Route<Handler>[] = [
  ['GET', /^\/skills$/, listSkills],
  ['POST', /^\/skills$/, createSkill],
  ['GET', /^\/skills:retrieve$/, retrieveSkills],
  ['GET', /^\/skills\/([^/]+)$/, getSkill],
  ['PATCH', /^\/skills\/([^/]+)$/, updateSkill],
  ['DELETE', /^\/skills\/([^/]+)$/, deleteSkill],
  ['GET', /^\/skills\/([^/]+)\/revisions$/, listRevisions],
  ['GET', /^\/skills\/([^/]+)\/revisions\/([^/]+)$/, getRevision],
  ['GET', /^\/skills\/([^/]+)\/operations\/([^/]+)$/, getOperation],
  ['GET', /^\/()operations\/([^/]+)$/, getOperation],
];

export function geminiEmulator(options: EmulatorOptions): Emulator {
  const openRegistry = registries(options);
  return async function gemini(request) {
    const { pathname } = new URL(request.url);
    if (pathname === '/token' && request.method === 'POST') return await answerToken(options, request);
    try {
      await authenticate(request, options);
      const [, project = '', location = '', path = ''] = SCOPE.exec(pathname) ?? [];
      const match = matchRoute(ROUTES, request.method, path);
      if (match.kind !== 'found') throw new Refusal(404, `Method not found: ${request.method} ${pathname}`);
      refuseLocation(location);
      const [id = '', child = ''] = match.parameters;
      const registry = openRegistry(`projects/${project}/locations/${location}`);
      return await registry.takeTurn(() => match.handler(registry, request, id, child));
    } catch (error) {
      if (error instanceof Refusal) return refused(error);
      throw error;
    }
  };
}

async function authenticate(request: Request, options: EmulatorOptions): Promise<void> {
  const token = bearerToken(request);
  const wanted = 'Expected OAuth 2 access token, login cookie or other valid authentication credential.';
  if (token === null) {
    const message = `Request is missing required authentication credential. ${wanted}`;
    throw new Refusal(401, message, 'CREDENTIALS_MISSING');
  }
  if (!(await acceptsToken(options, token))) {
    const message = `Request had invalid authentication credentials. ${wanted}`;
    throw new Refusal(401, message, 'ACCESS_TOKEN_TYPE_UNSUPPORTED');
  }
}

function refuseLocation(location: string): void {
  if (location === 'global') throw new Refusal(500, 'Internal error encountered.');
  if (!LOCATIONS.includes(location)) throw new Refusal(400, `Unsupported location: ${location}`);
}

async function createSkill(registry: Registry, request: Request): Promise<Response> {
  const id = new URL(request.url).searchParams.get('skillId') ?? '';
  if (!SKILL_ID.test(id) || id.startsWith('gcp-')) {
    throw new Refusal(400, `Invalid skillId '${id}': 1 to 63 of a-z, 0-9 and -, beginning with a letter.`);
  }
  const change = await readChange(request);
  for (const field of ['displayName', 'description', 'zippedFilesystem'] as const) {
    if (!change[field]) throw new Refusal(400, `The field skill.${field} is required.`);
  }
  if ((await lookAtSkill(registry, id)) || (await isReserved(registry, id))) {
    throw new Refusal(409, `Skill '${nameOf(registry, id)}' already exists or its id is reserved.`);
  }
  const time = registry.isoTime();
  const skill: SkillRecord = {
    id,
    displayName: change.displayName ?? '',
    description: change.description ?? '',
    labels: change.labels ?? {},
    state: 'CREATING',
    createTime: time,
    updateTime: time,
    revision: 0,
    sha256: null,
    license: null,
    operation: null,
  };
  return await operationAnswer(registry, 'Create', skill, change);
}

async function updateSkill(registry: Registry, request: Request, id: string): Promise<Response> {
  const skill = await idleSkill(registry, id);
  const body = await readChange(request);
  const mask = readMask(new URL(request.url).searchParams.get('updateMask'), body);
  const change: Change = Object.fromEntries(
    mask.map((field) => [field, body[field] ?? (field === 'labels' ? {} : '')]),
  );
  return await operationAnswer(registry, 'Update', skill, change);
}

async function deleteSkill(registry: Registry, _request: Request, id: string): Promise<Response> {
  const skill = await idleSkill(registry, id);
  return await operationAnswer(registry, 'Delete', { ...skill, state: 'DELETING' }, {});
}

async function operationAnswer(
  registry: Registry,
  kind: 'Create' | 'Update' | 'Delete',
  skill: SkillRecord,
  change: Change,
): Promise<Response> {
  const operation = await startOperation(registry, kind, skill, change);
  return Response.json(shownOperation(registry, operation, await registry.skills.skill(skill.id)));
}

async function getOperation(registry: Registry, _: Request, skillId: string, id: string): Promise<Response> {
  const found = await operationOf(registry, id);
  if (!found || (skillId !== '' && found.skillId !== skillId)) {
    throw new Refusal(404, `Operation '${id}' not found.`);
  }
  const operation = await lookAtOperation(registry, found);
  return Response.json(shownOperation(registry, operation, await registry.skills.skill(found.skillId)));
}

async function getSkill(registry: Registry, _request: Request, id: string): Promise<Response> {
  const skill = await skillOf(registry, id);
  const content = await registry.skills.content(id, revisionKey(skill.revision));
  return Response.json({ ...shownSkill(registry, skill), ...content });
}

async function listSkills(registry: Registry, request: Request): Promise<Response> {
  if (new URL(request.url).searchParams.get('filter')) {
    throw new Refusal(400, 'This emulator knows no filter.');
  }
  for (const { id, operation } of await registry.skills.skills()) {
    if (operation !== null) await lookAtSkill(registry, id);
  }
  const { page, nextPageToken } = pageOf(request, await registry.skills.skills(), ({ id }) => id);
  const skills = page.map((skill) => shownSkill(registry, skill));
  // As protobuf JSON has it: an empty list is no field at all.
  return Response.json({ ...(skills.length > 0 && { skills }), ...nextPageToken });
}

async function listRevisions(registry: Registry, request: Request, id: string): Promise<Response> {
  await skillOf(registry, id);
  const newestFirst = (await registry.skills.versions(id)).reverse();
  const keyOf = ({ revision }: RevisionRecord): string => revisionKey(999_999_999 - revision);
  const { page, nextPageToken } = pageOf(request, newestFirst, keyOf);
  const skillRevisions = page.map((revision) => shownRevision(registry, id, revision));
  return Response.json({ ...(skillRevisions.length > 0 && { skillRevisions }), ...nextPageToken });
}

async function getRevision(registry: Registry, _: Request, id: string, wanted: string): Promise<Response> {
  const skill = await skillOf(registry, id);
  const number = wholeNumber(wanted, 1, 999_999_999);
  const key = revisionKey(number ?? 0);
  const revision = await registry.skills.version(id, key);
  if (!revision) throw new Refusal(404, `Revision '${wanted}' of '${nameOf(registry, id)}' not found.`);
  const { displayName, description, createTime, sha256 } = revision;
  const then = { ...skill, displayName, description, sha256, updateTime: createTime };
  const content = await registry.skills.content(id, key);
  return Response.json({
    ...shownRevision(registry, id, revision),
    skill: { ...shownSkill(registry, then), ...content },
  });
}

/** Words in common stand in for meaning in common. */
async function retrieveSkills(registry: Registry, request: Request): Promise<Response> {
  const query = new URL(request.url).searchParams;
  const words = new Set((query.get('query') ?? '').toLowerCase().match(/[\p{L}\p{N}]+/gu));
  const topK = wholeNumber(query.get('topK') ?? '10', 1, 100);
  if (words.size === 0 || topK === null) throw new Refusal(400, 'query is required; topK is 1 to 100.');
  const scored = (await registry.skills.skills()).map((skill) => {
    const text = `${skill.displayName} ${skill.description}`.toLowerCase();
    return { skill, score: [...words].filter((word) => text.includes(word)).length };
  });
  const retrievedSkills = scored
    .filter(({ skill, score }) => score > 0 && skill.state === 'ACTIVE')
    .sort((one, other) => other.score - one.score)
    .slice(0, topK)
    .map(({ skill }) => ({ skillName: nameOf(registry, skill.id), description: skill.description }));
  return Response.json({ ...(retrievedSkills.length > 0 && { retrievedSkills }) });
}

/** The items of one page; a larger page than 100 is cut to 100, as Google's lists do. */
function pageOf<Item>(
  request: Request,
  items: readonly Item[],
  keyOf: (item: Item) => string,
): { page: Item[]; nextPageToken: { nextPageToken?: string } } {
  const query = new URL(request.url).searchParams;
  const asked = wholeNumber(query.get('pageSize') || '0', 0, 999_999_999);
  if (asked === null) throw new Refusal(400, 'pageSize must not be negative.');
  const after = Buffer.from(query.get('pageToken') ?? '', 'base64url').toString();
  if (!/^[a-z0-9-]*$/.test(after)) throw new Refusal(400, 'The page token is not valid.');
  const rest = items.filter((item) => keyOf(item) > after);
  const page = rest.slice(0, Math.min(asked || 50, 100));
  const last = page.at(-1);
  if (last === undefined || page.length === rest.length) return { page, nextPageToken: {} };
  return { page, nextPageToken: { nextPageToken: Buffer.from(keyOf(last)).toString('base64url') } };
}

async function skillOf(registry: Registry, id: string): Promise<SkillRecord> {
  const skill = await lookAtSkill(registry, id);
  if (!skill) throw new Refusal(404, `Skill '${nameOf(registry, id)}' not found.`);
  return skill;
}

async function idleSkill(registry: Registry, id: string): Promise<SkillRecord> {
  const skill = await skillOf(registry, id);
  if (skill.operation !== null) {
    const message = `Skill '${nameOf(registry, id)}' has an operation in progress.`;
    throw new Refusal(400, message, 'FAILED_PRECONDITION');
  }
  return skill;
}

function nameOf(registry: Registry, id: string): string {
  return `${registry.scope}/skills/${id}`;
}
