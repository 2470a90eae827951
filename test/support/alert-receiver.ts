/** Somebody else's server that takes alerts: keeps what came, and answers as the test says. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedAlert {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface AlertReceiver {
  readonly url: string;
  readonly received: ReceivedAlert[];
  /** What is answered; 200 "ok" unless the test says otherwise. `hang` never answers. */
  answer: { status: number; body: string; headers?: Readonly<Record<string, string>> } | 'hang';
  close(): Promise<void>;
}

export async function startAlertReceiver(): Promise<AlertReceiver> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      receiver.received.push({ path: request.url ?? '', headers: request.headers, body });
      const { answer } = receiver;
      if (answer !== 'hang') response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const receiver: AlertReceiver = {
    url: `http://127.0.0.1:${port}`,
    received: [],
    answer: { status: 200, body: 'ok' },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}
