/** The Authorization header → who asks, and whether the route is open to them. */
import type { FastifyRequest } from 'fastify';
import type { KeyAuthenticator } from '../auth/authenticate-key.ts';
import { roleAllows } from '../auth/principal.ts';
import type { Principal } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import type { RouteRole } from './route.ts';

const LONGEST_TOKEN = 4096;

/** The principal behind the request. Throws `unauthorized:auth`. */
export async function authenticate(request: FastifyRequest, keys: KeyAuthenticator): Promise<Principal> {
  const header = request.headers.authorization;
  if (header === undefined) {
    throw new AppError('unauthorized:auth', 'Send an API key: Authorization: Bearer <key>');
  }
  const token = /^Bearer +([^\s]+)$/i.exec(header)?.[1];
  const principal =
    token === undefined || token.length > LONGEST_TOKEN ? null : await keys.authenticate(token);
  if (!principal) {
    throw new AppError(
      'unauthorized:auth',
      'The API key is not valid: it is unknown, mistyped, expired or revoked',
    );
  }
  return principal;
}

/** Throws `forbidden:auth` when the principal's role is too small for the route. */
export function authorize(principal: Principal, needed: Exclude<RouteRole, 'open'>): void {
  if (roleAllows(principal.role, needed)) return;
  throw new AppError(
    'forbidden:auth',
    `This needs the role ${needed}; your key has the role ${principal.role}`,
  );
}
