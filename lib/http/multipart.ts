/** The bodies of an upload: an archive, or files with their paths, and a JSON part; all under limits. */
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../kernel/errors.ts';
import { invalidRequest } from './problems.ts';

export interface UploadedFile {
  /** As the client named it; not yet checked. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface Upload {
  readonly archive: UploadedFile | null;
  readonly files: readonly UploadedFile[];
  /** The parsed JSON part `metadata`; an empty object when there is none. */
  readonly metadata: unknown;
}

/** Content types of a body that is an archive by itself. */
export const ARCHIVE_TYPES = [
  'application/zip',
  'application/gzip',
  'application/x-gzip',
  'application/x-tar+gzip',
];

const MAX_FILES = 501;
const MAX_METADATA_BYTES = 64 * 1024;
const MAX_JSON_PARTS = 2;

export async function acceptUploads(app: FastifyInstance): Promise<void> {
  await app.register(multipart, { preservePath: true });
  app.addContentTypeParser(ARCHIVE_TYPES, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** Null when the body is JSON. `maxBytes` bounds all parts together. */
export async function readUpload(request: FastifyRequest, maxBytes: number): Promise<Upload | null> {
  if (Buffer.isBuffer(request.body)) {
    return { archive: { path: '', bytes: request.body }, files: [], metadata: {} };
  }
  if (!request.isMultipart()) return null;
  const upload: { archive: UploadedFile | null; files: UploadedFile[]; metadata: unknown } = {
    archive: null,
    files: [],
    metadata: {},
  };
  let total = 0;
  const limits = {
    files: MAX_FILES,
    fileSize: maxBytes,
    fieldSize: MAX_METADATA_BYTES,
    fields: MAX_JSON_PARTS,
  };
  for await (const part of request.parts({ limits })) {
    if (part.fieldname === 'metadata') {
      upload.metadata = parseMetadata(
        part.type === 'field' ? part.value : (await part.toBuffer()).toString('utf8'),
      );
    } else if (part.type === 'field' || (part.fieldname !== 'archive' && part.fieldname !== 'files')) {
      throw invalidRequest([
        { path: `/${part.fieldname}`, message: 'unknown part; use archive or files, and metadata' },
      ]);
    } else {
      // toBuffer refuses a part that was cut off at the limit.
      const bytes = await part.toBuffer();
      total += bytes.byteLength;
      if (total > maxBytes)
        throw new AppError('payload_too_large:api', 'The upload is larger than this route takes');
      addFile(upload, part.fieldname, { path: part.filename, bytes });
    }
  }
  if (upload.archive !== null && upload.files.length > 0) {
    throw invalidRequest([{ path: '/files', message: 'send either an archive or files, not both' }]);
  }
  if (upload.archive === null && upload.files.length === 0) {
    throw invalidRequest([{ path: '/archive', message: 'send an archive, or files parts' }]);
  }
  return upload;
}

function addFile(
  upload: { archive: UploadedFile | null; files: UploadedFile[] },
  field: string,
  file: UploadedFile,
): void {
  if (field === 'files') upload.files.push(file);
  else if (upload.archive === null) upload.archive = file;
  else throw invalidRequest([{ path: '/archive', message: 'send one archive only' }]);
}

function parseMetadata(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch (cause) {
    throw new AppError('bad_request:api', 'The part metadata is not valid JSON', {
      issues: [{ path: '/metadata', message: 'must be a JSON object' }],
      cause,
    });
  }
}
