/** The served OpenAPI document is valid and names every route; the check of answers against it can fail. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { routesFor } from '../lib/http/routes/index.ts';
import { type Answer, startApp, type TestApp } from './support/app.ts';
import {
  type Contract,
  documentOf,
  type OpenApi,
  type Operation,
  operationAt,
  readContract,
} from './support/contract.ts';
import { openTestDatabase, type TestDatabase } from './support/databases.ts';

const routes = routesFor('all', { check: () => Promise.resolve() });

describe('the served OpenAPI document', () => {
  let database: TestDatabase;
  let app: TestApp;
  let document: OpenApi;
  let contract: Contract;

  before(async () => {
    database = await openTestDatabase('pglite');
    app = await startApp(database, { isWorking: false });
    document = await documentOf(app);
    contract = readContract(document);
  });
  after(async () => {
    await app.close();
    await database.close();
  });

  it('is valid 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone({ ...document }));
    assert.ok(valid, JSON.stringify(errors));
    assert.match(document.openapi, /^3\.1\./);
  });

  it('names every route, says what it is for and which role it needs', () => {
    for (const { method, path, role } of routes) {
      const { documented } = operationAt(contract, method, path);
      assert.match(documented.operationId, /^\w+$/, path);
      assert.ok(documented.summary.length > 3, path);
      assert.deepEqual(documented.security, role === 'open' ? [] : [{ key: [role] }], `${method} ${path}`);
    }
  });

  it('is held against answers by a check that can fail', async () => {
    const listing = operationAt(contract, 'GET', '/api/keys');
    const revoking = operationAt(contract, 'DELETE', '/api/keys/x');
    const good = await app.call('GET', '/api/keys');
    const refusal = await app.call('GET', '/api/keys?limit=0');
    assert.deepEqual(contract.faultsOf(listing, good), []);
    assert.deepEqual(contract.faultsOf(listing, refusal), []);
    const html = new Headers({ ...Object.fromEntries(good.headers), 'content-type': 'text/html' });
    const untraced = new Headers({ 'content-type': 'application/json' });
    const planted: [string, Operation, Answer][] = [
      ['a status of its own', listing, { ...good, status: 201 }],
      ['a missing field', listing, { ...good, body: { items: [] } }],
      ['a field too many', listing, { ...good, body: { ...good.body, secret: 'x' } }],
      ['a wrong type', listing, { ...good, body: { items: {}, nextCursor: null } }],
      ['a wrong item', listing, { ...good, body: { items: [{ id: 1 }], nextCursor: null } }],
      ['another media type', listing, { ...good, headers: html }],
      ['no request id', listing, { ...good, headers: untraced }],
      ['a body where none is', revoking, { ...good, status: 204 }],
      ['a problem without a code', listing, { ...refusal, body: { ...refusal.body, code: undefined } }],
      [
        'a problem of another request',
        listing,
        { ...refusal, body: { ...refusal.body, requestId: 'other' } },
      ],
    ];
    for (const [what, operation, answer] of planted) {
      assert.equal(contract.faultsOf(operation, answer).length > 0, true, what);
    }
    const input = { path: {}, query: {}, body: undefined };
    assert.equal(contract.allows(listing, { ...input, query: { limit: '5' } }), true);
    assert.equal(contract.allows(listing, { ...input, query: { limit: '101' } }), false);
    assert.equal(contract.allows(listing, { ...input, query: { other: 'x' } }), false);
  });
});
