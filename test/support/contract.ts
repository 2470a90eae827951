/** Holds requests and answers against the served OpenAPI document, and says what does not agree. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Answer, AnswerBody, TestApp } from './app.ts';

export interface Schema {
  readonly [keyword: string]: unknown;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required?: boolean;
  readonly schema: Schema;
}
type Content = Readonly<Record<string, { readonly schema: Schema }>>;
interface DocumentedOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}
export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With `{name}` for parameters. */
  readonly path: string;
  readonly documented: DocumentedOperation;
  /** One object each; no other members are allowed. */
  readonly pathSchema: Schema;
  readonly querySchema: Schema;
  /** The shape of a JSON body; null when none is taken. */
  readonly bodySchema: Schema | null;
}

export interface Input {
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Undefined when none is sent. */
  readonly body: unknown;
}

export interface Contract {
  readonly operations: readonly Operation[];
  /** What of the answer is not as documented; empty when all is. */
  faultsOf(operation: Operation, answer: Answer): string[];
  /** Whether the document allows this input. */
  allows(operation: Operation, input: Input): boolean;
}

const BASE = 'https://contract.test/openapi.json';

export function readContract(document: OpenApi): Contract {
  const operations = operationsOf(document);
  const answers = compilerOf(document, false);
  // What stands in a URL is text, whatever it means.
  const urls = compilerOf(document, true);
  // Compiled at once, so that a shape which cannot be compiled is found although nothing answers with it.
  const shapes = new Map(operations.flatMap((operation) => responseShapes(operation, answers)));
  const inputs = new Map(
    operations.map(({ id, pathSchema, querySchema, bodySchema }) => [
      id,
      {
        path: urls.compile(pathSchema),
        query: urls.compile(querySchema),
        body: bodySchema && answers.compile(bodySchema),
      },
    ]),
  );
  return {
    operations,
    faultsOf: (operation, answer) => [...faultsOfShape(operation, answer, shapes), ...faultsOfTrace(answer)],
    allows(operation, input) {
      const known = inputs.get(operation.id);
      if (!known) throw new Error(`${operation.id} is not in the document`);
      const isBodyAllowed = known.body ? known.body(input.body) : isEmpty(input.body);
      return known.path({ ...input.path }) && known.query({ ...input.query }) && isBodyAllowed;
    },
  };
}

/** The operation of the document that serves this request. */
export function operationAt(contract: Contract, method: string, url: string): Operation {
  const path = url.split('?', 1)[0] ?? url;
  const found = contract.operations.find(
    (operation) =>
      operation.method === method &&
      new RegExp(`^${operation.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  if (!found) throw new Error(`${method} ${path} is not in the document`);
  return found;
}

function operationsOf(document: OpenApi): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, documented]) => ({
      id: documented.operationId,
      method: method.toUpperCase(),
      path,
      documented,
      pathSchema: objectOf(documented, 'path'),
      querySchema: objectOf(documented, 'query'),
      bodySchema: documented.requestBody?.content['application/json']?.schema ?? null,
    })),
  );
}

function objectOf(documented: DocumentedOperation, place: Parameter['in']): Schema {
  const parameters = (documented.parameters ?? []).filter((parameter) => parameter.in === place);
  return {
    type: 'object',
    properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
    required: parameters.filter(({ required }) => required === true).map(({ name }) => name),
    additionalProperties: false,
  };
}

function compilerOf(document: OpenApi, coerceTypes: boolean): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true, coerceTypes });
  // The published types are those of the CommonJS form.
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  return ajv.addSchema({ $id: BASE, ...document });
}

/** `<operation> <status> <media type>` → whether a body has the documented shape. */
function responseShapes(operation: Operation, ajv: Ajv2020): [string, ValidateFunction][] {
  return Object.entries(operation.documented.responses).flatMap(([status, { content = {} }]) =>
    Object.keys(content).map((type): [string, ValidateFunction] => {
      const place = ['paths', operation.path, operation.method.toLowerCase(), 'responses', status, 'content'];
      const pointer = [...place, type, 'schema'].map(escapePointer).join('/');
      return [`${operation.id} ${status} ${type}`, ajv.compile({ $ref: `${BASE}#/${pointer}` })];
    }),
  );
}

function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function faultsOfShape(
  operation: Operation,
  answer: Answer,
  shapes: ReadonlyMap<string, ValidateFunction>,
): string[] {
  const documented = operation.documented.responses[String(answer.status)];
  if (!documented) return [`${answer.status} is not documented`];
  const type = answer.headers.get('content-type')?.split(';', 1)[0] ?? null;
  const types = Object.keys(documented.content ?? {});
  if (types.length === 0)
    return type === null ? [] : [`${answer.status} has a body, which is not documented`];
  if (type === null || !types.includes(type))
    return [`${answer.status} comes as ${type}, not ${types.join()}`];
  const validate = shapes.get(`${operation.id} ${answer.status} ${type}`);
  if (!validate || validate(answer.body)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** What every answer has, though the document does not say so for each. */
function faultsOfTrace({ status, headers, body }: Answer): string[] {
  const id = headers.get('x-request-id');
  if (id === null) return ['X-Request-Id is missing'];
  if (status < 400) return [];
  return [
    ...(body['requestId'] === id ? [] : ['the problem has another request id than the header']),
    ...(body['status'] === status ? [] : ['the problem has another status than the answer']),
  ];
}

function isEmpty(body: unknown): boolean {
  return body === undefined || (isObject(body) && Object.keys(body).length === 0);
}

export function isObject(value: unknown): value is AnswerBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export async function documentOf(app: TestApp): Promise<OpenApi> {
  const { body } = await app.call('GET', '/api/openapi.json', undefined, { key: null });
  return body as unknown as OpenApi;
}
