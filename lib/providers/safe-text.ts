/** Makes a provider's words fit to be stored and shown: no control characters, no keys, no endless text. */
import { maskKnown } from '../kernel/mask-known.ts';

const MAX_LENGTH = 300;

/** Key shapes of the providers, also half-masked as they echo them. */
const KEY_SHAPES = [
  /\bBearer\s+[\w.~+/=*-]+/gi,
  /\b(?:sk|rk|pk|skc|sess)[-_][\w*.-]{6,}/g,
  /\bAIza[\w*-]{10,}/g,
  /\bya29\.[\w*.-]+/g,
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g,
  /-----BEGIN[^-]*PRIVATE KEY-----[\s\S]*?(?:-----END[^-]*-----|$)/g,
];

/** `secrets` are the very credentials sent; whatever echoes them, in part or otherwise written, is masked too. */
export function safeText(text: string, secrets: readonly string[] = []): string {
  let masked = maskKnown(text.slice(0, 16 * MAX_LENGTH), secrets, '[key]');
  for (const shape of KEY_SHAPES) masked = masked.replaceAll(shape, '[key]');
  const plain = masked.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\s]+/gu, ' ').trim();
  if (plain.length <= MAX_LENGTH) return plain;
  // Cut between characters: half a surrogate pair cannot be stored as text.
  return `${plain.slice(0, MAX_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** A provider's request id or error code when it looks like one and holds no key, else null. */
export function safeToken(value: string | null | undefined, secrets: readonly string[] = []): string | null {
  if (value == null || !/^[\w.:/-]{1,128}$/.test(value)) return null;
  return safeText(value, secrets) === value ? value : null;
}
