/** The checks that Google's Skill Registry makes on a zip inside the operation, not at the request. */
import { type Frontmatter, isZip, readFrontmatter } from './skill-upload.ts';
import { BadBundle, readZip } from './zip.ts';

const MEBIBYTE = 1024 * 1024;
const MAX_ZIP_BYTES = 10 * MEBIBYTE;
const MAX_DEPTH = 8;
const MAX_NAME = 64;
const MAX_LICENSE = 1024;
const MAX_INSTRUCTIONS = 500_000;
const MAX_BYTES = 500 * MEBIBYTE;
const LIMITS = { maxEntries: 10_000, maxFileBytes: MAX_BYTES, maxBytes: MAX_BYTES, maxRatio: 100 };

/** Throws BadBundle, or answers what SKILL.md says. */
export async function checkBundle(zip: Uint8Array): Promise<Frontmatter> {
  if (!isZip(zip)) throw new BadBundle('zippedFilesystem is not a zip archive');
  if (zip.byteLength > MAX_ZIP_BYTES) throw new BadBundle('the zip is larger than 10 MB');
  const files = await readZip(zip, LIMITS);
  const deep = files.find(({ path }) => path.split('/').length > MAX_DEPTH);
  if (deep) throw new BadBundle(`${deep.path} is deeper than ${MAX_DEPTH} levels`);
  const skillMd = files.find(({ path }) => path === 'SKILL.md');
  if (!skillMd) throw new BadBundle('SKILL.md must be at the root of the archive');
  const frontmatter = readFrontmatter(skillMd.bytes, isNameForGoogle);
  if (frontmatter.name === null) throw new BadBundle('SKILL.md has no name');
  if ((frontmatter.license ?? '').length > MAX_LICENSE) throw new BadBundle('license is too long');
  if (frontmatter.body.length > MAX_INSTRUCTIONS) throw new BadBundle('the instructions are too long');
  return frontmatter;
}

/** Only a length is published; what the letters of an id may be is said of the id alone. */
function isNameForGoogle(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && name.length <= MAX_NAME;
}
