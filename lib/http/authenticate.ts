/** The Authorization header → who asks, and whether the route is open to them. */
import type { FastifyRequest } from 'fastify';
import type { Authenticator } from '../auth/authenticate-bearer.ts';
import { refuseRole, roleAllows } from '../auth/principal.ts';
import type { Principal, Role } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';

/** The principal behind the request. Throws `unauthorized:auth`. */
export async function authenticate(request: FastifyRequest, keys: Authenticator): Promise<Principal> {
  const header = request.headers.authorization;
  if (header === undefined) {
    throw new AppError('unauthorized:auth', 'Send an API key: Authorization: Bearer <key>');
  }
  const token = /^Bearer +(.+)$/i.exec(header)?.[1];
  // Node reads headers as Latin-1; a chosen admin key may hold any characters.
  const principal =
    token === undefined ? null : await keys.authenticate(Buffer.from(token, 'latin1').toString('utf8'));
  if (!principal) {
    throw new AppError(
      'unauthorized:auth',
      'The API key is not valid: it is unknown, mistyped, expired or revoked',
    );
  }
  return principal;
}

/** Throws `forbidden:auth` when the principal's role is too small for the route. */
export function authorize(principal: Principal, needed: Role): void {
  if (!roleAllows(principal.role, needed)) throw refuseRole(principal, needed);
}
