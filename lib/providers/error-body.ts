/** The error forms of the providers, read into one: what was said, which words named it, how long to wait. */
import { z } from 'zod';
import { durationMs } from './retry-after.ts';

export interface ErrorBody {
  readonly message: string | null;
  /** Codes that name the error, the most telling one first. */
  readonly words: readonly string[];
  readonly requestId: string | null;
  readonly waitMs: number | null;
}

const text = z.string().optional().catch(undefined);

/** Google's details are a list of typed records, Anthropic's one record, OpenAI has none. */
const Detail = z.looseObject({ reason: text, error_code: text, retryDelay: text });

const NamedError = z.looseObject({
  message: text,
  code: text,
  type: text,
  status: text,
  details: z
    .union([z.array(Detail), Detail.transform((detail) => [detail])])
    .optional()
    .catch(undefined),
});

const Body = z.union([
  z.looseObject({ error: NamedError, request_id: text }),
  // RFC 6749, as Google's token endpoint answers.
  z.looseObject({ error: z.string(), error_description: text }),
]);

/** Null when the text is not an error of any provider's form. */
export function readErrorBody(bodyText: string): ErrorBody | null {
  const parsed = Body.safeParse(parseJson(bodyText));
  if (!parsed.success) return null;
  const { data } = parsed;
  if (typeof data.error === 'string') {
    const described = typeof data['error_description'] === 'string' ? data['error_description'] : data.error;
    return { message: described, words: [data.error], requestId: null, waitMs: null };
  }
  return readNamedError(data.error, data['request_id']);
}

/** The error inside a Google operation: the same record without a wrapper. */
export function readNamedError(error: unknown, requestId?: unknown): ErrorBody {
  const { message, code, type, status, details = [] } = NamedError.catch({}).parse(error);
  const words = [
    ...details.flatMap((detail) => [detail.error_code, detail.reason]),
    code,
    status,
    type,
  ].filter((word) => word !== undefined);
  const waits = details.map((detail) => durationMs(detail.retryDelay)).filter((wait) => wait !== null);
  return {
    message: message ?? null,
    words,
    requestId: typeof requestId === 'string' ? requestId : null,
    waitMs: waits[0] ?? null,
  };
}

function parseJson(bodyText: string): unknown {
  try {
    return JSON.parse(bodyText);
  } catch {
    return undefined;
  }
}
