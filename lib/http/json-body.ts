/** JSON bodies: parsed safely, and refused when they are nested too deeply. */
import type { FastifyInstance } from 'fastify';
import { AppError } from '../kernel/errors.ts';

export const MAX_JSON_BYTES = 1024 * 1024;
const MAX_DEPTH = 64;

export function acceptJson(app: FastifyInstance): void {
  // Refuses __proto__ and constructor.prototype members.
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (depthOf(String(body)) > MAX_DEPTH) {
      done(new AppError('bad_request:api', `The body is nested deeper than ${MAX_DEPTH} levels`));
      return;
    }
    void parse(request, String(body), done);
  });
}

/** How deep arrays and objects are nested, read from the text so that nothing deep is ever built. */
export function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let index = 0; index < json.length; index += 1) {
    const character = json[index];
    if (isInString) {
      if (character === '\\') index += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, (depth += 1));
    else if (character === '}' || character === ']') depth -= 1;
  }
  return deepest;
}
