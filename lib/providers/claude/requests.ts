/** Claude's skill endpoints, one function a request, each a single attempt through the official SDK. */
import type Anthropic from '@anthropic-ai/sdk';
import { z } from 'zod';
import { contentDigest } from '../../kernel/content-digest.ts';
import type { Fetch } from '../../kernel/egress.ts';
import type { Call, Connection, ModelQuestion, Mutation, SkillPackage } from '../adapter.ts';
import { unpackZip } from '../archive.ts';
import { type Answered, readJson, requestOnce } from '../call.ts';
import { ApiKey, BaseUrl, HeaderText, limitFields } from '../limits.ts';
import { withOnlyHeaders } from '../sdk-fetch.ts';
import { ModelMessage, Skill, SkillDeleted, SkillPage, SkillVersion } from './wire.ts';

export const Config = z.strictObject({
  baseUrl: BaseUrl.optional(),
  workspaceId: HeaderText.optional(),
  ...limitFields,
});

export const Credentials = z.strictObject({ apiKey: ApiKey });

/** One connection during one adapter call. */
export interface Session {
  readonly connection: Connection;
  readonly call: Call;
}

const PAGE_SIZE = 100;
/** Of a model's answer. */
const MOST_TOKENS = 4000;
const FORM = 'request';

export function listSkills(
  session: Session,
  page: string | null,
  limit = PAGE_SIZE,
): Promise<Answered<SkillPage>> {
  const query = { limit, source: 'custom', ...(page === null ? {} : { page }) };
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

export function retrieveVersion(
  session: Session,
  id: string,
  version: string,
): Promise<Answered<SkillVersion>> {
  return request(session, null, async (client) =>
    readJson(await client.skills.versions.retrieve(version, { skill_id: id }).asResponse(), SkillVersion),
  );
}

export function createSkill(
  session: Session,
  skill: SkillPackage,
  displayName: string,
): Promise<Answered<Skill>> {
  return request(session, 'create', async (client) => {
    const files = await uploads(skill);
    const answer = await client.skills.create({ files, display_name: displayName }).asResponse();
    return await readJson(answer, Skill);
  });
}

export function createVersion(
  session: Session,
  id: string,
  skill: SkillPackage,
): Promise<Answered<SkillVersion>> {
  return request(session, 'create_version', async (client) =>
    readJson(
      await client.skills.versions.create(id, { files: await uploads(skill) }).asResponse(),
      SkillVersion,
    ),
  );
}

export function deleteSkill(session: Session, id: string) {
  return request(session, 'delete', async (client) =>
    readJson(await client.skills.delete(id).asResponse(), SkillDeleted),
  );
}

/** The digest of the files of one version, downloaded. Only the beta client has the call; it needs no beta header. */
export function digestOfVersion(session: Session, id: string, version: string): Promise<Answered<string>> {
  return request(session, null, async (client) => {
    const answer = await client.beta.skills.versions.download(version, { skill_id: id });
    return contentDigest(await unpackZip(new Uint8Array(await answer.arrayBuffer())));
  });
}

/** Claude takes the folder of a skill from the names of its files. */
async function uploads(skill: SkillPackage): Promise<File[]> {
  const { toFile } = await import('@anthropic-ai/sdk');
  return await Promise.all(
    skill.files.map(async ({ path, bytes }) => await toFile(bytes, `${skill.name}/${path}`)),
  );
}

export function createMessage(session: Session, { model, instructions, input, schema }: ModelQuestion) {
  return request(session, null, async (client) => {
    const body = {
      model,
      max_tokens: MOST_TOKENS,
      system: instructions,
      messages: [{ role: 'user' as const, content: input }],
      tools: [{ name: FORM, input_schema: { ...schema, type: 'object' as const } }],
      tool_choice: { type: 'tool' as const, name: FORM },
    };
    return await readJson(await client.messages.create(body).asResponse(), ModelMessage);
  });
}

function request<T>(session: Session, mutation: Mutation | null, send: (client: Anthropic) => Promise<T>) {
  return requestOnce(session.call, mutation, async (fetch) => await send(await clientFor(session, fetch)));
}

const HEADERS = [
  'accept',
  'anthropic-version',
  'anthropic-workspace-id',
  'authorization',
  'content-type',
  'user-agent',
];

/** Everything the SDK would otherwise read from the environment is given; unset is said as null. */
async function clientFor({ connection, call }: Session, fetch: Fetch): Promise<Anthropic> {
  const { workspaceId } = Config.parse(connection.config);
  const { apiKey } = Credentials.parse(JSON.parse(connection.credentials?.reveal() ?? 'null'));
  // Loaded with the first request: a start need not wait for it.
  const { default: Anthropic } = await import('@anthropic-ai/sdk');
  return new Anthropic({
    apiKey,
    authToken: null,
    webhookKey: null,
    baseURL: connection.baseUrl,
    maxRetries: 0,
    // The call's own signal rules; the SDK's clock only must not run out first.
    timeout: call.timeoutMs * 2 + 60_000,
    logLevel: 'off',
    openTelemetry: false,
    fetch: withOnlyHeaders(fetch, HEADERS),
    defaultHeaders: {
      authorization: `Bearer ${apiKey}`,
      'anthropic-workspace-id': workspaceId ?? null,
    },
  });
}
