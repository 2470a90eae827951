/** Reads the bodies and masks of Google's Skill Registry and writes its refusals. */
import { Refusal } from './emulator.ts';
import type { Change } from './gemini-registry.ts';

const FIELDS = ['displayName', 'description', 'zippedFilesystem', 'labels'] as const;
type Field = (typeof FIELDS)[number];

const STATUS_NAMES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  500: 'INTERNAL',
};

/** `code` of the refusal is the reason, but for FAILED_PRECONDITION, a second status of 400. */
export function refused({ status, message, code }: Refusal): Response {
  const isPrecondition = code === 'FAILED_PRECONDITION';
  const name = isPrecondition ? code : (STATUS_NAMES[status] ?? 'UNKNOWN');
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', domain: 'googleapis.com' };
  const details = code === null || isPrecondition ? {} : { details: [{ ...info, reason: code }] };
  const answer = Response.json({ error: { code: status, message, status: name, ...details } }, { status });
  if (status === 401) {
    answer.headers.set(
      'www-authenticate',
      'Bearer realm="https://accounts.google.com/", error="invalid_token"',
    );
  }
  return answer;
}

export async function readChange(request: Request): Promise<Change> {
  let body: unknown;
  try {
    body = await request.json();
  } catch {
    throw new Refusal(400, 'Invalid JSON payload received.');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Refusal(400, 'Invalid JSON payload received. Expected an object.');
  }
  const change = Object.entries(body).filter(([field]) => isField(field));
  for (const [field, value] of change) {
    if (field === 'labels') refuseLabels(value);
    else if (typeof value !== 'string')
      throw new Refusal(400, `Invalid value at 'skill.${field}' (TYPE_STRING).`);
    else if (field === 'zippedFilesystem') refuseBase64(value);
  }
  return Object.fromEntries(change);
}

function refuseLabels(value: unknown): void {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap || !Object.values(value).every((label) => typeof label === 'string')) {
    throw new Refusal(400, "Invalid value at 'skill.labels' (a map of strings).");
  }
}

function refuseBase64(text: string): void {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text) || text.replace(/=+$/, '').length % 4 === 1) {
    throw new Refusal(400, "Invalid value at 'skill.zippedFilesystem' (TYPE_BYTES), Base64 decoding failed.");
  }
}

/** Without a mask every field of the body is meant. */
export function readMask(mask: string | null, body: Change): Field[] {
  const fields = mask === null || mask === '' ? Object.keys(body) : mask.split(',');
  return fields.map((field) => {
    if (isField(field)) return field;
    throw new Refusal(400, `Invalid update mask: '${field}' is not a field that can be updated.`);
  });
}

function isField(field: string): field is Field {
  return FIELDS.some((known) => known === field);
}
