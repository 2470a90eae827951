/** Skills. */
import { z } from 'zod';
import { MAX_SOURCE_BYTES } from '../../skills/bundle/limits.ts';
import { createSkill } from '../../skills/create-skill.ts';
import { listSkills } from '../../skills/list-skills.ts';
import { getSkill } from '../../skills/read-skills.ts';
import { CreateSkill, Skill, SkillFilter, SkillMetadata } from '../../skills/schema.ts';
import { etagOf, ListQuery, pageAnswer, pageOfItems, resourceAnswer } from '../respond.ts';
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
];
