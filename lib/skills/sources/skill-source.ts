/** The places a skill may come from, as the catalogue takes them. */
import type { BundleFile } from '../bundle/bundle-file.ts';
import type { GitSource } from './git.ts';
import type { InlineFile } from './inline.ts';
import type { UrlSource } from './remote-archive.ts';
import type { WellKnownSource } from './well-known.ts';

export type SkillSource =
  | { readonly type: 'inline'; readonly files: readonly InlineFile[] }
  | { readonly type: 'archive'; readonly fileName: string | null; readonly bytes: Uint8Array }
  | { readonly type: 'files'; readonly files: readonly BundleFile[] }
  | UrlSource
  | GitSource
  | WellKnownSource;
