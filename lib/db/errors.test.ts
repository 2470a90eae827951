/** Which database errors mean "not now", which may be repeated, and which constraint was hit. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError } from '../kernel/errors.ts';
import {
  databaseError,
  endsConnection,
  isForeignKeyViolation,
  isRefusedByDatabase,
  isRepeatable,
  isUniqueViolation,
} from './errors.ts';

function failure(code: string, constraint?: string): Error {
  return Object.assign(new Error('the database said so'), { code, constraint });
}

function isOffline(error: unknown): boolean {
  const answer = databaseError(error);
  return answer instanceof AppError && answer.code === 'offline:database';
}

describe('database errors', () => {
  it('are offline:database with Retry-After when the database is unavailable', () => {
    for (const code of [
      '08006',
      '53300',
      '53100',
      '57P01',
      '57P03',
      '57014',
      '25006',
      'ECONNREFUSED',
      'EPIPE',
    ]) {
      const cause = failure(code);
      const answer = databaseError(cause);
      assert.ok(answer instanceof AppError, code);
      assert.equal(answer.code, 'offline:database');
      assert.equal(answer.status, 503);
      assert.equal(answer.cause, cause);
      assert.ok((answer.retryAfter ?? 0) > 0);
    }
    assert.ok(isOffline(new Error('timeout exceeded when trying to connect')));
    assert.ok(isOffline(new Error('Connection terminated unexpectedly')));
    assert.ok(isOffline(new AggregateError([failure('ECONNREFUSED'), failure('ECONNREFUSED')])));
  });

  it('stay what they are when the statement is to blame', () => {
    for (const error of [
      failure('23505'),
      failure('42601'),
      failure('40001'),
      new Error('a bug'),
      'text',
      null,
    ]) {
      assert.equal(databaseError(error), error);
    }
    const known = new AppError('not_found:skill', 'No such skill.');
    assert.equal(databaseError(known), known);
  });

  it('may be repeated after a deadlock or a serialization failure only', () => {
    assert.ok(isRepeatable(failure('40001')));
    assert.ok(isRepeatable(failure('40P01')));
    for (const code of ['23505', '57P01', '40002', '']) assert.ok(!isRepeatable(failure(code)), code);
  });

  it('say who is refused: a wrong password, name or certificate, a missing right', () => {
    for (const code of ['28P01', '28000', '3D000', '42501', 'SELF_SIGNED_CERT_IN_CHAIN'])
      assert.ok(isRefusedByDatabase(failure(code)), code);
    for (const code of ['23505', '57P01', '42P01', '']) assert.ok(!isRefusedByDatabase(failure(code)), code);
    assert.ok(isRefusedByDatabase(new Error('The server does not support SSL connections')));
  });

  it('name the constraint', () => {
    assert.ok(isUniqueViolation(failure('23505', 'skills_name_key'), 'skills_name_key'));
    assert.ok(!isUniqueViolation(failure('23505', 'skills_pkey'), 'skills_name_key'));
    assert.ok(!isUniqueViolation(failure('23503', 'skills_name_key'), 'skills_name_key'));
    assert.ok(isForeignKeyViolation(failure('23503', 'runs_skill_fkey'), 'runs_skill_fkey'));
  });

  it('end the connection when it is lost, not when a lock or a disk was', () => {
    for (const code of ['57P01', '08006', '25006', 'ECONNRESET'])
      assert.ok(endsConnection(failure(code)), code);
    for (const code of ['55P03', '57014', '53100', '23505']) assert.ok(!endsConnection(failure(code)), code);
    assert.ok(endsConnection(new Error('Query read timeout')));
  });
});
