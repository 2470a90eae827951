/** Takes secrets that people paste into free text out of it, before it is stored or shown. */

const MASK = '[secret removed]';

/** Keys whose form is known by itself. */
const TOKENS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/gu,
  // OpenAI, Anthropic and others of that form; our own.
  /\b(?:sk|skc|pk|rk)[-_][A-Za-z0-9_-]{16,}/gu,
  /\bAIza[0-9A-Za-z_-]{30,}/gu,
  /\bya29\.[0-9A-Za-z_-]{20,}/gu,
  /\b(?:gh[opsur]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,})/gu,
  /\bxox[a-z]-[A-Za-z0-9-]{10,}/gu,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/gu,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/gu,
  /\bhooks\.slack\.com\/services\/[A-Za-z0-9/_-]+/gu,
];

/** "api key: …", "password=…", "토큰은 …": only what stands behind the name goes. */
const NAMED =
  /((?:api[-_ ]?key|access[-_ ]?token|auth[-_ ]?token|client[-_ ]?secret|secret|token|password|passwd|pwd|bearer|authorization|비밀번호|암호|토큰|시크릿|api ?키)(?:["']?\s*(?:[:=]|is|은|는)\s*|\s+)["']?(?:bearer\s+|basic\s+)?)((?=[^\s"',]*\d)[^\s"',]{8,}|(?<=[:=]\s?["']?)[^\s"',]{8,})/giu;

/** A long run of letters and digits without a meaning, as keys are; slugs, ids and digests of ours are not. */
const RANDOM = /(?<![\w-])(?=[\w+/-]*\d)(?=[\w+/-]*[a-z])(?=[\w+/-]*[A-Z])[\w+/-]{32,}={0,2}/gu;

/** The same inside of one word; paths and pointers have many. */
const RANDOM_WORD = /(?<![\w-])(?=[\w+-]*\d)(?=[\w+-]*[a-z])(?=[\w+-]*[A-Z])[\w+-]{32,}={0,2}/gu;

export function maskSecrets(text: string): string {
  return maskTokens(text).replace(NAMED, `$1${MASK}`).replace(RANDOM, MASK);
}

/** For text of ours that quotes what was sent, and paths: what only stands behind a name such as "token" stays. */
export function maskQuoted(text: string): string {
  return maskTokens(text).replace(RANDOM_WORD, MASK);
}

function maskTokens(text: string): string {
  return TOKENS.reduce((rest, token) => rest.replace(token, MASK), text);
}
