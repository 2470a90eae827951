/** Who may do what: four roles, and the program itself. */
import type { Context, Principal, Role } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';

/** What each role may do: itself and everything listed with it. */
const INCLUDES: Readonly<Record<Role, readonly Role[]>> = {
  viewer: ['viewer'],
  operator: ['viewer', 'operator'],
  auditor: ['viewer', 'auditor'],
  admin: ['viewer', 'operator', 'auditor', 'admin'],
};

export function roleAllows(role: Principal['role'], needed: Role): boolean {
  return role === 'system' || INCLUDES[role].includes(needed);
}

/** Throws `forbidden:auth` naming the role that is missing. */
export function requireRole(ctx: Context, needed: Role): void {
  if (!roleAllows(ctx.principal.role, needed)) throw refuseRole(ctx.principal, needed);
}

export function refuseRole(principal: Principal, needed: Role): AppError {
  return new AppError(
    'forbidden:auth',
    `This needs the role ${needed}; your key has the role ${principal.role}`,
  );
}
