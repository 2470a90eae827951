/** Files written into the request body → bundle files, or what is wrong with each of them. */
import type { Issue } from '../../kernel/errors.ts';
import { makeBundle } from '../bundle/bundle.ts';
import type { BundleFile } from '../bundle/bundle-file.ts';
import { issuesForInline } from '../bundle/issues.ts';

export interface InlineFile {
  readonly path: string;
  readonly content: string;
  readonly encoding: 'utf8' | 'base64';
}

export function readInlineFiles(
  files: readonly InlineFile[],
): { ok: true; files: BundleFile[] } | { ok: false; issues: Issue[] } {
  const read: BundleFile[] = [];
  const issues: Issue[] = [];
  files.forEach((file, index) => {
    const bytes = decode(file);
    if (typeof bytes === 'string') issues.push({ path: `/source/files/${index}/content`, message: bytes });
    read.push({ path: file.path, bytes: typeof bytes === 'string' ? Buffer.alloc(0) : bytes });
  });
  if (issues.length === 0) return { ok: true, files: read };
  return { ok: false, issues: [...issues, ...otherIssues(files, read, issues)] };
}

/** The caller should see everything at once, so the rest is checked although the bundle is refused already. */
function otherIssues(
  files: readonly InlineFile[],
  read: readonly BundleFile[],
  known: readonly Issue[],
): Issue[] {
  const made = makeBundle(read, null);
  if (made.ok) return [];
  return issuesForInline(made.issues, files).filter(
    (issue) => !known.some(({ path }) => path === issue.path),
  );
}

/** The bytes, or what is wrong. Base64 is strict: what is not written exactly so was cut or mistaken. */
function decode({ content, encoding }: InlineFile): Buffer | string {
  if (encoding === 'base64') {
    const bytes = Buffer.from(content, 'base64');
    return bytes.toString('base64') === content ? bytes : 'must be base64 (RFC 4648 §4, padded, one line)';
  }
  return content.isWellFormed() ? Buffer.from(content) : 'must be valid Unicode';
}
