/** The form of an API key: `skc_<30 random base62 characters>_<6 of a checksum>`. (pure but for the random bytes) */
import { hash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 30;
const CHECKSUM_LENGTH = 6;

/** What secret scanners may look for. */
export const KEY_PATTERN = /^skc_[0-9A-Za-z]{30}_[0-9A-Za-z]{6}$/;

export function makeKey(): string {
  const random = Array.from({ length: RANDOM_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return `skc_${random}_${checksum(random)}`;
}

/** False for a mistyped key, without asking the database. */
export function isWellFormedKey(key: string): boolean {
  return KEY_PATTERN.test(key) && checksum(key.slice(4, 4 + RANDOM_LENGTH)) === key.slice(-CHECKSUM_LENGTH);
}

/** What is stored of a key. Its 178 random bits need no slow hash. */
export function hashKey(key: string): Uint8Array {
  return hash('sha256', key, 'buffer');
}

/** What a key is recognised by in lists. */
export function keyHint(key: string): string {
  return `skc_…${key.slice(-4)}`;
}

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  while (digits.length < CHECKSUM_LENGTH) {
    digits = ALPHABET.charAt(rest % ALPHABET.length) + digits;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return digits;
}
