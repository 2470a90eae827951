/** A server on a real database with a key of every role, for tests of routes and refusals. */
import assert from 'node:assert/strict';
import { operationRoutes } from '../../lib/http/routes/operations.ts';
import { keyRoutes } from '../../lib/http/routes/keys.ts';
import type { Route } from '../../lib/http/route.ts';
import {
  createServer,
  type HttpServer,
  type InjectedRequest,
  type ServerOptions,
} from '../../lib/http/server.ts';
import { type Context, type Role, ROLES } from '../../lib/kernel/context.ts';
import type { Log } from '../../lib/kernel/log.ts';
import type { Settings } from '../../lib/kernel/settings.ts';
import { createKey } from '../../lib/keys/create-key.ts';
import { testContext } from './context.ts';
import { type Engine, openTestDatabase, type TestDatabase } from './databases.ts';

export interface TestServer {
  readonly http: HttpServer;
  readonly database: TestDatabase;
  readonly ctx: Context;
  /** The Authorization header of a key with this role. */
  as(role: Role): { authorization: string };
  close(): Promise<void>;
}

export interface TestServerOptions {
  readonly engine?: Engine;
  /** Beside those of keys and health. */
  readonly routes?: readonly Route[];
  readonly settings?: Partial<Settings>;
  readonly log?: Log;
  readonly timeouts?: ServerOptions['timeouts'];
  readonly ready?: () => Promise<void>;
}

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const database = await openTestDatabase(options.engine ?? 'pglite');
  const ctx = testContext(database, {
    ...(options.settings && { settings: options.settings }),
    ...(options.log && { log: options.log }),
  });
  const readiness = { check: options.ready ?? (() => database.checkReady()) };
  const http = await createServer({
    env: ctx,
    routes: [...operationRoutes(readiness), ...keyRoutes, ...(options.routes ?? [])],
    ...(options.timeouts && { timeouts: options.timeouts }),
  });
  const keys = new Map<Role, string>();
  for (const role of ROLES) {
    keys.set(role, (await createKey(ctx, { name: `${role} of the test`, role })).key);
  }
  return {
    http,
    database,
    ctx,
    as: (role) => ({ authorization: `Bearer ${keys.get(role) ?? ''}` }),
    async close() {
      await http.close();
      await database.close();
    },
  };
}

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly requestId: string;
  readonly code: string;
  readonly issues?: readonly { path: string; message: string }[];
}

export interface Refusal {
  readonly problem: ProblemBody;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Sends, checks what every problem has in common, and returns it. */
export async function refused(
  server: TestServer,
  request: InjectedRequest & { url: string },
  status: number,
  code: string,
): Promise<Refusal> {
  const answer = await server.http.inject(request);
  assert.equal(answer.statusCode, status, answer.body);
  assert.equal(answer.headers['content-type'], 'application/problem+json');
  assert.equal(answer.headers['x-content-type-options'], 'nosniff');
  assert.match(String(answer.headers['content-security-policy']), /default-src 'none'/);
  assert.equal(answer.headers['access-control-allow-origin'], undefined);
  const problem = answer.json<ProblemBody>();
  assert.deepEqual(
    [problem.code, problem.status, problem.type, problem.instance, problem.requestId],
    [
      code,
      status,
      `/problems/${code.split(':')[0]}`,
      request.url.split('?')[0],
      answer.headers['x-request-id'],
    ],
  );
  assert.ok(problem.title !== '' && problem.detail !== '');
  assert.ok(!answer.body.includes('node_modules'));
  return { problem, headers: answer.headers };
}
