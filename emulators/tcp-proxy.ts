/** A TCP proxy that spoils connections on command: what a network between two programs can do to them. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * `reset` and `close` end every connection, those that are open and those to come; `black-hole` keeps them open, takes
 * what is sent and passes nothing on, not even an end; `delay` and `throttle` hold every chunk back; `slice` sends
 * single bytes.
 */
export type ProxyMode =
  | { readonly kind: 'pass' | 'reset' | 'close' | 'black-hole' | 'slice' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number };

export interface TcpProxy {
  readonly port: number;
  /** How many connections are open now. */
  connections(): number;
  /** Holds at once, also for the connections that are open. */
  set(mode: ProxyMode): void;
  close(): Promise<void>;
}

export interface TcpProxyOptions {
  /** Of 127.0.0.1; a free one unless told. */
  readonly port?: number;
  readonly target: { readonly host: string; readonly port: number };
}

interface Link {
  readonly near: Socket;
  readonly far: Socket;
}

export async function startTcpProxy({ port = 0, target }: TcpProxyOptions): Promise<TcpProxy> {
  let mode: ProxyMode = { kind: 'pass' };
  const links = new Set<Link>();
  const currentMode = (): ProxyMode => mode;

  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ ...target, allowHalfOpen: true });
    const link = { near, far };
    links.add(link);
    near.once('close', () => links.delete(link));
    // `carry` hears of errors while it reads; after an end nobody else listens.
    for (const socket of [near, far]) socket.on('error', () => {});
    near.setNoDelay();
    far.setNoDelay();
    void carry(near, far, currentMode);
    void carry(far, near, currentMode);
    endLink(link, mode);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    connections: () => links.size,
    set(next) {
      mode = next;
      for (const link of links) endLink(link, next);
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const link of links) destroy(link);
      await closed;
    },
  };
}

function endLink({ near, far }: Link, { kind }: ProxyMode): void {
  if (kind === 'reset') {
    near.resetAndDestroy();
    far.resetAndDestroy();
  }
  if (kind === 'close') {
    near.end();
    far.end();
  }
}

function destroy({ near, far }: Link): void {
  near.destroy();
  far.destroy();
}

/** One direction of a connection. What was swallowed once is lost: the two ends never agree again. */
async function carry(from: Socket, to: Socket, currentMode: () => ProxyMode): Promise<void> {
  let hasLost = false;
  try {
    for await (const chunk of from) {
      hasLost ||= currentMode().kind === 'black-hole';
      if (!hasLost) await pass(chunk, to, currentMode());
    }
    if (!hasLost && currentMode().kind !== 'black-hole') to.end();
  } catch {
    // One side broke off; the other one learns it too, unless nothing gets through.
    if (currentMode().kind !== 'black-hole') to.destroy();
  }
}

async function pass(chunk: Buffer, to: Socket, mode: ProxyMode): Promise<void> {
  switch (mode.kind) {
    case 'slice':
      for (const byte of chunk) await send(Buffer.of(byte), to);
      return;
    case 'delay':
      await sleep(mode.ms);
      return await send(chunk, to);
    case 'throttle':
      return await throttle(chunk, to, mode.bytesPerSecond);
    default:
      return await send(chunk, to);
  }
}

async function throttle(chunk: Buffer, to: Socket, bytesPerSecond: number): Promise<void> {
  const step = Math.max(1, Math.floor(bytesPerSecond / 20));
  for (let start = 0; start < chunk.byteLength; start += step) {
    const slice = chunk.subarray(start, start + step);
    await sleep((slice.byteLength / bytesPerSecond) * 1000);
    await send(slice, to);
  }
}

async function send(bytes: Buffer, to: Socket): Promise<void> {
  if (!to.writable) return;
  await new Promise<void>((resolve) => to.write(bytes, () => resolve()));
}
