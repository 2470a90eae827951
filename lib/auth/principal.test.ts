/** The whole table of who may do what, written out a second time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROLES } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { requireRole, roleAllows } from './principal.ts';
import { testContext } from '../../test/support/context.ts';

const db = { engine: 'pglite', notify() {}, listen: () => () => {} } as const;

test('each role may do what it names, and no more', () => {
  const table = Object.fromEntries(
    [...ROLES, 'system' as const].map((role) => [role, ROLES.filter((needed) => roleAllows(role, needed))]),
  );
  assert.deepEqual(table, {
    viewer: ['viewer'],
    operator: ['viewer', 'operator'],
    auditor: ['viewer', 'auditor'],
    admin: ['viewer', 'operator', 'auditor', 'admin'],
    system: ['viewer', 'operator', 'auditor', 'admin'],
  });
});

test('a refusal names the role that is missing', () => {
  requireRole(testContext(db, { role: 'operator' }), 'operator');
  assert.throws(
    () => requireRole(testContext(db, { role: 'operator' }), 'admin'),
    (error) =>
      error instanceof AppError && error.code === 'forbidden:auth' && error.detail.includes('role admin'),
  );
});
