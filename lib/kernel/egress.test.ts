/** Which addresses may not be reached, in all the ways to write them, and the limits of what may. */
import assert from 'node:assert/strict';
import type { lookup as systemLookup } from 'node:dns';
import { after, before, describe, it } from 'node:test';
import { type LocalHost, serveLocally } from '../../test/support/local-host.ts';
import { createEgress, EgressError, isPrivateAddress } from './egress.ts';

const FORBIDDEN = [
  // Loopback and "this host" in every notation a URL parser takes.
  'https://127.0.0.1/',
  'https://127.0.0.1./',
  'https://127.1/',
  'https://127.0.1/',
  'https://127.255.255.254/',
  'https://2130706433/',
  'https://017700000001/',
  'https://0177.0.0.1/',
  'https://0x7f000001/',
  'https://0x7f.1/',
  'https://0x7F.0x0.0x0.0x1/',
  'https://0177.0.0x0.1/',
  'https://%31%32%37.0.0.1/',
  'https://１２７.０.０.１/',
  'https://127。0。0。1/',
  'https://①②⑦.0.0.1/',
  'https://0/',
  'https://0.0.0.0/',
  'https://0x0/',
  'https://[::1]/',
  'https://[0:0:0:0:0:0:0:1]/',
  'https://[::]/',
  'https://[::127.0.0.1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[0:0:0:0:0:ffff:7f00:1]/',
  'https://[::ffff:a9fe:a9fe]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[64:ff9b:1::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[2001::1]/',
  // Private, link-local, shared and multicast networks.
  'https://10.0.0.1/',
  'https://10.255.255.255/',
  'https://167772161/',
  'https://172.16.0.1/',
  'https://172.31.255.255/',
  'https://192.168.1.1/',
  'https://0xc0a80101/',
  'https://100.64.0.1/',
  'https://198.18.0.1/',
  'https://224.0.0.1/',
  'https://255.255.255.255/',
  'https://[fc00::1]/',
  'https://[fd12:3456::1]/',
  'https://[fe80::1]/',
  'https://[fec0::1]/',
  'https://[ff02::1]/',
  // Metadata of cloud machines.
  'https://169.254.169.254/latest/meta-data/',
  'https://2852039166/',
  'https://0xa9fea9fe/',
  'https://0251.0376.0251.0376/',
  'https://[fd00:ec2::254]/',
  'https://169.254.170.2/',
  'https://100.100.100.200/',
  'https://192.0.0.192/',
  'https://metadata.google.internal/',
  'https://metadata.google.internal./',
  'https://instance-data/',
  // Names that stay inside.
  'https://localhost/',
  'https://LOCALHOST/',
  'https://localhost./',
  'https://ｌocalhost/',
  'https://app.localhost/',
  'https://localhost.localdomain/',
  'https://printer.local/',
  'https://db.internal/',
  'https://router.home.arpa/',
  // Not https, another port, or a name and password.
  'http://example.com/',
  'ftp://example.com/',
  'file:///etc/passwd',
  'ws://example.com/',
  'https://example.com:22/',
  'https://example.com:8443/',
  'https://user@example.com/',
  'https://user:password@example.com/',
  'https://127.0.0.1@example.com/',
  'https://:password@example.com/',
];

function reasonOf(thrown: unknown): string {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error instanceof EgressError) return error.reason;
  }
  return `not refused by us: ${String(thrown)}`;
}

