/** The proxy over real sockets: bytes get through, or do not, as it was told. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

describe('a TCP proxy', () => {
  let echo: Server;
  let proxy: TcpProxy;
  const accepted: Socket[] = [];
  const opened: Socket[] = [];

  beforeEach(async () => {
    echo = createServer((socket) => {
      accepted.push(socket);
      socket.on('error', () => {});
      socket.pipe(socket);
    });
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const { port } = echo.address() as AddressInfo;
    proxy = await startTcpProxy({ target: { host: '127.0.0.1', port } });
  });

  afterEach(async () => {
    for (const socket of [...opened.splice(0), ...accepted.splice(0)]) socket.destroy();
    await proxy.close();
    echo.close();
  });

  async function open(): Promise<Socket> {
    const socket = connect(proxy.port, '127.0.0.1');
    opened.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  async function echoed(socket: Socket, text: string): Promise<string> {
    socket.write(text);
    let received = '';
    while (received.length < text.length) received += String((await once(socket, 'data'))[0]);
    return received;
  }

  for (const mode of [
    { kind: 'pass' },
    { kind: 'slice' },
    { kind: 'delay', ms: 5 },
    { kind: 'throttle', bytesPerSecond: 1000 },
  ] as const) {
    it(`loses nothing with ${mode.kind}`, async () => {
      proxy.set(mode);
      assert.equal(await echoed(await open(), 'hello there'), 'hello there');
    });
  }

  it('passes an end on in both directions', async () => {
    const socket = await open();
    assert.equal(await echoed(socket, 'x'), 'x');
    socket.end();
    await once(socket, 'end');
  });

  it('resets what is open', async () => {
    const socket = await open();
    await echoed(socket, 'x');
    const failed = once(socket, 'error');
    proxy.set({ kind: 'reset' });
    assert.equal((await failed)[0].code, 'ECONNRESET');
  });

  it('closes what is open', async () => {
    const socket = await open();
    await echoed(socket, 'x');
    socket.resume();
    const ended = once(socket, 'end');
    proxy.set({ kind: 'close' });
    await ended;
  });

  it('as a black hole passes neither bytes nor an end, and lets later connections through again', async () => {
    const socket = await open();
    await echoed(socket, 'x');
    const seen: string[] = [];
    socket.on('data', (bytes) => seen.push(String(bytes)));
    socket.on('end', () => seen.push('end'));
    proxy.set({ kind: 'black-hole' });
    socket.write('lost');
    accepted[0]?.end('also lost');
    const witness = await open();
    witness.write('swallowed');
    proxy.set({ kind: 'pass' });
    assert.equal(await echoed(await open(), 'y'), 'y');
    assert.deepEqual(seen, []);
    assert.equal(socket.destroyed, false);
  });
});
