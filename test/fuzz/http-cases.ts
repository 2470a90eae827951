/** Requests at random for every operation: bodies and headers that were damaged, and uploads of every wrong shape. */
import fc from 'fast-check';
import { zipOf } from '../support/archive-fixtures.ts';
import type { Contract, Input, Operation } from '../support/contract.ts';
import { inputOf, urlOf } from '../support/operation-input.ts';
import { skillMd } from '../support/skills.ts';
import { type ByteChange, byteChanges, change } from './byte-changes.ts';
import { hostileName } from './hostile-names.ts';

export interface HttpCase {
  readonly operation: Pick<Operation, 'id' | 'method' | 'path'>;
  readonly input: Input;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Instead of the body of the input. */
  readonly upload: UploadCase | null;
  readonly changes: readonly ByteChange[];
  /** How much of the body is sent, in ten-thousandths; the rest never comes. */
  readonly sent: number;
  readonly isChunked: boolean;
}

interface UploadCase {
  readonly parts: readonly UploadPart[];
  readonly type: string;
  readonly hasEnd: boolean;
  readonly copies: number;
}

interface UploadPart {
  readonly name: string;
  readonly file: string | Uint8Array | null;
  /** The name again, percent-encoded, as RFC 5987 has it. */
  readonly encodedFile: string | null;
  readonly type: string | null;
  readonly content: string | Uint8Array;
}

/** The bytes of a request, and whether all of them are there. */
export interface WrittenRequest {
  readonly bytes: Uint8Array;
  readonly isWhole: boolean;
}

const BOUNDARY = 'a-boundary';
/** A new name each time, or the skill would exist already and nothing would be stored. */
const goodZip = fc
  .nat(100_000)
  .map((index) => zipOf([{ name: 'SKILL.md', content: skillMd(`uploaded-${index}`) }]));

const part: fc.Arbitrary<UploadPart> = fc.record({
  name: fc.constantFrom(
    'files',
    'files',
    'files',
    'archive',
    'archive',
    'metadata',
    'extra',
    '__proto__',
    'constructor',
    'toString',
    '',
    'a"b',
    'files[]',
    'x'.repeat(9000),
  ),
  file: fc.oneof(fc.constantFrom('SKILL.md', 'skill.zip', null), hostileName),
  encodedFile: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        "UTF-8''a%00b.zip",
        "UTF-8''%E3%81",
        "UTF-16''a",
        "UTF-8''a%ED%A0%80",
        "'",
        "x''%zz",
        "UTF-8''..%2f..%2fx",
      ),
    },
  ),
  type: fc.constantFrom(
    null,
    'application/json',
    'application/zip',
    'text/plain; charset=utf-7',
    'multipart/mixed; boundary=b',
    '\u00ff',
  ),
  content: fc.oneof(
    fc.constantFrom<string | Uint8Array>(
      skillMd('uploaded'),
      '{}',
      '{"tags":["a"]}',
      '{"__proto__":1}',
      '{"version":"\\u0000"}',
      '{',
      '',
      '[]',
      'null',
      `--${BOUNDARY}`,
      '\r\n',
    ),
    fc.uint8Array({ maxLength: 30 }),
    goodZip,
    goodZip,
  ),
});

/** An archive that would be stored, were it not for its file name. */
const goodPart = fc
  .tuple(part, goodZip)
  .map(([{ file, encodedFile }, content]) => [
    { name: 'archive', file: file ?? 'skill.zip', encodedFile, type: null, content },
  ]);

const upload: fc.Arbitrary<UploadCase> = fc.record({
  parts: fc.oneof(fc.array(part, { maxLength: 4 }), goodPart),
  type: fc.oneof(
    { weight: 8, arbitrary: fc.constant(`multipart/form-data; boundary=${BOUNDARY}`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'multipart/form-data',
        'multipart/form-data; boundary=',
        'multipart/form-data; boundary="',
        `multipart/form-data; boundary=${'b'.repeat(500)}`,
        'multipart/mixed; boundary=a-boundary',
        'multipart/form-data; boundary=a-boundary; boundary=b',
        'application/zip',
        'application/gzip',
        'application/zip; charset=x',
      ),
    },
  ),
  hasEnd: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  copies: fc.oneof(
    { weight: 30, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.constantFrom(600, 1100) },
  ),
});

