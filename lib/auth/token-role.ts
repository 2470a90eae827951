/** Which of our roles a token's claim gives. (pure) */
import type { Role } from '../kernel/context.ts';
import type { OidcSettings } from '../kernel/oidc-settings.ts';

/** The one that may most, of those that are given. */
const BY_RIGHTS: readonly Role[] = ['admin', 'operator', 'auditor', 'viewer'];

/** The claim holds a text, words apart by spaces, or a list; its path may go deeper with dots. */
export function roleOf(
  claims: Readonly<Record<string, unknown>>,
  { rolesClaim, roleNames }: Pick<OidcSettings, 'rolesClaim' | 'roleNames'>,
): Role | null {
  const given = new Set(textsIn(claims[rolesClaim] ?? memberAt(claims, rolesClaim.split('.'))));
  return BY_RIGHTS.find((role) => namesOf(role, roleNames).some((name) => given.has(name))) ?? null;
}

/** A role that is mapped goes by those names only. */
function namesOf(role: Role, roleNames: OidcSettings['roleNames']): readonly string[] {
  return roleNames.size === 0 ? [role] : (roleNames.get(role) ?? []);
}

function memberAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, name) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? Reflect.get(at, name) : undefined,
    value,
  );
}

function textsIn(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim.filter((item) => typeof item === 'string') : [];
}
