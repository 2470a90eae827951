/** How people of an identity provider are let in: the OIDC variables, read. */
import { type Role, ROLES } from './context.ts';
import { SettingsError } from './settings-error.ts';

export interface OidcSettings {
  readonly issuer: string;
  readonly audience: string;
  /** Where in the token the roles are; dots go deeper. */
  readonly rolesClaim: string;
  /** Role → what it is called in the claim. Empty: by its own name. */
  readonly roleNames: ReadonlyMap<Role, readonly string[]>;
}

/** Null when no issuer is set. Throws SettingsError. */
export function readOidcSettings(read: {
  readonly OIDC_ISSUER?: string | undefined;
  readonly OIDC_AUDIENCE?: string | undefined;
  readonly OIDC_ROLES_CLAIM: string;
  /** `role=name`, several names for a role in several entries. */
  readonly OIDC_ROLE_NAMES: readonly string[];
}): OidcSettings | null {
  if (read.OIDC_ISSUER === undefined) return null;
  if (read.OIDC_AUDIENCE === undefined)
    throw new SettingsError('OIDC_AUDIENCE: required with OIDC_ISSUER; tokens for others must not open this');
  const roleNames = Map.groupBy(read.OIDC_ROLE_NAMES.map(roleAndName), ({ role }) => role);
  return {
    issuer: read.OIDC_ISSUER,
    audience: read.OIDC_AUDIENCE,
    rolesClaim: read.OIDC_ROLES_CLAIM,
    roleNames: new Map([...roleNames].map(([role, entries]) => [role, entries.map(({ name }) => name)])),
  };
}

function roleAndName(entry: string) {
  const at = entry.indexOf('=');
  const role = ROLES.find((known) => known === entry.slice(0, at).trim());
  const name = entry.slice(at + 1).trim();
  if (at < 0 || role === undefined || name === '')
    throw new SettingsError(`OIDC_ROLE_NAMES: ${entry} is not role=name; roles are ${ROLES.join(', ')}`);
  return { role, name };
}
