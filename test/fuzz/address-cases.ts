/** Addresses that try to be read as another machine than they are. */
import fc from 'fast-check';

export interface AddressCase {
  readonly url: string;
  /** What the resolver says, one answer after the other; the last is repeated. */
  readonly answers: readonly (readonly string[])[];
  /** Served by a machine that is allowed, which then sends the caller on to `url`; how often in between. */
  readonly hops: number | null;
  readonly status: number;
}

const PRIVATE_V4 = [
  '127.0.0.1',
  '127.1.2.3',
  '0.0.0.0',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '169.254.169.254',
  '100.64.0.1',
  '100.100.100.200',
  '192.0.0.192',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
];
const PRIVATE_V6 = [
  '::1',
  '::',
  'fe80::1',
  'fe80::1%lo',
  'fc00::1',
  'fd00:ec2::254',
  'fec0::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:0:127.0.0.1',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::7f00:1',
  '2002:7f00:1::',
  '2001::1',
  '100::1',
  '5f00::1',
  '3fff::1',
  '0100:0:0:1::1',
  '4000::1',
  '0:0:0:1::1',
];
const PUBLIC = [
  '8.8.8.8',
  '1.1.1.1',
  '172.32.0.1',
  '100.128.0.1',
  '2606:4700:4700::1111',
  '2a00:1450:4001:800::200e',
];

const octets = fc.constantFrom(...PRIVATE_V4, ...PUBLIC.filter((address) => !address.includes(':')));

/** One part of an IPv4 address, in every base a URL parser knows. */
function written(value: number, style: number): string {
  switch (style % 5) {
    case 0:
      return String(value);
    case 1:
      return `0${value.toString(8)}`;
    case 2:
      return `0x${value.toString(16)}`;
    case 3:
      return `0X${value.toString(16).toUpperCase().padStart(6, '0')}`;
    default:
      return `000${value.toString(8)}`;
  }
}

const v4Host = fc
  .tuple(octets, fc.array(fc.nat(4), { minLength: 4, maxLength: 4 }), fc.integer({ min: 1, max: 4 }))
  .map(([address, styles, parts]) => {
    const bytes = address.split('.').map(Number);
    const last = bytes.slice(parts - 1).reduce((sum, byte) => sum * 256 + byte, 0);
    return [...bytes.slice(0, parts - 1), last]
      .map((value, index) => written(value, styles[index] ?? 0))
      .join('.');
  });

const v6Host = fc
  .tuple(
    fc.constantFrom(...PRIVATE_V6, ...PUBLIC.filter((address) => address.includes(':'))),
    fc.constantFrom('', '', '', '%25eth0', '%eth0', '.'),
  )
  .map(([address, zone]) => `[${address}${zone}]`);

const v6Random = fc
  .tuple(
    fc.constantFrom('', '::ffff:', '64:ff9b::', '2002:', '::ffff:0:', 'fe80::', 'fd00::', '::'),
    fc.integer({ min: 0, max: 0xffff }),
    fc.integer({ min: 0, max: 0xffff }),
  )
  .map(
    ([prefix, high, low]) =>
      `[${prefix}${high.toString(16)}:${low.toString(16)}${prefix.includes('::') ? '' : '::'}]`,
  );

const name = fc.constantFrom(
  'localhost',
  'LOCALHOST',
  'ｌocalhost',
  'app.localhost',
  'metadata.google.internal',
  'metadata',
  'printer.local',
  'instance-data',
  'example.com',
  'xn--a',
  'xn--localhost-',
  'bücher.example',
  '127.0.0.1.nip.io',
  'rebinding.example',
  'a'.repeat(64) + '.example',
  `${'a.'.repeat(126)}example`,
  'loca%6chost',
  '%31%32%37.0.0.1',
  '①②⑦.⓪.⓪.①',
  '127。0。0。1',
  '127．0．0．1',
  '0',
  '0x',
  '1e3',
  '08.0.0.1',
  '256.0.0.1',
  '127.0.0.1.1',
  'a..b',
  '-',
  '_',
  '',
  '.',
);

const host = fc.oneof(v4Host, v6Host, v6Random, name);
const around = fc.record({
  scheme: fc.constantFrom(
    'https:',
    'https:',
    'https:',
    'https:',
    'http:',
    'HTTPS:',
    'ftp:',
    'file:',
    'data:',
    'blob:https:',
    'ws:',
    'gopher:',
    'javascript:',
    'git:',
    'ext:',
    ' https:',
    'https',
  ),
  slashes: fc.constantFrom('//', '//', '//', '//', '/', '', '///', '\\\\', '/\\', '//\t'),
  user: fc.constantFrom(
    '',
    '',
    '',
    '',
    'user@',
    'user:secret@',
    '127.0.0.1@',
    'example.com:443@',
    'a@b@',
    '%40',
    ':@',
    '@',
  ),
  dot: fc.constantFrom('', '', '', '.', '..', '。'),
  port: fc.constantFrom(
    '',
    '',
    '',
    ':443',
    ':80',
    ':22',
    ':0443',
    ':8443',
    ':65535',
    ':65536',
    ':',
    ':-1',
    ':443:80',
    ':{trap}',
    ':{open}',
  ),
  rest: fc.constantFrom(
    '',
    '/',
    '/x',
    '?@127.0.0.1',
    '#@127.0.0.1',
    '\\@127.0.0.1',
    '/..//127.0.0.1',
    '\n',
    '\0',
    ' ',
  ),
});

const url = fc
  .tuple(around, host)
  .map(
    ([{ scheme, slashes, user, dot, port, rest }, where]) =>
      `${scheme}${slashes}${user}${where}${dot}${port}${rest}`,
  );

const answer = fc.array(
  fc.oneof(fc.constantFrom(...PRIVATE_V4, ...PRIVATE_V6, 'no address', ''), fc.constantFrom(...PUBLIC)),
  { maxLength: 3 },
);

export const addressCase: fc.Arbitrary<AddressCase> = fc.record({
  url,
  answers: fc.array(answer, { minLength: 1, maxLength: 3 }),
  hops: fc.constantFrom(null, null, 0, 1, 2, 3),
  status: fc.constantFrom(301, 302, 303, 307, 308, 300, 304),
});

/** `{trap}` is the port of a listener that must never be reached; `{open}` of one that may. */
export const KNOWN_ADDRESSES: readonly AddressCase[] = [
  ['https://rebinding.example/', [PUBLIC.slice(0, 1), ['127.0.0.1']]],
  ['https://rebinding.example/', [['127.0.0.1'], PUBLIC.slice(0, 1)]],
  ['https://rebinding.example/', [['8.8.8.8', '127.0.0.1']]],
  ['https://example.com/', [PUBLIC]],
  ['http://127.0.0.1:{trap}/', [[]]],
  ['http://localhost:{trap}/', [['127.0.0.1']]],
  ['http://[::ffff:127.0.0.1]:{trap}/', [[]]],
  ['http://127.0.0.1:{open}/', [[]]],
  ['//127.0.0.1:{trap}/', [[]]],
  ['http://127.0.0.1:{open}@127.0.0.1:{trap}/', [[]]],
].flatMap(([known, answers]) =>
  [null, 0, 2, 3].map((hops) => ({
    url: known as string,
    answers: answers as string[][],
    hops,
    status: 302,
  })),
);
