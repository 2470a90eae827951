/** The versions of a skill. */
import { addVersion } from '../../skills/versions/add-version.ts';
import { MAX_SOURCE_BYTES } from '../../skills/bundle/limits.ts';
import { getVersion, listVersions } from '../../skills/versions/read-versions.ts';
import { Ref, REF_DESCRIPTION } from '../../skills/refs/ref-schema.ts';
import { AddVersion, SkillVersion, VersionMetadata } from '../../skills/versions/version-schema.ts';
import { ListQuery, pageAnswer, pageOfItems, resourceAnswer } from '../respond.ts';
import { defineRoute, type Route } from '../route.ts';
import { SkillParams } from './skills.ts';
import { parseMetadata, sourceOf } from './uploaded-skill.ts';

export const VersionParams = SkillParams.extend({ ref: Ref });

export const skillVersionRoutes: Route[] = [
  defineRoute({
    method: 'POST',
    path: '/api/skills/{skill}/versions',
    role: 'operator',
    tag: 'skills',
    summary: 'Add a version',
    description:
      'Content that is there already answers 200 with the version that has it; a new label and refs become further names of it. A git source without a token is read with the one stored for this address, and becomes the repository of the skill.',
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
      const location = `/api/skills/${encodeURIComponent(params.skill)}/versions/${version.number}`;
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
    summary: 'Read a version',
    description: `By ${REF_DESCRIPTION} Nothing is looked up elsewhere: installing does that.`,
    params: VersionParams,
    responses: { 200: SkillVersion, 304: null },
    handle: async ({ ctx, params, headers }) => resourceAnswer(await getVersion(ctx, params), headers),
  }),
];
