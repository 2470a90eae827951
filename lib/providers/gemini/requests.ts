/** The endpoints of Google's Skill Registry (v1beta1), one function a request, each a single attempt. */
import { z } from 'zod';
import { contentDigest } from '../../kernel/content-digest.ts';
import { type Call, type Connection, type Mutation, ProviderError, type SkillPackage } from '../adapter.ts';
import { installMarker } from '../adopt.ts';
import { unpackZip } from '../archive.ts';
import { type Answered, type JsonRequest, requestJson } from '../call.ts';
import { MalformedAnswer } from '../classify.ts';
import { BaseUrl, limitFields, withoutTrailingSlash } from '../limits.ts';
import { orNullIfMissing } from '../steps.ts';
import { accessTokenFor } from './access-token.ts';
import { isSkillId } from './skill-id.ts';
import {
  Operation,
  OperationName,
  type Revision,
  Revision as RevisionSchema,
  RevisionPage,
  Skill,
  SkillPage,
} from './wire.ts';

export const Config = z.strictObject({
  /** Id or number of the project. */
  project: z.string().regex(/^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/, 'must be the id or number of a project'),
  /** Part of the host's name. */
  location: z
    .string()
    .max(40)
    .regex(/^[a-z]+(-[a-z0-9]+)*$/, 'must be a region such as us-central1')
    .refine((location) => location !== 'global', 'the registry has regions only, such as us-central1'),
  baseUrl: BaseUrl.optional(),
  ...limitFields,
});

/** One connection during one adapter call. */
export interface Session {
  readonly call: Call;
  readonly token: string;
  /** Where resource names are appended. */
  readonly base: string;
  /** `projects/{project}/locations/{location}` */
  readonly scope: string;
  readonly connectionId: string;
}

export function baseUrlOf(config: Readonly<Record<string, unknown>>): string {
  const { baseUrl, location } = Config.parse(config);
  return withoutTrailingSlash(baseUrl ?? `https://${location}-aiplatform.googleapis.com`);
}

export async function openSession(connection: Connection, call: Call): Promise<Session> {
  const { project, location } = Config.parse(connection.config);
  return {
    call,
    token: await accessTokenFor(connection, call),
    base: `${connection.baseUrl ?? baseUrlOf(connection.config)}/v1beta1`,
    scope: `projects/${project}/locations/${location}`,
    connectionId: connection.id,
  };
}

export function listOne(session: Session) {
  return request(session, null, { method: 'GET', url: '/skills?pageSize=1', schema: SkillPage });
}

export function listSkills(session: Session, page: string | null) {
  const query = new URLSearchParams({ pageSize: '100', ...(page !== null && { pageToken: page }) });
  const url = `/skills?${query.toString()}`;
  return request(session, null, { method: 'GET', url, schema: SkillPage });
}

export function createSkill(session: Session, id: string, skill: SkillPackage, zip: Uint8Array) {
  const body = {
    ...bodyOf(skill, zip),
    labels: { skillconvoy: installMarker(session.connectionId, skill.name) },
  };
  const url = `/skills?skillId=${encodeURIComponent(id)}`;
  return request(session, 'create', { method: 'POST', url, body, schema: Operation });
}

/** Labels stay as they are: a mask that named them would also drop those that people have set. */
export function updateSkill(session: Session, id: string, skill: SkillPackage, zip: Uint8Array) {
  const url = `${skillPath(id)}?updateMask=displayName,description,zippedFilesystem`;
  const body = bodyOf(skill, zip);
  return unlessBusy(request(session, 'create_version', { method: 'PATCH', url, body, schema: Operation }));
}

function bodyOf({ displayName, description }: SkillPackage, zip: Uint8Array) {
  return { displayName, description, zippedFilesystem: Buffer.from(zip).toString('base64') };
}

export function deleteSkill(session: Session, id: string) {
  return unlessBusy(request(session, 'delete', { method: 'DELETE', url: skillPath(id), schema: Operation }));
}

