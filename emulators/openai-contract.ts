/** Holds answers of the OpenAI emulator against the published OpenAPI document; for tests. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import type { Emulator } from './emulator.ts';

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface Contract {
  /** What is wrong with the answer; empty when nothing is. */
  violations(method: string, path: string, answer: Response): Promise<string[]>;
}

const DOCUMENT = new URL('./fixtures/openai-skills.openapi.yaml', import.meta.url);

export function openaiContract(): Contract {
  const document: Document = parse(readFileSync(DOCUMENT, 'utf8'));
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addFormat('unixtime', { type: 'number', validate: Number.isInteger });
  ajv.addSchema(document, 'openai');

  function check(pointer: string, value: unknown): string[] {
    // Fields that are not documented are violations too: nobody may come to rely on them.
    const schema = { $ref: `openai#${pointer}`, unevaluatedProperties: false };
    const validate = ajv.compile(schema);
    return validate(value) ? [] : [ajv.errorsText(validate.errors)];
  }

  return {
    async violations(method, path, answer) {
      if (answer.status !== 200) return check('/components/schemas/ErrorResponse', await answer.json());
      const template = templateOf(document, path);
      if (template === undefined) return [`${path} is not a documented path`];
      const content = `/paths/${escaped(template)}/${method.toLowerCase()}/responses/200/content`;
      const type = answer.headers.get('content-type') ?? '';
      if (type === 'application/zip') {
        return template.endsWith('/content') ? [] : [`${path} must not answer a zip`];
      }
      return check(`${content}/application~1json/schema`, await answer.json());
    },
  };
}

function templateOf(document: Document, path: string): string | undefined {
  const inDocument = path.replace(/^\/v1/, '');
  return Object.keys(document.paths).find((template) =>
    new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(inDocument),
  );
}

function escaped(text: string): string {
  return encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/** Checks every answer that goes through; what was wrong is collected in `violations`. */
export function held(emulator: Emulator): { emulator: Emulator; violations: string[]; checked(): number } {
  const contract = openaiContract();
  const violations: string[] = [];
  let checked = 0;
  return {
    violations,
    checked: () => checked,
    async emulator(request) {
      const { pathname } = new URL(request.url);
      const answer = await emulator(request);
      const found = await contract.violations(request.method, pathname, answer.clone());
      violations.push(...found.map((violation) => `${request.method} ${pathname}: ${violation}`));
      checked += 1;
      return answer;
    },
  };
}
