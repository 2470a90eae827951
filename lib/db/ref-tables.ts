/** The Kysely types of the tables behind refs of versions and the repositories of skills. */
import type { CreatedTime, TimeOrNull } from './columns.ts';

export type RefKind = 'label' | 'tag' | 'branch' | 'commit';

export interface SkillVersionRefTable {
  skill_id: string;
  kind: RefKind;
  name: string;
  version_id: string;
  updated_at: CreatedTime;
}

export interface SkillRepositoryTable {
  skill_id: string;
  url: string;
  /** Empty for the root. */
  path: string;
  token_sealed: string | null;
  token_hint: string | null;
  token_fingerprint: string | null;
  token_updated_at: TimeOrNull;
  updated_at: CreatedTime;
  updated_by: string;
}