export function getSkill(session: Session, id: string) {
  return request(session, null, { method: 'GET', url: skillPath(id), schema: Skill });
}

/** Looks below our own project, which Google may name by its number; a name never leads anywhere else. */
export function getOperation(session: Session, name: string): Promise<Answered<Operation>> {
  const url = OperationName.parse(name).replace(/^projects\/[^/]+\/locations\/[^/]+/, '');
  return request(session, null, { method: 'GET', url, schema: Operation });
}

/** What a skill is now: newest is served. `digest` is null where the content is no readable archive. */
export interface Served {
  readonly skill: Skill;
  readonly revision: string | null;
  readonly digest: string | null;
  readonly requestId: string | null;
}

/** Null when there is no such skill. The skill itself may lag behind an update, its newest revision does not. */
export async function readServed(session: Session, id: string): Promise<Served | null> {
  const found = await orNullIfMissing(getSkill(session, id));
  if (!found) return null;
  const newest = await newestRevision(session, id);
  const revision = newest?.name.split('/').at(-1) ?? null;
  const snapshot = revision === null ? null : await getRevision(session, id, revision);
  const content = snapshot?.value.skill?.zippedFilesystem ?? found.value.zippedFilesystem;
  return { skill: found.value, revision, digest: await digestOf(content), requestId: found.requestId };
}

function getRevision(session: Session, id: string, revision: string) {
  const url = `${skillPath(id)}/revisions/${revision}`;
  return request(session, null, { method: 'GET', url, schema: RevisionSchema });
}

const MAX_PAGES = 100;

/** No order of the list is promised, so all of it is read. */
async function newestRevision(session: Session, id: string): Promise<Revision | null> {
  const found: Revision[] = [];
  let pageToken = '';
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = new URLSearchParams({ pageSize: '100', ...(pageToken !== '' && { pageToken }) });
    const url = `${skillPath(id)}/revisions?${query.toString()}`;
    const { value } = await request(session, null, { method: 'GET', url, schema: RevisionPage });
    found.push(...value.skillRevisions);
    pageToken = value.nextPageToken ?? '';
    if (pageToken === '') break;
  }
  // Sorting is stable: of equally old ones the first listed wins.
  return found.toSorted((one, other) => timeOf(other) - timeOf(one))[0] ?? null;
}

function timeOf({ createTime }: Revision): number {
  return Date.parse(createTime ?? '') || 0;
}

async function digestOf(zippedFilesystem: string | undefined): Promise<string | null> {
  if (zippedFilesystem === undefined) return null;
  try {
    return contentDigest(await unpackZip(Buffer.from(zippedFilesystem, 'base64')));
  } catch (error) {
    // Whatever it holds, it is not what we would have put there.
    if (error instanceof MalformedAnswer) return null;
    throw error;
  }
}

function skillPath(id: string): string {
  if (!isSkillId(id)) throw new Error('the recorded id of a skill is no id of the Skill Registry');
  return `/skills/${id}`;
}

function request<S extends z.ZodType>(
  session: Session,
  mutation: Mutation | null,
  { url, ...rest }: Omit<JsonRequest<S>, 'headers' | 'url'> & { readonly url: string },
) {
  const headers = { authorization: `Bearer ${session.token}` };
  const address = `${session.base}/${session.scope}${url}`;
  return requestJson(session.call, mutation, { ...rest, url: address, headers });
}

/** One change at a time: while an operation runs, Google refuses the next one. That passes. */
async function unlessBusy<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ProviderError) || error.failure.providerCode !== 'FAILED_PRECONDITION')
      throw error;
    throw busy(error.failure.message, error);
  }
}

const BUSY_WAIT_MS = 2000;

export function busy(message: string, cause?: ProviderError): ProviderError {
  const none = { providerStatus: null, providerCode: null, providerRequestId: null };
  return new ProviderError(
    {
      ...(cause?.failure ?? none),
      code: 'bad_gateway:provider',
      message,
      retryable: true,
      retryAfterMs: BUSY_WAIT_MS,
      effect: 'not_applied',
    },
    { cause },
  );
}
