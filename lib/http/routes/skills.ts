/** Skills and their versions. */
import { z } from 'zod';
import { addVersion } from '../../skills/add-version.ts';
import { MAX_SOURCE_BYTES } from '../../skills/bundle/limits.ts';
import { createSkill } from '../../skills/create-skill.ts';
import { getSkill, getVersion, listSkills, listVersions } from '../../skills/read-skills.ts';
import {
  AddVersion,
  CreateSkill,
  Skill,
  SkillFilter,
  SkillMetadata,
  SkillVersion,
  VersionMetadata,
} from '../../skills/schema.ts';
import type { SkillSource } from '../../skills/sources/load-source.ts';
import type { Upload } from '../multipart.ts';
import { invalidRequest, zodIssues } from '../problems.ts';
import { etagOf, ListQuery, pageAnswer, pageOfItems, resourceAnswer } from '../respond.ts';
import { defineRoute, type Route } from '../route.ts';

const SkillParams = z.object({ skill: z.string().min(1).max(200) });

export const skillRoutes: Route[] = [
  defineRoute({
    method: 'POST',
    path: '/api/skills',
    role: 'operator',
    tag: 'skills',
    summary: 'Register a skill',
    description:
      'As JSON with inline files or the address of a zip, a tar.gz, a git repository or a site that publishes skills, as a zip or tar.gz body, or as multipart with `archive` or `files`, and `metadata`.',
    body: CreateSkill,
    uploadLimit: MAX_SOURCE_BYTES,
    responses: { 201: Skill },
    async handle({ ctx, body, upload }) {
      const uploaded = await upload();
      const input = uploaded
        ? { source: sourceOf(uploaded), metadata: parseMetadata(SkillMetadata, uploaded.metadata) }
        : { source: body.source, metadata: body };
      const { skill } = await createSkill(ctx, input);
      return {
        status: 201,
        body: skill,
        headers: { location: `/api/skills/${skill.id}`, etag: etagOf(skill) },
      };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/skills',
    role: 'viewer',
    tag: 'skills',
    summary: 'List and search skills',
    query: ListQuery.extend(SkillFilter.shape),
    responses: { 200: pageOfItems(Skill) },
    async handle({ ctx, query, url }) {
      const { limit, cursor, ...filter } = query;
      return pageAnswer(url, await listSkills(ctx, { filter, limit, cursor }));
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/skills/{skill}',
    role: 'viewer',
    tag: 'skills',
    summary: 'Read a skill',
    params: SkillParams,
    responses: { 200: Skill, 304: null },
    handle: async ({ ctx, params, headers }) =>
      resourceAnswer((await getSkill(ctx, params.skill)).skill, headers),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/skills/{skill}/versions',
    role: 'operator',
    tag: 'skills',
    summary: 'Add a version',
    description: 'Content that is there already answers 200 with the version that has it.',
    params: SkillParams,
    body: AddVersion,
    uploadLimit: MAX_SOURCE_BYTES,
    responses: { 200: SkillVersion, 201: SkillVersion },
    async handle({ ctx, params, body, upload }) {
      const uploaded = await upload();
      const input = uploaded
        ? { source: sourceOf(uploaded), metadata: parseMetadata(VersionMetadata, uploaded.metadata) }
        : { source: body.source, metadata: body };
      const { version, isNew } = await addVersion(ctx, { skill: params.skill, ...input });
      const location = `/api/skills/${params.skill}/versions/${version.number}`;
      return { status: isNew ? 201 : 200, body: version, headers: { location } };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/skills/{skill}/versions',
    role: 'viewer',
    tag: 'skills',
    summary: 'List the versions of a skill, newest first',
    params: SkillParams,
    query: ListQuery,
    responses: { 200: pageOfItems(SkillVersion) },
    handle: async ({ ctx, params, query, url }) =>
      pageAnswer(
        url,
        await listVersions(ctx, { skill: params.skill, limit: query.limit, cursor: query.cursor }),
      ),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/skills/{skill}/versions/{ref}',
    role: 'viewer',
    tag: 'skills',
    summary: 'Read a version: latest, a number, a label or a digest',
    params: SkillParams.extend({ ref: z.string().min(1).max(200) }),
    responses: { 200: SkillVersion, 304: null },
    handle: async ({ ctx, params, headers }) => resourceAnswer(await getVersion(ctx, params), headers),
  }),
];

function sourceOf(upload: Upload): SkillSource {
  if (upload.archive) {
    return {
      type: 'archive',
      fileName: upload.archive.path === '' ? null : upload.archive.path,
      bytes: upload.archive.bytes,
    };
  }
  return { type: 'files', files: upload.files };
}

function parseMetadata<T extends z.ZodType>(schema: T, metadata: unknown): z.output<T> {
  const parsed = schema.safeParse(metadata);
  if (parsed.success) return parsed.data;
  throw invalidRequest(
    zodIssues(parsed.error).map((issue) => ({
      ...issue,
      path: `/metadata${issue.path === '/' ? '' : issue.path}`,
    })),
  );
}
