/** Takes secrets that we know out of text of others: whole, in pieces, and as they may be encoded. Pure. */

/** A piece this long tells a part of a secret; shorter ones are common to much else. */
const PIECE = 12;
/** Below this it is no secret, and masking it would make text unreadable. */
const SHORTEST = 4;

/** `mask` stands for each run of characters that is of a secret. */
export function maskKnown(text: string, secrets: readonly string[], mask: string): string {
  let masked = text;
  for (const secret of secrets) if (secret.length >= SHORTEST) masked = masked.replaceAll(secret, mask);
  const pieces = new Set(secrets.flatMap(formsOf).flatMap(piecesOf));
  return pieces.size === 0 ? masked : withoutPieces(masked, pieces, mask);
}

function withoutPieces(text: string, pieces: ReadonlySet<string>, mask: string): string {
  // Hexadecimal digits are written in either case.
  const lower = text.toLowerCase();
  let result = '';
  let kept = 0;
  let end = 0;
  for (let at = 0; at + PIECE <= text.length; at += 1) {
    if (!pieces.has(text.slice(at, at + PIECE)) && !pieces.has(lower.slice(at, at + PIECE))) continue;
    if (at > end || end === 0) {
      result += text.slice(kept, at) + mask;
    }
    end = at + PIECE;
    kept = end;
  }
  return result + text.slice(kept);
}

function piecesOf(form: string): string[] {
  return Array.from({ length: Math.max(0, form.length - PIECE + 1) }, (_, at) => form.slice(at, at + PIECE));
}

/** As they are, in URLs, in JSON, in hexadecimal, and as base64 at each of its three alignments. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const encoded = [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64url');
    // The first and the last letter may hold bits of what stands beside the secret.
    const own = text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    return [own, own.replaceAll('-', '+').replaceAll('_', '/')];
  });
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('hex'),
    ...encoded,
  ];
}
