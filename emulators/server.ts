/** Serves an emulator over HTTP on 127.0.0.1. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Emulator } from './emulator.ts';
import { isConnectionLost } from './fault-answers.ts';

export interface EmulatorServer {
  /** Without a trailing slash. */
  readonly url: string;
  close(): Promise<void>;
}

export async function serveEmulator(
  emulator: Emulator,
  options: { readonly port?: number } = {},
): Promise<EmulatorServer> {
  const server = createServer((incoming, outgoing) => void answer(emulator, incoming, outgoing));
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  emulator: Emulator,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  try {
    const gone = new AbortController();
    outgoing.once('close', () => gone.abort());
    await send(await emulator(await requestOf(incoming, gone.signal)), outgoing);
  } catch (error) {
    if (isConnectionLost(error) || outgoing.destroyed || outgoing.headersSent) return void outgoing.destroy();
    // A fault of the emulator itself: say so loudly in the answer, where a test sees it.
    const text = error instanceof Error ? error.stack : String(error);
    outgoing.writeHead(500, { 'content-type': 'text/plain' }).end(`emulator failed: ${text}\n`);
  }
}

async function requestOf(incoming: IncomingMessage, signal: AbortSignal): Promise<Request> {
  const body = await buffer(incoming);
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return new Request(new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? '127.0.0.1'}`), {
    method: incoming.method ?? 'GET',
    headers,
    signal,
    ...(body.byteLength > 0 && { body: Uint8Array.from(body) }),
  });
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  // A body that breaks off must have sent what came before it: `truncated` depends on it.
  for await (const chunk of response.body ?? []) {
    if (outgoing.destroyed) return;
    await new Promise((resolve) => outgoing.write(chunk, resolve));
  }
  outgoing.end();
}
