/** Asks for an address through the one way out, and watches every connection that is tried: none to a place inside. */
import assert from 'node:assert/strict';
import type { lookup as systemLookup } from 'node:dns';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, isIP, Socket } from 'node:net';
import { createEgress, EgressError } from '../../lib/kernel/egress.ts';
import { AppError } from '../../lib/kernel/errors.ts';
import { fetchRemote, type Remote } from '../../lib/skills/sources/fetch-remote.ts';
import type { AddressCase } from './address-cases.ts';
import { isReachableByAll } from './public-address.ts';
import type { Task } from './task.ts';

interface Redirect {
  readonly status: number;
  readonly location: string;
}

interface Stand {
  /** The one address inside that is allowed. */
  readonly open: string;
  readonly trap: string;
  /** Where the next answers of the open one send the caller. */
  readonly redirects: Redirect[];
  readonly trapped: () => number;
}

/** Addresses that a socket was told to connect to, but for the one that is allowed. */
const dialled: { address: string; port: number }[] = [];
let stand: Promise<Stand> | null = null;

export const addressTask: Task = async (input) => {
  const given = input as AddressCase;
  stand ??= setUp();
  const { open, trap, redirects, trapped } = await stand;
  const url = given.url.replaceAll('{trap}', portOf(trap)).replaceAll('{open}', portOf(open));
  dialled.length = 0;
  redirects.length = 0;
  const egress = createEgress({ allowedHosts: [open], lookup: resolver(given.answers) });
  const found =
    given.hops === null
      ? await outcomeOf(egress(url))
      : await outcomeOf(throughHops(egress, url, given, open, redirects));
  return () => {
    assert.equal(trapped(), 0, 'a listener that is not allowed was reached');
    for (const { address, port } of dialled) {
      assert.ok(isReachableByAll(address), `a connection to ${address} was tried`);
      assert.equal(port, 443, `a connection to port ${port} was tried`);
    }
    return Promise.resolve(dialled.length > 0 ? 'a public address was tried' : found);
  };
};

async function throughHops(
  egress: Remote['ctx']['egress'],
  url: string,
  { hops, status }: AddressCase,
  open: string,
  redirects: Redirect[],
): Promise<unknown> {
  const place = `http://${open}/`;
  for (let hop = 0; hop < (hops ?? 0); hop += 1) redirects.push({ status, location: place });
  redirects.push({ status, location: url });
  const remote = { ctx: { egress }, signal: AbortSignal.timeout(5000) } as Remote;
  return await fetchRemote(remote, place, { maxBytes: 1000 });
}

/** What came of it; anything but an answer, a refusal of ours or a failed connection is thrown on. */
async function outcomeOf(asking: Promise<unknown>): Promise<string> {
  try {
    await asking;
    return 'answered by the allowed one';
  } catch (error) {
    if (error instanceof AppError) return checkAppError(error);
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
      if (cause instanceof EgressError) return `refused: ${cause.reason}`;
    }
    if (error instanceof TypeError) return 'no address, or no connection';
    throw error;
  }
}

function checkAppError(error: AppError): string {
  assert.ok(['bad_request:api', 'bad_gateway:skill', 'timeout:skill'].includes(error.code), error.code);
  assert.ok(error.code !== 'bad_request:api' || error.issues.length > 0, 'a refusal without issues');
  return error.code;
}

function resolver(answers: AddressCase['answers']): typeof systemLookup {
  let asked = 0;
  const lookup = (
    _name: string,
    _options: object,
    callback: (error: Error | null, found?: object[]) => void,
  ) => {
    const now = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    const found = now.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    setImmediate(() => (found.length === 0 ? callback(new Error('ENOTFOUND')) : callback(null, found)));
  };
  return lookup as unknown as typeof systemLookup;
}

async function setUp(): Promise<Stand> {
  const redirects: Redirect[] = [];
  let connections = 0;
  const open = await listening(
    createServer((_request, response) => {
      const next = redirects.shift();
      if (next === undefined) return response.end('reached');
      // Written by hand, since Node would refuse some of these values in a header.
      const answer = `HTTP/1.1 ${next.status} Elsewhere\r\nlocation: ${next.location.replaceAll(/[\r\n]/g, ' ')}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`;
      return response.socket?.end(answer);
    }),
  );
  const trap = await listening(
    createServer((_request, response) => response.end('trapped')).on('connection', () => (connections += 1)),
  );
  watchSockets(open);
  return { open, trap, redirects, trapped: () => connections };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function portOf(host: string): string {
  return host.slice(host.indexOf(':') + 1);
}

interface ConnectOptions {
  readonly host?: string;
  readonly port?: number | string;
  readonly lookup?: typeof systemLookup;
}

/** Nothing may leave this machine, so a socket to elsewhere writes down where it would go and fails. */
function watchSockets(allowed: string): void {
  const methods: { connect: unknown } = Socket.prototype;
  const connect = methods.connect as (this: Socket, ...args: unknown[]) => Socket;
  methods.connect = function watched(this: Socket, ...args: unknown[]) {
    const [first] = args;
    const { host = '', port = 0, lookup } = (Array.isArray(first) ? first[0] : first) as ConnectOptions;
    if (`${host}:${port}` === allowed) return Reflect.apply(connect, this, args);
    const fail = (addresses: readonly string[]): void => {
      dialled.push(...addresses.map((address) => ({ address, port: Number(port) })));
      // To a place inside it goes on, so that the listener there tells too.
      if (addresses.includes('127.0.0.1')) Reflect.apply(connect, this, args);
      else this.destroy(new Error('not tried in a test'));
    };
    if (isIP(host) !== 0) setImmediate(fail, [host]);
    else if (lookup === undefined) setImmediate(fail, [`${host}, by the resolver of the system`]);
    else {
      lookup(host, { all: true }, (error, found) => {
        if (error) this.destroy(error);
        else fail(found.map(({ address }) => address));
      });
    }
    return this;
  };
}
