/** Every private address stays out of reach in every notation that a URL parser, a resolver or a translator understands. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createEgress, EgressError } from './egress.ts';

const ADDRESSES = [
  [127, 0, 0, 1],
  [10, 1, 2, 3],
  [172, 20, 0, 9],
  [192, 168, 0, 10],
  [169, 254, 169, 254],
  [100, 64, 9, 9],
  [0, 0, 0, 0],
] as const;

type Address = readonly [number, number, number, number];

const hex = (part: number, width = 2): string => part.toString(16).padStart(width, '0');
const number = ([a, b, c, d]: Address): number => ((a * 256 + b) * 256 + c) * 256 + d;
const groups = ([a, b, c, d]: Address): string => `${hex(a)}${hex(b)}:${hex(c)}${hex(d)}`;
const fullWidth = (text: string): string =>
  text.replace(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));

const NOTATIONS: Readonly<Record<string, (address: Address) => string>> = {
  dotted: (address) => address.join('.'),
  'with a trailing dot': (address) => `${address.join('.')}.`,
  'one number': (address) => String(number(address)),
  'one hexadecimal number': (address) => `0x${hex(number(address), 8)}`,
  'one octal number': (address) => `0${number(address).toString(8)}`,
  'octal parts': (address) => address.map((part) => `0${part.toString(8)}`).join('.'),
  'octal parts with zeros before': (address) => address.map((part) => `000${part.toString(8)}`).join('.'),
  'hexadecimal parts': (address) => address.map((part) => `0x${hex(part)}`).join('.'),
  'mixed parts': ([a, b, c, d]) => `0x${hex(a)}.0${b.toString(8)}.${c}.0x${hex(d)}`,
  'three parts': ([a, b, c, d]) => `${a}.${b}.${c * 256 + d}`,
  'two parts': ([a, b, c, d]) => `${a}.${(b * 256 + c) * 256 + d}`,
  'percent-encoded': (address) =>
    address.join('.').replace(/./g, (character) => `%${hex(character.charCodeAt(0))}`),
  'full width': (address) => fullWidth(address.join('.')),
  'ideographic full stops': (address) => address.join('。'),
  'full-width full stops': (address) => address.join('．'),
  'IPv4-mapped': (address) => `[::ffff:${address.join('.')}]`,
  'IPv4-mapped, hexadecimal': (address) => `[::ffff:${groups(address)}]`,
  'IPv4-mapped, in full': (address) => `[0:0:0:0:0:ffff:${groups(address)}]`,
  'IPv4-compatible': (address) => `[::${groups(address)}]`,
  NAT64: (address) => `[64:ff9b::${groups(address)}]`,
  'local NAT64': (address) => `[64:ff9b:1::${groups(address)}]`,
  '6to4': (address) => `[2002:${groups(address)}::1]`,
  Teredo: (address) => `[2001:0:${groups(address)}::1]`,
};

const URLS = ADDRESSES.flatMap((address) =>
  Object.entries(NOTATIONS).map(([notation, write]) => [notation, `https://${write(address)}/x`] as const),
);

describe('a private address', () => {
  let server: Server;
  let connections = 0;

  before(async () => {
    server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  });

  after(() => server.close());

  it(`is written in ${URLS.length} ways`, () => assert.ok(URLS.length >= 120));

  for (const [notation, url] of URLS)
    it(`is not reached as ${url} (${notation})`, async () => {
      const egress = createEgress({ allowedHosts: [] });
      await assert.rejects(egress(url), (error: unknown) => error instanceof EgressError);
    });

  it('is not connected to on any port', async () => {
    const { port } = server.address() as { port: number };
    const egress = createEgress({ allowedHosts: [] });
    for (const [, url] of URLS) {
      const withPort = url.replace('/x', `:${port}/x`);
      for (const each of [withPort, withPort.replace('https:', 'http:')])
        await assert.rejects(egress(each), (error: unknown) => error instanceof EgressError);
    }
    assert.equal(connections, 0);
  });
});
