/** Reads an uploaded skill: the parts of a form or one zip, its enclosing folder and its SKILL.md. */
import { parse } from 'yaml';
import { Refusal } from './emulator.ts';
import { BadBundle, type NamedFile, readZip, refuseDuplicates, type ZipLimits } from './zip.ts';

/** Paths are relative to the folder; `folder` is null when the files came without one. */
export interface Upload {
  readonly folder: string | null;
  readonly files: readonly NamedFile[];
}

export interface Frontmatter {
  readonly name: string | null;
  readonly description: string;
  readonly license: string | null;
  readonly body: string;
}

const ZIP_MAGIC = 0x50_4b_03_04;
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** The files of a form's parts; a single part that is a zip stands for the files in it. */
export async function uploadedFiles(parts: readonly File[], limits: ZipLimits): Promise<NamedFile[]> {
  const files = await Promise.all(
    parts.map(async (part) => ({ path: part.name, bytes: new Uint8Array(await part.arrayBuffer()) })),
  );
  const [only] = files;
  if (files.length === 1 && only && isZip(only.bytes)) return await readZip(only.bytes, limits);
  refuseParts(files, limits);
  return files;
}

export function isZip(bytes: Uint8Array): boolean {
  return bytes.byteLength >= 4 && Buffer.from(bytes.buffer, bytes.byteOffset, 4).readUInt32BE() === ZIP_MAGIC;
}

function refuseParts(files: readonly NamedFile[], limits: ZipLimits): void {
  if (files.length > limits.maxEntries) throw new BadBundle(`more than ${limits.maxEntries} files`);
  let total = 0;
  for (const { path, bytes } of files) {
    refuseUnsafePath(path);
    total += bytes.byteLength;
    if (bytes.byteLength > limits.maxFileBytes) throw new BadBundle(`${path} is too large`);
    if (total > limits.maxBytes) throw new BadBundle('the files are too large together');
  }
  refuseDuplicates(files);
}

/** yauzl refuses the same names inside a zip. */
function refuseUnsafePath(path: string): void {
  const segments = path.split('/');
  if (/[\\\0]/.test(path) || segments.some((segment) => ['', '.', '..'].includes(segment))) {
    throw new BadBundle(`${JSON.stringify(path)} is not a relative path inside the skill`);
  }
}

/** Takes the one folder that encloses every file off their paths; `folder` is null when there is none. */
export function withoutFolder(files: readonly NamedFile[]): Upload {
  const first = files[0]?.path.split('/')[0] ?? '';
  if (files.length === 0 || !files.every(({ path }) => path.startsWith(`${first}/`))) {
    return { folder: null, files };
  }
  const inside = files.map(({ path, bytes }) => ({ path: path.slice(first.length + 1), bytes }));
  return { folder: first, files: inside };
}

/** `isName` is the provider's own rule; without one, that of the Agent Skills specification. */
export function readFrontmatter(
  skillMd: Uint8Array,
  isName: (name: unknown) => name is string = isSkillName,
): Frontmatter {
  const text = Buffer.from(skillMd)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  const [, head, body] = /^---\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)([\s\S]*)$/.exec(text) ?? [];
  if (head === undefined) throw new BadBundle('SKILL.md does not start with YAML frontmatter');
  const fields = parseFields(head);
  const { name, description, license } = fields;
  if (name !== undefined && !isName(name)) {
    throw new BadBundle(
      isName === isSkillName
        ? 'name in SKILL.md must be 1 to 64 characters: a-z, 0-9 and single hyphens between them'
        : 'name in SKILL.md must be 1 to 64 characters',
    );
  }
  if (typeof description !== 'string' || description.trim() === '' || description.length > 1024) {
    throw new BadBundle('description in SKILL.md must be 1 to 1024 characters');
  }
  return {
    name: name ?? null,
    description,
    license: typeof license === 'string' ? license : null,
    body: body ?? '',
  };
}

export function isSkillName(name: unknown): name is string {
  return typeof name === 'string' && name.length <= 64 && NAME.test(name);
}

function parseFields(yaml: string): Record<'name' | 'description' | 'license', unknown> {
  let value: unknown;
  try {
    value = parse(yaml);
  } catch (error) {
    throw new BadBundle(`the frontmatter of SKILL.md is not YAML: ${String(error).split('\n')[0]}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BadBundle('the frontmatter of SKILL.md must be a map');
  }
  return { name: undefined, description: undefined, license: undefined, ...value };
}

export async function formOf(request: Request): Promise<FormData> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^multipart\/form-data\s*;/i.test(type)) {
    throw new Refusal(
      400,
      `Unsupported content type '${type}': this method takes multipart/form-data.`,
      'unsupported_content_type',
    );
  }
  try {
    return await request.formData();
  } catch (error) {
    throw new Refusal(400, `Could not parse the multipart form: ${String(error)}`);
  }
}

/** The parts of a field that are files; a part without a file name is refused. */
export function fileParts(form: FormData, field: string): File[] {
  return form.getAll(field).map((part) => {
    if (part instanceof File) return part;
    throw new Refusal(400, `'${field}' must be files with file names.`, 'invalid_type', 'files');
  });
}
