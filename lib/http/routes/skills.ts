/** Skills. */
import { z } from 'zod';
import { MAX_SOURCE_BYTES } from '../../skills/bundle/limits.ts';
import { createSkill } from '../../skills/create-skill.ts';
import { deleteSkill } from '../../skills/delete-skill.ts';
import { listSkills } from '../../skills/list-skills.ts';
import { getSkill } from '../../skills/read-skills.ts';
import { CreateSkill, Skill, SkillFilter, SkillMetadata, UpdateSkill } from '../../skills/schema.ts';
import { updateSkill } from '../../skills/update-skill.ts';
import { etagOf, ListQuery, matches, pageAnswer, pageOfItems, resourceAnswer } from '../respond.ts';
import { defineRoute, type Route } from '../route.ts';
import { parseMetadata, sourceOf } from './uploaded-skill.ts';

export const SkillParams = z.object({ skill: z.string().min(1).max(200) });

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
    // A filter that names a provider that is not there.
    problems: [404],
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
    method: 'PATCH',
    path: '/api/skills/{skill}',
    role: 'operator',
    tag: 'skills',
    summary: 'Change the display name, tags or status of a skill',
    description:
      'An archived skill stays where it is installed, but takes no new versions and is installed nowhere else. Honours If-Match.',
    params: SkillParams,
    body: UpdateSkill,
    responses: { 200: Skill },
    async handle({ ctx, params, body, headers }) {
      const skill = await updateSkill(ctx, params.skill, body, matches(headers['if-match']));
      return { status: 200, body: skill, headers: { etag: etagOf(skill) } };
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/skills/{skill}',
    role: 'admin',
    tag: 'skills',
    summary: 'Delete a skill that is installed nowhere',
    description:
      'Refused with 409 while a provider holds it or a run is at work on it: `providers` and `runIds` name them. Its name can be used again; its runs and audit rows stay.',
    params: SkillParams,
    responses: { 204: null },
    async handle({ ctx, params }) {
      await deleteSkill(ctx, params.skill);
      return { status: 204 };
    },
  }),
];
