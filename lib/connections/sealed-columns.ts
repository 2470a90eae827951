/** Everything that is stored sealed: what looks at all of it, such as a change of the key, goes by this list. */
import { targetBinding } from '../alerts/target.ts';
import { tokenBinding } from '../skills/imports/start-import.ts';
import { repositoryTokenBinding } from '../skills/refs/repositories.ts';
import { credentialBinding } from './credentials.ts';

export interface SealedColumn {
  /** As a person calls what is in it. */
  readonly holds: string;
  readonly table: 'providers' | 'skill_repositories' | 'skill_imports' | 'alert_channels' | 'chat_jobs';
  /** The primary key, a text in the order of bytes. */
  readonly id: string;
  readonly sealed: string;
  /** The keyed digest of the same secret, when one is stored. */
  readonly fingerprint: string | null;
  /** The column beside the id that the secret is bound to. */
  readonly address: string | null;
  boundTo(id: string, address: string | null): readonly string[];
}

export const SEALED_COLUMNS: readonly SealedColumn[] = [
  {
    holds: 'credentials of providers',
    table: 'providers',
    id: 'id',
    sealed: 'credentials_sealed',
    fingerprint: 'credential_fingerprint',
    address: 'base_url',
    boundTo: credentialBinding,
  },
  {
    holds: 'tokens of repositories',
    table: 'skill_repositories',
    id: 'skill_id',
    sealed: 'token_sealed',
    fingerprint: 'token_fingerprint',
    address: 'url',
    boundTo: (skillId, url) => repositoryTokenBinding(skillId, url ?? ''),
  },
  {
    holds: 'tokens of imports',
    table: 'skill_imports',
    id: 'id',
    sealed: 'token_sealed',
    fingerprint: null,
    address: null,
    boundTo: tokenBinding,
  },
  {
    holds: 'addresses of alert channels',
    table: 'alert_channels',
    id: 'id',
    sealed: 'target_sealed',
    fingerprint: null,
    address: null,
    boundTo: targetBinding,
  },
  {
    holds: 'chat messages whose answers are on their way',
    table: 'chat_jobs',
    id: 'id',
    sealed: 'content_sealed',
    fingerprint: null,
    address: null,
    boundTo: chatJobBinding,
  },
];

/** Chat comes after this in the order of the folders, so its binding stands here. */
export function chatJobBinding(id: string): string[] {
  return ['chat_jobs', id, 'content'];
}

/** As the audit log and the command call it. */
export function columnName({ table, sealed }: SealedColumn): string {
  return `${table}.${sealed}`;
}