const header = fc.oneof(
  fc.tuple(
    fc.constant('content-type'),
    fc.constantFrom(
      '',
      'text/plain',
      'application/json;',
      'application/json; charset=utf-16',
      'application/json, text/html',
      'APPLICATION/JSON',
      '/',
      'application/\u00ff',
    ),
  ),
  fc.tuple(fc.constant('content-encoding'), fc.constantFrom('gzip', 'identity', 'br', 'x')),
  fc.tuple(
    fc.constantFrom('if-match', 'if-none-match'),
    fc.constantFrom('*', '"', '"x"', 'W/"x"', '"a","b"', ','.repeat(5000), '"\u00ff"'),
  ),
  fc.tuple(
    fc.constant('idempotency-key'),
    fc.constantFrom('', 'a', 'a'.repeat(255), 'a'.repeat(256), '\u00ff', '"a"', "';--", 'a, b'),
  ),
  fc.tuple(
    fc.constant('accept'),
    fc.constantFrom('', '*/*', 'text/html', 'text/event-stream', 'q=2', '\u00ff'),
  ),
  fc.tuple(
    fc.constantFrom(
      'x-request-id',
      'traceparent',
      'origin',
      'referer',
      'cookie',
      'last-event-id',
      'range',
      'x-forwarded-for',
      'forwarded',
      'x-http-method-override',
    ),
    fc.constantFrom('', 'x', '\u00ff'.repeat(300), '00-0-0-00', '127.0.0.1', 'bytes=0-', 'DELETE'),
  ),
  fc.tuple(fc.constant('expect'), fc.constantFrom('100-continue', 'x')),
  fc.tuple(
    fc.constant('authorization'),
    fc.constantFrom(
      '',
      'Bearer',
      'Bearer ',
      'Bearer \u00ff',
      'Basic Og==',
      'Bearer a b',
      `Bearer ${'a'.repeat(5000)}`,
    ),
  ),
);

export function httpCases(contract: Contract, words: readonly string[]): fc.Arbitrary<HttpCase> {
  const uploading = contract.operations.filter(takesUploads);
  const operations = [contract.operations, uploading].map((some) => fc.constantFrom(...some));
  return fc.oneof(...operations).chain((operation) =>
    fc.record({
      // Not all of it: a failing case is printed.
      operation: fc.constant({ id: operation.id, method: operation.method, path: operation.path }),
      input: inputOf(operation, words),
      headers: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(header, { maxLength: 3 })),
      upload: takesUploads(operation) ? fc.option(upload, { freq: 2 }) : fc.constant(null),
      changes: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, byteChanges),
      sent: fc.oneof(
        { weight: 9, arbitrary: fc.constant(10_000) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 9999 }) },
      ),
      isChunked: fc.boolean(),
    }),
  );
}

function takesUploads({ documented }: Operation): boolean {
  return 'multipart/form-data' in (documented.requestBody?.content ?? {});
}

/** `authorization` is what a good request has; a header of the case replaces it. */
export function writeRequest(given: HttpCase, authorization: string): WrittenRequest {
  const body = change(bodyOf(given), given.changes);
  const sent = body.subarray(0, Math.floor((given.sent / 10_000) * body.length));
  const names = new Set(given.headers.map(([name]) => name));
  const type = given.upload?.type ?? 'application/json';
  const own: (readonly [string, string])[] = [
    ['host', 'localhost'],
    ['connection', 'close'],
    ...(names.has('authorization') ? [] : [['authorization', authorization] as const]),
    ...(names.has('content-type') || body.length === 0 ? [] : [['content-type', type] as const]),
    given.isChunked && body.length > 0
      ? ['transfer-encoding', 'chunked']
      : ['content-length', String(body.length)],
  ];
  const lines = [...own, ...given.headers].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = `${given.operation.method} ${urlOf(given.operation, given.input)} HTTP/1.1\r\n${lines}\r\n`;
  const isWhole = sent.length === body.length;
  const content = given.isChunked && body.length > 0 ? chunked(sent, isWhole) : sent;
  return { bytes: Buffer.concat([Buffer.from(head, 'latin1'), content]), isWhole };
}

function bodyOf({ upload: uploaded, input }: HttpCase): Buffer {
  if (uploaded === null)
    return input.body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(input.body));
  if (!uploaded.type.startsWith('multipart/')) return Buffer.from(uploaded.parts[0]?.content ?? '');
  const parts = Array.from({ length: uploaded.copies }, () => uploaded.parts.map(writePart)).flat();
  return Buffer.concat([...parts, Buffer.from(uploaded.hasEnd ? `--${BOUNDARY}--\r\n` : '')]);
}

function writePart({ name, file, encodedFile, type, content }: UploadPart): Buffer {
  return Buffer.concat([
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"`),
    file === null
      ? Buffer.alloc(0)
      : Buffer.concat([Buffer.from('; filename="'), Buffer.from(file), Buffer.from('"')]),
    Buffer.from(encodedFile === null ? '' : `; filename*=${encodedFile}`),
    Buffer.from(type === null ? '' : `\r\nContent-Type: ${type}`),
    Buffer.from('\r\n\r\n'),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
}

function chunked(body: Uint8Array, isWhole: boolean): Buffer {
  const pieces =
    body.length === 0 ? [] : [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')];
  return Buffer.concat([...pieces, Buffer.from(isWhole ? '0\r\n\r\n' : '')]);
}
