/** Reads the upload form of Claude's skill endpoints and applies their rules. */
import { Refusal } from './emulator.ts';
import {
  fileParts,
  isSkillName,
  readFrontmatter,
  type Upload,
  uploadedFiles,
  withoutFolder,
} from './skill-upload.ts';
import { BadBundle, type ZipLimits } from './zip.ts';

export interface SkillUpload {
  readonly upload: Upload;
  readonly name: string;
  readonly description: string;
}

const MAX_BYTES = 30 * 1024 * 1024;
const LIMITS: ZipLimits = { maxEntries: 10_000, maxFileBytes: MAX_BYTES, maxBytes: MAX_BYTES - 1 };
const RESERVED = ['anthropic', 'claude'];
const XML_TAG = /<\/?[a-z][^>]*>/i;

/** `files[]` is an array also for one zip; SKILL.md is at the root or in the single enclosing folder. */
export async function readUpload(form: FormData): Promise<SkillUpload> {
  const parts = fileParts(form, 'files[]');
  if (parts.length === 0) throw new Refusal(400, 'files: Field required');
  const files = await uploadedFiles(parts, LIMITS);
  const upload = files.some(({ path }) => path === 'SKILL.md')
    ? { folder: null, files }
    : withoutFolder(files);
  const skillMd = upload.files.find(({ path }) => path === 'SKILL.md');
  if (!skillMd) throw new BadBundle('SKILL.md must be at the root or in the single top-level folder');
  const frontmatter = readFrontmatter(skillMd.bytes);
  const name = frontmatter.name ?? upload.folder;
  if (!isSkillName(name))
    throw new BadBundle('SKILL.md has no name, and its folder does not give a good one');
  refuseNames(name, frontmatter.description);
  return { upload, name, description: frontmatter.description };
}

function refuseNames(name: string, description: string): void {
  const reserved = RESERVED.find((word) => name.includes(word));
  if (reserved) throw new BadBundle(`name in SKILL.md must not contain the reserved word '${reserved}'`);
  if (XML_TAG.test(description)) throw new BadBundle('description in SKILL.md must not contain XML tags');
}
