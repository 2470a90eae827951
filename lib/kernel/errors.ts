/** The error taxonomy: kinds with their HTTP status, surfaces, the pairs that are meant, and AppError. */

/** Kind → HTTP status. The only place in the project where a status number is chosen. */
export const STATUS_OF_KIND = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  precondition_failed: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  unprocessable: 422,
  rate_limit: 429,
  internal: 500,
  bad_gateway: 502,
  offline: 503,
  timeout: 504,
} as const;

export type Kind = keyof typeof STATUS_OF_KIND;

/** Which kinds each surface may answer with; any other pair does not compile. */
export const ANSWER_KINDS = {
  api: [
    'bad_request',
    'not_found',
    'method_not_allowed',
    'precondition_failed',
    'payload_too_large',
    'unsupported_media_type',
    'rate_limit',
    'internal',
    'offline',
    'timeout',
  ],
  auth: ['unauthorized', 'forbidden', 'not_found', 'conflict'],
  skill: ['not_found', 'conflict', 'bad_gateway', 'offline', 'timeout'],
  provider: ['not_found', 'conflict', 'bad_gateway'],
  install_run: ['not_found', 'conflict', 'unprocessable'],
  chat_ops: ['not_found', 'conflict'],
  alert: ['not_found', 'conflict', 'bad_gateway'],
  audit: ['not_found'],
  database: ['offline'],
} as const satisfies Record<string, readonly Kind[]>;

export type Surface = keyof typeof ANSWER_KINDS;
export type AnswerCode = { [S in Surface]: `${(typeof ANSWER_KINDS)[S][number]}:${S}` }[Surface];

/** Codes stored on runs and connections. They are never HTTP answers, so they have a type of their own. */
export const STORED_CODES = {
  'unprocessable:provider': { retryable: false, meaning: 'the provider refused the content' },
  'unauthorized:provider': { retryable: false, meaning: 'the provider did not accept the credentials' },
  'forbidden:provider': {
    retryable: false,
    meaning: 'the credentials may not do this, or the quota is used up',
  },
  'not_found:provider': { retryable: false, meaning: 'the provider does not have this object' },
  'conflict:provider': { retryable: false, meaning: 'the provider holds another object in its place' },
  'payload_too_large:provider': { retryable: false, meaning: 'the skill is larger than the provider takes' },
  'rate_limit:provider': { retryable: true, meaning: 'the provider asked to come back later' },
  'bad_gateway:provider': { retryable: true, meaning: 'the provider failed, or its answer made no sense' },
  'timeout:provider': { retryable: true, meaning: 'the provider did not answer in time' },
  'uncertain:provider': { retryable: false, meaning: 'whether the call took effect could not be settled' },
  'unprocessable:skill': { retryable: false, meaning: 'this provider cannot take this skill as it is' },
  'blocked:skill': { retryable: false, meaning: 'a policy forbids installing this version' },
  'exhausted:install_run': { retryable: false, meaning: 'all attempts were used up' },
  'canceled:install_run': { retryable: false, meaning: 'somebody canceled the run' },
  'timeout:install_run': { retryable: false, meaning: 'the run did not end before its deadline' },
  'internal:install_run': { retryable: true, meaning: 'an unexpected error of ours' },
} as const satisfies Record<string, { retryable: boolean; meaning: string }>;

export type StoredCode = keyof typeof STORED_CODES;

export function isStoredCode(code: string): code is StoredCode {
  return Object.hasOwn(STORED_CODES, code);
}

/** One thing wrong with a request: a JSON pointer into it, and what to do about it. */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

export interface AppErrorOptions {
  readonly issues?: readonly Issue[];
  /** Seconds a client should wait (429, 503). */
  readonly retryAfter?: number;
  /** Methods for the Allow header (405). */
  readonly allow?: readonly string[];
  /** Extra public members of the problem document. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Private: logged, never shown. */
  readonly cause?: unknown;
}

/** An answer to a caller who asked for something we cannot do. `detail` is public, `cause` is not. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: AnswerCode;
  readonly detail: string;
  readonly issues: readonly Issue[];
  readonly retryAfter: number | undefined;
  readonly allow: readonly string[] | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(code: AnswerCode, detail: string, options: AppErrorOptions = {}) {
    super(`${code}: ${detail}`, { cause: options.cause });
    this.code = code;
    this.detail = detail;
    this.issues = options.issues ?? [];
    this.retryAfter = options.retryAfter;
    this.allow = options.allow;
    this.extensions = options.extensions ?? {};
  }

  get kind(): Kind {
    return kindOf(this.code);
  }

  get status(): number {
    return STATUS_OF_KIND[this.kind];
  }
}

/** The kind of an answer code: the part before the colon. */
export function kindOf(code: AnswerCode): Kind {
  // Every AnswerCode is built as `${Kind}:${Surface}`.
  return code.slice(0, code.indexOf(':')) as Kind;
}

/** Every answer code there is, for documents and tests. */
export function allAnswerCodes(): AnswerCode[] {
  return Object.entries(ANSWER_KINDS).flatMap(([surface, kinds]) =>
    // The template is the very definition of AnswerCode.
    kinds.map((kind) => `${kind}:${surface}` as AnswerCode),
  );
}
