/** Reads what OpenAI's skill endpoints take: the two upload forms, the default pointer, the list cursor. */
import { Refusal, wholeNumber } from './emulator.ts';
import {
  fileParts,
  type Frontmatter,
  readFrontmatter,
  type Upload,
  uploadedFiles,
  withoutFolder,
} from './skill-upload.ts';
import { BadBundle, type ZipLimits } from './zip.ts';

export interface SkillUpload {
  readonly folder: string;
  readonly upload: Upload;
  readonly name: string;
  readonly description: string;
}

const MEBIBYTE = 1024 * 1024;
const ZIP_MAX_BYTES = 50 * MEBIBYTE;
const LIMITS: ZipLimits = { maxEntries: 500, maxFileBytes: 25 * MEBIBYTE, maxBytes: 500 * MEBIBYTE };
const DEFAULT_PAGE = 20;

/** `files[]` with many parts, or one zip as `files` (or as the only part of `files[]`). */
export async function readUpload(form: FormData): Promise<SkillUpload> {
  const parts = [...fileParts(form, 'files[]'), ...fileParts(form, 'files')];
  if (parts.length === 0) {
    throw new Refusal(400, "Missing required parameter: 'files'.", 'missing_required_parameter', 'files');
  }
  if (parts.length === 1 && (parts[0]?.size ?? 0) > ZIP_MAX_BYTES) {
    throw new BadBundle('a zip may have at most 50 MB');
  }
  const upload = withoutFolder(await uploadedFiles(parts, LIMITS));
  if (upload.folder === null) throw new BadBundle('all files must be in one top-level folder');
  const { name, description } = readSkillMd(upload);
  if (name === null) throw new BadBundle('SKILL.md has no name');
  return { folder: upload.folder, upload, name, description };
}

function readSkillMd(upload: Upload): Frontmatter {
  const found = upload.files.filter(({ path }) => /(^|\/)skill\.md$/i.test(path));
  const [only] = found;
  if (!only || found.length > 1) {
    throw new BadBundle(`exactly one SKILL.md is needed, found ${found.length}`);
  }
  if (only.path.includes('/')) throw new BadBundle('SKILL.md must be at the root of the top-level folder');
  return readFrontmatter(only.bytes);
}

export function readBoolean(form: FormData, field: string): boolean {
  const value = form.get(field);
  if (value === null || value === 'false') return false;
  if (value === 'true') return true;
  throw new Refusal(400, `'${field}' must be true or false.`, 'invalid_type', field);
}

export async function readDefaultVersion(request: Request): Promise<string> {
  let body: unknown;
  try {
    body = await request.json();
  } catch {
    throw new Refusal(400, 'We could not parse the JSON body of your request.');
  }
  const value =
    typeof body === 'object' && body !== null && 'default_version' in body ? body.default_version : undefined;
  if (value === undefined) {
    const field = 'default_version';
    throw new Refusal(400, `Missing required parameter: '${field}'.`, 'missing_required_parameter', field);
  }
  if (typeof value !== 'string') {
    throw new Refusal(400, "'default_version' must be a string.", 'invalid_type', 'default_version');
  }
  return value;
}

/** One page of `records`, which come oldest first; a cursor is a place in their order, also when its item is gone. */
export function listAnswer<Item extends { readonly id: string }>(
  request: Request,
  records: readonly Item[],
  show: (record: Item) => object,
): Response {
  const { limit, order, after } = readListQuery(new URL(request.url).searchParams);
  const ordered = order === 'asc' ? records : [...records].reverse();
  const rest = ordered.filter(({ id }) => after === null || (order === 'asc' ? id > after : id < after));
  const page = rest.slice(0, limit);
  return Response.json({
    object: 'list',
    data: page.map(show),
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
    has_more: rest.length > page.length,
  });
}

function readListQuery(query: URLSearchParams): {
  limit: number;
  order: 'asc' | 'desc';
  after: string | null;
} {
  const limit = wholeNumber(query.get('limit') ?? String(DEFAULT_PAGE), 0, 100);
  if (limit === null) throw new Refusal(400, "'limit' must be from 0 to 100.", 'invalid_value', 'limit');
  const order = query.get('order') ?? 'desc';
  if (order !== 'asc' && order !== 'desc') {
    throw new Refusal(400, "'order' must be 'asc' or 'desc'.", 'invalid_value', 'order');
  }
  const after = query.get('after');
  if (after !== null && !/^skill(ver)?_[0-9a-f]+$/.test(after)) {
    throw new Refusal(400, `'after' is not an id of this list: '${after}'.`, 'invalid_value', 'after');
  }
  return { limit, order, after };
}
