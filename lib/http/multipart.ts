/** The bodies of an upload: an archive, or files with their paths, and a JSON part; all under limits. */
import multipart, { type Multipart } from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../kernel/errors.ts';
import { parseJson } from './json-body.ts';
import { invalidRequest, pointer, toAppError } from './problems.ts';

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
export const UPLOAD_TYPES = ['multipart/form-data', ...ARCHIVE_TYPES];

const MAX_FILES = 501;
const MAX_METADATA_BYTES = 64 * 1024;
const MAX_FIELDS = 10;
const MAX_FILE_NAME = 255;

export async function acceptUploads(app: FastifyInstance): Promise<void> {
  // The path, not only its last part: that is what folders travel in, and what a hostile name is judged by.
  await app.register(multipart, { preservePath: true });
  app.addContentTypeParser(ARCHIVE_TYPES, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** Reads a body that is not JSON. `maxBytes` bounds all parts together. */
export async function readUpload(request: FastifyRequest, maxBytes: number): Promise<Upload> {
  if (Buffer.isBuffer(request.body)) {
    return { archive: { path: '', bytes: request.body }, files: [], metadata: {} };
  }
  const upload = new UploadBuilder(maxBytes);
  const limits = {
    files: MAX_FILES,
    fileSize: maxBytes,
    fieldSize: MAX_METADATA_BYTES,
    fields: MAX_FIELDS,
  };
  try {
    for await (const part of request.parts({ limits })) await upload.add(part);
  } catch (error) {
    // What is left unread would block the connection for the next request.
    request.raw.unpipe();
    request.raw.resume();
    throw readable(error);
  }
  return upload.finish();
}

/** The parser's own complaints carry neither code nor status. */
function readable(error: unknown): AppError {
  const known = toAppError(error);
  if (known.kind !== 'internal') return known;
  return new AppError('bad_request:api', 'The multipart body cannot be read', { cause: error });
}

class UploadBuilder {
  readonly #maxBytes: number;
  readonly #files: UploadedFile[] = [];
  #archive: UploadedFile | null = null;
  #metadata: unknown;
  #total = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  async add(part: Multipart): Promise<void> {
    if (part.fieldname === 'metadata') return await this.#addMetadata(part);
    if (part.fieldname !== 'archive' && part.fieldname !== 'files') {
      throw wrongPart(part.fieldname, 'unknown part; use archive or files, and metadata');
    }
    if (part.type === 'field') throw wrongPart(part.fieldname, 'must be sent as a file, with a file name');
    if (part.fieldname === 'archive' && !isStorable(part.filename)) {
      throw wrongPart(
        'archive',
        `must have a file name of at most ${MAX_FILE_NAME} characters, none of them a control character`,
      );
    }
    const file = { path: part.filename, bytes: await this.#bytesOf(part) };
    if (part.fieldname === 'files') this.#files.push(file);
    else if (this.#archive === null) this.#archive = file;
    else throw wrongPart('archive', 'send one archive only');
  }

  finish(): Upload {
    const upload = { archive: this.#archive, files: this.#files, metadata: this.#metadata ?? {} };
    if (upload.archive !== null && upload.files.length > 0) {
      throw wrongPart('files', 'send either an archive or files, not both');
    }
    if (upload.archive === null && upload.files.length === 0) {
      throw wrongPart('archive', 'send an archive, or files parts');
    }
    return upload;
  }

  async #addMetadata(part: Multipart): Promise<void> {
    if (this.#metadata !== undefined) throw wrongPart('metadata', 'send it only once');
    if (part.type === 'file') {
      const bytes = await this.#bytesOf(part);
      if (bytes.byteLength > MAX_METADATA_BYTES) throw metadataTooLarge();
      this.#metadata = parseJson(bytes.toString('utf8'));
      return;
    }
    if (part.valueTruncated) throw metadataTooLarge();
    // The parser has read it already when the part says that it is JSON.
    const value: unknown = part.value;
    this.#metadata = parseJson(typeof value === 'string' ? value : JSON.stringify(value));
  }

  async #bytesOf(part: Extract<Multipart, { type: 'file' }>): Promise<Buffer> {
    // Refuses a part that was cut off at the limit.
    const bytes = await part.toBuffer();
    this.#total += bytes.byteLength;
    if (this.#total > this.#maxBytes) {
      throw new AppError('payload_too_large:api', 'The upload is larger than this route takes');
    }
    return bytes;
  }
}

function wrongPart(name: string, message: string): AppError {
  return invalidRequest([{ path: pointer([name]), message }]);
}

/** The name of an archive is only remembered, so nobody else judges it; those of files are paths. */
function isStorable(fileName: string): boolean {
  return fileName.length <= MAX_FILE_NAME && fileName.isWellFormed() && !/\p{Cc}/u.test(fileName);
}

function metadataTooLarge(): AppError {
  return new AppError(
    'payload_too_large:api',
    `The part metadata is larger than ${MAX_METADATA_BYTES / 1024} KiB`,
  );
}