describe('addresses that may not be reached', () => {
  const egress = createEgress({
    allowedHosts: ['other.example', '127.0.0.1:1'],
    lookup: (() => assert.fail('a name was looked up')) as unknown as typeof systemLookup,
  });

  for (const url of FORBIDDEN) {
    it(url, async () => {
      const thrown: unknown = await egress(url).catch((error: unknown) => error);
      assert.equal(reasonOf(thrown), 'forbidden');
    });
  }

  it('a name whose addresses are partly private, without connecting to any of them', async () => {
    let lookups = 0;
    const resolving = createEgress({
      allowedHosts: [],
      lookup: ((_name: string, _options: object, callback: (...found: unknown[]) => void) => {
        lookups += 1;
        callback(null, [
          { address: '192.0.2.1', family: 4 },
          { address: '127.0.0.1', family: 4 },
        ]);
      }) as unknown as typeof systemLookup,
    });
    const thrown: unknown = await resolving('https://rebinding.example/').catch((error: unknown) => error);
    assert.equal(reasonOf(thrown), 'forbidden');
    assert.equal(lookups, 1);
  });

  it('a host inside this process, when a caller wrote its address', async () => {
    const inProcess = new Map([['sandbox.internal', async () => Promise.resolve(new Response('inside'))]]);
    const inside = createEgress({ allowedHosts: [], inProcess });
    assert.equal(await (await inside('https://sandbox.internal/')).text(), 'inside');
    const thrown: unknown = await inside('https://sandbox.internal/', { mayStayInside: false }).catch(
      (error: unknown) => error,
    );
    assert.equal(reasonOf(thrown), 'forbidden');
  });
});

describe('an address that a name resolves to', () => {
  for (const address of [
    '8.8.8.8',
    '1.1.1.1',
    '104.18.6.192',
    '172.32.0.1',
    '100.128.0.1',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:800::200e',
  ]) {
    it(`may be ${address}`, () => assert.equal(isPrivateAddress(address), false));
  }

  for (const address of [
    '127.0.0.1',
    '169.254.169.254',
    '::ffff:8.8.8.8',
    '::ffff:127.0.0.1',
    '::ffff:0:127.0.0.1',
    'fe80::1',
    'fe80::1%lo',
    '2606:4700:4700::1111%lo',
    '64:ff9b::7f00:1',
    '0:0:0:1::1',
    '4000::1',
    '5f00::1',
    '3fff::1',
    'no address',
    '',
  ]) {
    it(`must not be ${JSON.stringify(address)}`, () => assert.equal(isPrivateAddress(address), true));
  }
});

describe('addresses that are allowed', () => {
  let host: LocalHost;
  before(async () => {
    host = await serveLocally((request, response) => {
      if (request.url === '/away') return response.writeHead(302, { location: '/else' }).end();
      if (request.url === '/silent') return undefined;
      if (request.url === '/drip') {
        response.write('the first bytes, and then no more');
        return undefined;
      }
      return response.end('x'.repeat(100));
    });
  });
  after(async () => await host.close());

  const egress = createEgress({ allowedHosts: ['127.0.0.1'], maxResponseBytes: 150 });

  it('are reached over http on any port', async () => {
    assert.equal((await (await egress(host.url)).text()).length, 100);
  });

  it('still take no user name', async () => {
    const before = host.connections();
    const url = host.url.replace('//', '//user:password@');
    const thrown: unknown = await egress(url).catch((error: unknown) => error);
    assert.equal(reasonOf(thrown), 'forbidden');
    assert.equal(host.connections(), before);
  });

  it('are not followed elsewhere', async () => {
    const answer = await egress(`${host.url}/away`);
    assert.equal(answer.status, 302);
    assert.equal(answer.headers.get('location'), '/else');
  });

  it('may send as much as the call takes, and never more than the process does', async () => {
    const thrown: unknown = await egress(host.url, { maxResponseBytes: 99 }).catch((error: unknown) => error);
    assert.equal(reasonOf(thrown), 'too_large');
    assert.equal((await egress(host.url, { maxResponseBytes: 100 })).status, 200);
    const small = createEgress({ allowedHosts: ['127.0.0.1'], maxResponseBytes: 50 });
    const capped: unknown = await small(host.url, { maxResponseBytes: 1000 }).catch(
      (error: unknown) => error,
    );
    assert.equal(reasonOf(capped), 'too_large');
  });

  for (const path of ['/silent', '/drip']) {
    it(`are given up at the deadline: ${path}`, async () => {
      const signal = AbortSignal.timeout(100);
      await assert.rejects(egress(`${host.url}${path}`, { signal }), { name: 'TimeoutError' });
    });
  }
});
