/** Finds secrets in a text by their published formats, and leaves out what only looks like one. */

export interface SecretSpan {
  readonly index: number;
  readonly length: number;
}

interface Format {
  /** The first group, where there is one, is the secret itself. */
  readonly find: RegExp;
  /** Random texts have more bits per character than words and patterns such as `abc123`. */
  readonly bits?: number;
}

const PEM_KIND = String.raw`(?:RSA |EC |DSA |OPENSSH |ENCRYPTED |PGP )?PRIVATE KEY(?: BLOCK)?`;

const FORMATS: readonly Format[] = [
  { find: /(?<![A-Z\d])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z\d])/dg, bits: 2.6 },
  {
    find: /aws_?secret_?(?:access_?)?key(?:_?id)?["']?\s{0,3}[:=]\s{0,3}["']?([A-Za-z\d/+]{40})(?![A-Za-z\d/+=])/dgi,
    bits: 3.6,
  },
  { find: /(?<![\w-])sk-ant-(?:api|admin|sid|oat)\d{2}-[\w-]{32,120}/dg, bits: 3.6 },
  { find: /(?<![\w-])sk-(?:proj|svcacct|admin|None)-[\w-]{32,200}/dg, bits: 3.6 },
  { find: /(?<![\w-])sk-(?:or-v1-)?[A-Za-z\d]{40,64}(?![\w-])/dg, bits: 3.3 },
  { find: /(?<![\w-])gh[pousr]_[A-Za-z\d]{36,255}(?!\w)/dg, bits: 3.3 },
  { find: /(?<![\w-])github_pat_\w{60,100}/dg, bits: 3.6 },
  { find: /(?<![\w-])glpat-[\w-]{20,60}/dg, bits: 3.2 },
  { find: /(?<![\w-])xox[abposr]-(?:\d{8,14}-){1,3}[A-Za-z\d]{20,40}/dg, bits: 3 },
  { find: /(?<![\w-])xapp-\d-[A-Z\d]{8,14}-\d{8,16}-[a-f\d]{32,80}/dg, bits: 3 },
  { find: /\bhooks\.slack\.com\/services\/T[A-Z\d]{7,12}\/B[A-Z\d]{7,12}\/([A-Za-z\d]{24})/dg, bits: 3.2 },
  { find: /(?<![\w-])AIza[\w-]{35}(?![\w-])/dg, bits: 3.4 },
  { find: /(?<![\w-])ya29\.[\w-]{40,300}/dg, bits: 3.6 },
  { find: /(?<![\w-])npm_[A-Za-z\d]{36}(?!\w)/dg, bits: 3.3 },
  { find: /(?<![\w-])pypi-AgE[\w-]{50,300}/dg, bits: 3.4 },
  { find: /(?<![\w-])hf_[A-Za-z]{34}(?!\w)/dg, bits: 3.3 },
  { find: /(?<![\w-])(?:sk|rk)_live_[A-Za-z\d]{20,120}(?!\w)/dg, bits: 3.2 },
  { find: /(?<![\w-])SG\.[\w-]{22}\.[\w-]{43}(?![\w-])/dg, bits: 3.6 },
  { find: /(?<!\w)\d{8,10}:AA[\w-]{33}(?![\w-])/dg, bits: 3.4 },
  {
    find: new RegExp(
      String.raw`-----BEGIN ${PEM_KIND}-----(?:\\n|[\s"'+\\]){1,12}(?:[A-Za-z][\w-]{1,20}: [^\n]{0,100}\n\s{0,20}){0,4}\s{0,20}([A-Za-z\d+/=]{40,76})`,
      'dg',
    ),
    bits: 3.6,
  },
  {
    find: /\b(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|redis|rediss|amqps?|mssql|clickhouse):\/\/[^\s:@/"'<>${}]{1,60}:([^\s:@/"'<>{}$[\]()*]{6,100})@(?!localhost|127\.|0\.0\.0\.0|\[::1\]|(?:host|hostname|db|database|postgres|redis|mysql|mongo|server)(?![\w.-])|example\.|[\w.-]{1,60}\.example|\$|<|\{)[\w.-]{4,120}/dgi,
    bits: 2.5,
  },
];

const PLACEHOLDER =
  /x{4}|X{4}|\*{3}|\.{3}|0{6}|1{6}|example|sample|placeholder|dummy|fake|redacted|changeme|change[-_]me|insert|replace|your[-_]?|my[-_](?:key|token|secret|pass)|abcdef|123456|secret|passw(?:or)?d|mysecret|<|>|\$\{|\{\{|test[-_]?(?:key|token|secret)/i;

/** Every secret once, in the order of the text; spans do not overlap. */
export function secretsIn(text: string): SecretSpan[] {
  const spans: SecretSpan[] = [];
  for (const { find, bits = 3 } of FORMATS) {
    for (const found of text.matchAll(find)) {
      const [start, end] = found.indices?.[1] ?? found.indices?.[0] ?? [0, 0];
      const secret = text.slice(start, end);
      if (!PLACEHOLDER.test(secret) && bitsPerCharacter(secret) >= bits)
        spans.push({ index: start, length: end - start });
    }
  }
  spans.sort((one, other) => one.index - other.index);
  return spans.filter(({ index }, at) => {
    const before = spans[at - 1];
    return before === undefined || index >= before.index + before.length;
  });
}

/** Shannon's entropy of the characters. */
function bitsPerCharacter(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
