/** Reads params, query and body by the route's schemas and refuses with everything that is wrong with them at once. */
import type { z } from 'zod';
import type { Issue } from '../kernel/errors.ts';
import { invalidRequest, pointer, zodIssues } from './problems.ts';
import type { Route } from './route.ts';

export interface RawInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  /** The body is an upload, which has a reader of its own. */
  readonly isUpload: boolean;
}

/** Throws `bad_request:api` with all issues. */
export function readInput(
  route: Pick<Route, 'params' | 'query' | 'body'>,
  raw: RawInput,
): { params: unknown; query: unknown; body: unknown } {
  const issues: Issue[] = [];
  const params = read(route.params, raw.params, issues);
  const query = read(route.query, raw.query, issues);
  const body = raw.isUpload ? undefined : read(route.body, raw.body, issues);
  issues.push(...unstorable(raw.params), ...unstorable(raw.query));
  if (issues.length > 0) throw invalidRequest(issues);
  return { params, query, body };
}

function read(schema: z.ZodType | undefined, value: unknown, issues: Issue[]): unknown {
  if (schema === undefined) {
    issues.push(...fieldsOf(value).map((name) => ({ path: pointer([name]), message: 'unknown field' })));
    return undefined;
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  issues.push(...zodIssues(parsed.error));
  return undefined;
}

/** No database text can hold NUL; bodies are checked where they are parsed. */
function unstorable(values: unknown): Issue[] {
  return fieldsOf(values)
    .filter((name) => String(Reflect.get(values as object, name)).includes('\0'))
    .map((name) => ({ path: pointer([name]), message: 'must not contain NUL' }));
}

function fieldsOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}
