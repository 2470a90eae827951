/** Makes a provider's words fit to be stored and shown: no control characters, no keys, no endless text. */

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

/** A piece of a secret this long is as good as a part of it told. */
const PIECE = 12;

/** `secrets` are the very credentials sent; whatever echoes them, in part or otherwise written, is masked too. */
export function safeText(text: string, secrets: readonly string[] = []): string {
  let masked = text.slice(0, 16 * MAX_LENGTH);
  for (const secret of secrets) if (secret.length >= 4) masked = masked.replaceAll(secret, '[key]');
  masked = withoutPieces(masked, secrets);
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

/** Every run of characters that lies in one of the secrets, as it is or as it is written in URLs, hex or base64. */
function withoutPieces(text: string, secrets: readonly string[]): string {
  const pieces = new Set(
    secrets
      .filter(({ length }) => length >= PIECE)
      .flatMap(formsOf)
      .flatMap(piecesOf),
  );
  if (pieces.size === 0) return text;
  let masked = '';
  let end = 0;
  for (let at = 0; at + PIECE <= text.length; at += 1) {
    if (!pieces.has(text.slice(at, at + PIECE))) continue;
    if (at > end || masked === '') masked += `${text.slice(end, at)}[key]`;
    end = at + PIECE;
  }
  return masked + text.slice(end);
}

/** Base64 differs with where in a longer text the secret begins. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const inBase64 = [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    return [shifted.toString('base64'), shifted.toString('base64url')].map((form) => form.slice(offset + 1));
  });
  const hex = bytes.toString('hex');
  return [secret, encodeURIComponent(secret), hex, hex.toUpperCase(), ...inBase64];
}

/** Words and addresses that a key file has in common with any text are no pieces of it. */
function piecesOf(form: string): string[] {
  return Array.from({ length: form.length - PIECE + 1 }, (_, at) => form.slice(at, at + PIECE)).filter(
    (piece) => /^[\w+/=%-]+$/.test(piece),
  );
}
