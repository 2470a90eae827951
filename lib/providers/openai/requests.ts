/** OpenAI's skill endpoints, one function a request, each a single attempt through the official SDK. */
import type OpenAI from 'openai';
import { z } from 'zod';
import type { Fetch } from '../../kernel/egress.ts';
import type { Call, Connection, ModelQuestion, Mutation, SkillPackage } from '../adapter.ts';
import { unpackZip } from '../archive.ts';
import { type Answered, readJson, requestOnce } from '../call.ts';
import { contentDigest } from '../../kernel/content-digest.ts';
import { ApiKey, BaseUrl, HeaderText, limitFields } from '../limits.ts';
import { withOnlyHeaders } from '../sdk-fetch.ts';
import { Completion, Skill, SkillDeleted, SkillPage, SkillVersion } from './wire.ts';

export const Config = z.strictObject({
  baseUrl: BaseUrl.optional(),
  organization: HeaderText.optional(),
  project: HeaderText.optional(),
  ...limitFields,
});

export const Credentials = z.strictObject({ apiKey: ApiKey });

/** One connection during one adapter call. */
export interface Session {
  readonly connection: Connection;
  readonly call: Call;
}

const PAGE_SIZE = 100;

export function listSkills(session: Session, after: string | null, limit = PAGE_SIZE) {
  const query = { limit, order: 'desc' as const, ...(after === null ? {} : { after }) };
  return request(session, null, async (client) => {
    // The SDK reads any answer it does not understand as an empty page, so it only gets to send.
    return await readJson(await client.skills.list(query).asResponse(), SkillPage);
  });
}

export function retrieveSkill(session: Session, id: string): Promise<Answered<Skill>> {
  return request(session, null, async (client) =>
    readJson(await client.skills.retrieve(id).asResponse(), Skill),
  );
}

export function createSkill(session: Session, skill: SkillPackage): Promise<Answered<Skill>> {
  return request(session, 'create', async (client) =>
    readJson(await client.skills.create({ files: await uploads(skill) }).asResponse(), Skill),
  );
}

export function createVersion(session: Session, id: string, skill: SkillPackage) {
  return request(session, 'create_version', async (client) => {
    const body = { files: await uploads(skill), default: false };
    return await readJson(await client.skills.versions.create(id, body).asResponse(), SkillVersion);
  });
}

export function setDefaultVersion(session: Session, id: string, version: string): Promise<Answered<Skill>> {
  return request(session, 'set_default', async (client) =>
    readJson(await client.skills.update(id, { default_version: version }).asResponse(), Skill),
  );
}

export function deleteSkill(session: Session, id: string) {
  return request(session, 'delete', async (client) =>
    readJson(await client.skills.delete(id).asResponse(), SkillDeleted),
  );
}

/** The digest of the files of one version, downloaded. */
export function digestOfVersion(session: Session, id: string, version: string): Promise<Answered<string>> {
  return request(session, null, async (client) => {
    const answer = await client.skills.versions.content.retrieve(version, { skill_id: id });
    return contentDigest(await unpackZip(new Uint8Array(await answer.arrayBuffer())));
  });
}

export function complete(session: Session, { model, instructions, input, schema }: ModelQuestion) {
  return request(session, null, async (client) => {
    const body = {
      model,
      messages: [
        { role: 'developer' as const, content: instructions },
        { role: 'user' as const, content: input },
      ],
      response_format: {
        type: 'json_schema' as const,
        json_schema: { name: 'request', strict: true, schema: { ...schema } },
      },
    };
    return await readJson(await client.chat.completions.create(body).asResponse(), Completion);
  });
}

/** OpenAI takes the folder of a skill from the names of its files. */
async function uploads(skill: SkillPackage): Promise<File[]> {
  const { toFile } = await import('openai');
  return await Promise.all(
    skill.files.map(async ({ path, bytes }) => await toFile(bytes, `${skill.name}/${path}`)),
  );
}

function request<T>(session: Session, mutation: Mutation | null, send: (client: OpenAI) => Promise<T>) {
  return requestOnce(session.call, mutation, async (fetch) => await send(await clientFor(session, fetch)));
}

const HEADERS = [
  'accept',
  'authorization',
  'content-type',
  'openai-organization',
  'openai-project',
  'user-agent',
];

/** Everything the SDK would otherwise read from the environment is given; unset is said as null. */
async function clientFor({ connection, call }: Session, fetch: Fetch): Promise<OpenAI> {
  const { organization, project } = Config.parse(connection.config);
  const { apiKey } = Credentials.parse(JSON.parse(connection.credentials?.reveal() ?? 'null'));
  // Loaded with the first request: a start need not wait for it.
  const { default: OpenAI } = await import('openai');
  return new OpenAI({
    apiKey,
    adminAPIKey: null,
    webhookSecret: null,
    organization: organization ?? null,
    project: project ?? null,
    baseURL: connection.baseUrl,
    maxRetries: 0,
    // The call's own signal rules; the SDK's clock only must not run out first.
    timeout: call.timeoutMs * 2 + 60_000,
    logLevel: 'off',
    fetch: withOnlyHeaders(fetch, HEADERS),
    defaultHeaders: {
      authorization: `Bearer ${apiKey}`,
      'openai-organization': organization ?? null,
      'openai-project': project ?? null,
    },
  });
}
