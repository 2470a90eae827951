/** JSON bodies: parsed safely, and refused when nested too deeply or holding what cannot be kept; signed ones are left as they came. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError, type Issue } from '../kernel/errors.ts';
import { invalidRequest, pointer } from './problems.ts';

export const FORM_TYPE = 'application/x-www-form-urlencoded';
export const MAX_JSON_BYTES = 1024 * 1024;
const MAX_DEPTH = 64;

/** What a look at the text cannot rule out: NUL, half a surrogate pair, a member that would change a prototype. */
const SUSPICIOUS = /\\u(?:0000|d[89a-f])|__proto__|constructor|\\u00[57]/i;

export function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (request: FastifyRequest, body: string) => {
      if (request.routeOptions.config.isSigned) return body;
      return body === '' ? undefined : parseJson(body);
    },
  );
  // Only for routes that are signed; the guard refuses it elsewhere.
  app.addContentTypeParser(FORM_TYPE, { parseAs: 'string' }, async (_request: unknown, body: string) => body);
}

/** Throws `bad_request:api`. */
export function parseJson(text: string): unknown {
  if (depthOf(text) > MAX_DEPTH) {
    throw new AppError('bad_request:api', `The body is nested deeper than ${MAX_DEPTH} levels`);
  }
  const value = parse(text);
  if (SUSPICIOUS.test(text)) {
    const issues = [...problemsIn(value, [])];
    if (issues.length > 0) throw invalidRequest(issues);
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch (cause) {
    throw new AppError('bad_request:api', 'The body is not valid JSON', { cause });
  }
}

function* problemsIn(value: unknown, path: readonly string[]): Generator<Issue> {
  if (typeof value === 'string') {
    if (value.includes('\0'))
      yield { path: pointer(path), message: 'must not contain NUL; send bytes as base64' };
    else if (!value.isWellFormed())
      yield { path: pointer(path), message: 'must not contain half a surrogate pair' };
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      const here = [...path, name];
      if (isPoison(name, member)) yield { path: pointer(here), message: 'this name is not allowed' };
      yield* problemsIn(name, here);
      yield* problemsIn(member, here);
    }
  }
}

function isPoison(name: string, member: unknown): boolean {
  if (name === '__proto__') return true;
  return name === 'constructor' && typeof member === 'object' && member !== null && 'prototype' in member;
}

/** How deep arrays and objects are nested, read from the text so that nothing deep is ever built. */
export function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (let index = 0; index < json.length; index += 1) {
    const character = json.charAt(index);
    if (character === '"') index = endOfString(json, index);
    else if (character === '{' || character === '[') deepest = Math.max(deepest, (depth += 1));
    else if (character === '}' || character === ']') depth -= 1;
  }
  return deepest;
}

/** Where the string that begins at `start` ends; jumps, since a string may be megabytes of base64. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return json.length;
}
