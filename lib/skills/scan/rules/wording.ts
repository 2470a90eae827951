/** Pieces that several rules are made of: shells, downloads, sends, and the sentence that warns against something. */

/** A shell as the end of a pipe or the start of a command. */
export const SHELL = String.raw`(?:/(?:usr/)?bin/)?(?:(?:ba|z|da|k)?sh|fish)(?![\w-]|\.\w)`;

/** An interpreter that reads its program from the pipe: `| python3 -m json.tool` reads data. */
export const INTERPRETER = String.raw`(?:python[\d.]{0,4}|node|perl|ruby|php|osascript|bun|deno run)(?=\s{0,3}(?:-(?:[\s"'\u0060]|$)|[;&|)"'\u0060]|$))`;

/** `| sudo -E bash` and the like, from the pipe sign on. */
export const PIPED_TO_SHELL = String.raw`\|\s{0,4}(?:sudo\s{1,3}(?:-\w{1,4}\s{1,3}){0,2})?(?:(?:/usr/bin/)?env\s{1,3})?(?:${SHELL}|${INTERPRETER})`;

/** The rest of a command over continued lines, up to where another such command begins: that keeps it linear. */
export function restOf(command: string, most: number): string {
  return String.raw`(?:(?!${command})(?:[^\n\\]|\\[^])){0,${most}}?`;
}

/**
 * `rare` where each of the others stands before it: what is rare is looked for first, so that a text full of the
 * others costs no more than its length.
 */
export function following(rare: string, ...before: readonly string[]): string {
  return `(?=${rare})${before.map((one) => `(?<=${one})`).join('')}${rare}`;
}

/** A command that sends a body or a file away. */
export const SEND = new RegExp(
  [
    String.raw`\bcurl\b${restOf(String.raw`\bcurl\b`, 250)}\s(?:-d|-F|-T|--data(?:-\w{1,10})?|--form|--upload-file|--json|-X\s{0,2}(?:POST|PUT))\b`,
    String.raw`\bwget\b[^\n]{0,200}--post-(?:data|file)`,
    String.raw`\b(?:requests|httpx|session|client|axios|aiohttp)\.(?:post|put)\s{0,2}\(`,
    String.raw`\bfetch\s{0,2}\((?:(?!\bfetch\s{0,2}\()[^]){0,300}?method['"]?\s{0,2}:\s{0,2}['"](?:POST|PUT)`,
    String.raw`\bRequest\([^\n]{0,200}\bdata\s{0,2}=`,
    String.raw`\burlopen\([^\n]{0,200}\bdata\s{0,2}=`,
    String.raw`\.request\(\s{0,3}['"](?:POST|PUT)['"]`,
    String.raw`\bhttps?\.request\s{0,2}\(`,
    String.raw`\bsmtplib\.SMTP|\bftplib\.FTP|\bstorbinary\(`,
    String.raw`\b(?:nc|ncat|netcat)\s{1,3}(?:-\w{1,6}\s{1,3}){0,3}[\w.$-]{3,80}\s{1,3}\d{2,5}\b`,
    String.raw`\b(?:irm|iwr|Invoke-RestMethod|Invoke-WebRequest)\b[^\n]{0,200}-Method\s{1,3}['"]?(?:POST|PUT)`,
    String.raw`\b(?:nslookup|dig|host)\s[^\n]{0,40}\$[({\w]`,
  ].join('|'),
  'i',
);

const DOING = String.raw`(?:ever|blindly|just|directly|simply|use|using|run|running|pipe|piping|piped|execute|executing|install|installing|allow|download|downloading|paste|pasting|recommend|suggest|do|trust|call|issue|write|type|ask|request|reveal|print|log|send|share|commit|put|store|include|remote|scripts?|commands?|code|output|anything|something|things|patterns?|like|such|as|with|via|by|from|of|to|or|and|the|a|an|any|this|eg|it|user|users|for|their|your|in)`;

/** The harmless form of a dangerous thing: a sentence that says not to do it. */
export function warnedAgainst(what: string): RegExp {
  const no = String.raw`\b(?:never|do(?:es)? not|don['’]t|must not|should not|shouldn['’]t|cannot|avoid|refuse to|instead of|rather than|without)`;
  return new RegExp(
    String.raw`${no}[\s\u0060"'*]{1,4}(?:${DOING}[\s\u0060"'*(:,/]{1,4}){0,8}(?:${what})`,
    'i',
  );
}
