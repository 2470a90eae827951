/** Answers on the bare socket for what Node could not make a request of: too slow, too large, not HTTP. */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { newId } from '../kernel/ids.ts';
import { PROBLEM_HEADERS, PROBLEM_TYPE } from './problems.ts';

interface ClientError {
  readonly status: number;
  /** Of the kind whose page says what to do; these three statuses exist only here. */
  readonly kind: 'timeout' | 'payload_too_large' | 'bad_request';
  readonly detail: string;
}

const CLIENT_ERRORS: Readonly<Record<string, ClientError>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, kind: 'timeout', detail: 'The request did not arrive in time' },
  HPE_HEADER_OVERFLOW: { status: 431, kind: 'payload_too_large', detail: 'The headers are too large' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    kind: 'payload_too_large',
    detail: 'The chunk extensions are too large',
  },
};
const NOT_HTTP: ClientError = {
  status: 400,
  kind: 'bad_request',
  detail: 'This is not a valid HTTP request',
};

/** How long a client may still send before its connection is cut; cutting at once could take the answer with it. */
const LINGER_MS = 1000;

export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (socket.writableEnded) return;
  if (error.code === 'ECONNRESET' || !socket.writable || hasBegunAnswer(socket)) {
    socket.destroy();
    return;
  }
  socket.end(render(CLIENT_ERRORS[error.code ?? ''] ?? NOT_HTTP));
  const cut = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => clearTimeout(cut));
}

function render({ status, kind, detail }: ClientError): string {
  const title = STATUS_CODES[status];
  const requestId = newId('request');
  const body = JSON.stringify({
    type: `/problems/${kind}`,
    title,
    status,
    detail,
    instance: '',
    requestId,
    code: `${kind}:api`,
  });
  const headers = {
    ...PROBLEM_HEADERS,
    'content-type': PROBLEM_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': requestId,
    date: new Date().toUTCString(),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${title}\r\n${lines.join('')}\r\n${body}`;
}

/** Writing now would land in the middle of an answer. Node keeps the answer in progress on the socket. */
function hasBegunAnswer(socket: Socket & { _httpMessage?: ServerResponse | null }): boolean {
  return socket._httpMessage?.headersSent === true;
}
