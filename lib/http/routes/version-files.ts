/** The content of a version: its archive, each of its files, and what another version has changed in them. */
import { create as contentDisposition } from 'content-disposition';
import { z } from 'zod';
import { getArchive, getVersionFile } from '../../skills/versions/download-version.ts';
import { VersionDiff } from '../../skills/versions/diff-schema.ts';
import { diffVersions } from '../../skills/versions/read-diff.ts';
import { bytesAnswer, resourceAnswer } from '../respond.ts';
import { defineRoute, type Route } from '../route.ts';
import { VersionParams } from './skill-versions.ts';

/** Raised when the same files begin to be packed into other bytes, so that no cache mixes them. */
const ARCHIVE_FORMAT = 'zip1';

const TEXT = 'text/plain; charset=utf-8';
const BYTES = 'application/octet-stream';

export const versionFileRoutes: Route[] = [
  defineRoute({
    method: 'GET',
    path: '/api/skills/{skill}/versions/{ref}/archive',
    role: 'viewer',
    tag: 'skills',
    summary: 'Download a version as a zip',
    description:
      'SKILL.md is at the root. The bytes depend on the content alone; sent to this API they give the same digest.',
    params: VersionParams,
    responses: { 200: { contentType: 'application/zip', description: 'the files' }, 304: null },
    async handle({ ctx, params, headers }) {
      const archive = await getArchive(ctx, params);
      const tag = `${ARCHIVE_FORMAT}-${archive.digest.replace('sha256:', '')}`;
      return await bytesAnswer(tag, headers, async () => {
        const { stream, size } = await archive.open();
        return { body: stream, size, headers: attached('application/zip', archive.fileName) };
      });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/skills/{skill}/versions/{ref}/files/{path...}',
    role: 'viewer',
    tag: 'skills',
    summary: 'Read one file of a version',
    description:
      'As it was uploaded. Text comes as plain text whatever it holds, everything else as an attachment.',
    params: VersionParams.extend({ path: z.string().min(1).max(4096) }),
    responses: { 200: { contentType: ['text/plain', BYTES], description: 'the file' }, 304: null },
    async handle({ ctx, params, headers }) {
      const file = await getVersionFile(ctx, params);
      return await bytesAnswer(file.digest.replace('sha256:', ''), headers, async () => {
        const { bytes, isText } = await file.open();
        return {
          body: bytes,
          size: bytes.byteLength,
          // Never as what its name says: a browser would run it with our origin.
          headers: isText ? { 'content-type': TEXT } : attached(BYTES, file.fileName),
        };
      });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/skills/{skill}/versions/{ref}/diff/{other}',
    role: 'viewer',
    tag: 'skills',
    summary: 'What changes from one version to another',
    description:
      'Texts are compared line by line. What is too long, or differs too much to be compared in time, says `truncated`.',
    params: VersionParams.extend({ other: VersionParams.shape.ref }),
    responses: { 200: VersionDiff, 304: null },
    handle: async ({ ctx, params, headers }) => resourceAnswer(await diffVersions(ctx, params), headers),
  }),
];

function attached(type: string, fileName: string): Record<string, string> {
  return { 'content-type': type, 'content-disposition': contentDisposition(fileName) };
}
