/** Whether everybody may reach an address, worked out from its bits: a second opinion on the list the egress has. */

const SPECIAL_V4: readonly [network: string, bits: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
/** Of the one network that is given out to everybody, the parts that are not. */
const SPECIAL_V6: readonly [network: string, bits: number][] = [
  ['2001:0000', 23],
  ['2001:0db8', 32],
  ['2002:0000', 16],
  ['3fff:0000', 20],
];

export function isReachableByAll(address: string): boolean {
  if (/^[\d.]+$/.test(address))
    return !SPECIAL_V4.some(([network, bits]) => starts(v4Bits(address), v4Bits(network), bits));
  if (!/^[\da-f:]+$/i.test(address)) return false;
  const bits = v6Bits(address);
  return (
    bits.startsWith('001') &&
    !SPECIAL_V6.some(([network, length]) => starts(bits, v6Bits(`${network}::`), length))
  );
}

function starts(address: string, network: string, bits: number): boolean {
  return address.slice(0, bits) === network.slice(0, bits);
}

function v4Bits(address: string): string {
  return address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
}

function v6Bits(address: string): string {
  const [head = '', tail = ''] = address.split('::');
  const left = head.split(':').filter((group) => group !== '');
  const right = tail.split(':').filter((group) => group !== '');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('');
}
