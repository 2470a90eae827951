/** Rules about credentials: those of the machine, those left in the skill, and those asked of people. */
import type { Match, Rule, ScannedSkill } from '../rule.ts';
import { secretsIn } from '../secrets.ts';
import { SECRET_FILE, SETTINGS_WITH_SECRETS } from './credential-files.ts';
import { following, warnedAgainst } from './wording.ts';

const READ_COMMAND = String.raw`(?:^|[\s;&|($\u0060"'])(?:cat|less|more|head|tail|base64|xxd|strings|od|tar|zip|gzip|grep|awk|sed|jq|source|Get-Content|gc|type|curl|openssl)\s[^\n|;>]{0,120}`;
const READ_CALL = String.raw`(?:\bopen|\bread_text|\bread_bytes|\breadFile(?:Sync)?|\bcreateReadStream|\bcopyFile(?:Sync)?|\bshutil\.copy\w{0,5}|\bPath|\bexpanduser|\bjoin(?:path)?|\bglob)\s{0,2}\([^\n;]{0,120}`;

/** Only as the first of two names: as the last, the file is written. */
const COPIED = new RegExp(
  String.raw`${following(SECRET_FILE, String.raw`(?:^|[\s;&|(])(?:cp|mv|scp|rsync)\s[^\n|;]{0,120}`)}["'*]{0,2}[ \t]{1,3}[^\s;|&#]`,
  'im',
);

/** The file is looked for first: it is rarer than the command before it. */
function readingOf(file: string): RegExp {
  return new RegExp(
    following(file, String.raw`${READ_COMMAND}|${READ_CALL}|<\s{0,2}["']?[~$/\w{}]{1,60}`),
    'im',
  );
}

const ASKED_HARD = String.raw`(?:passwords?|passphrase|private keys?|seed phrases?|mnemonic(?: phrase)?|recovery (?:phrase|codes?)|wallet keys?|credit card|card number|social security|one-time (?:code|password)|2fa codes?|mfa codes?)`;
const ASKED_SOFT = String.raw`(?:api[ -]?keys?|access tokens?|auth tokens?|secret keys?|bearer tokens?|credentials)`;
const ASK = String.raw`\b(?:ask|prompt|request|tell|instruct|require|have|get)\s{1,3}(?:the\s{1,3}|your\s{1,3})?(?:user|human|customer|person|them)s?\s{1,3}(?:for|to\s{1,3}(?:provide|enter|paste|share|give|supply|type|send|reveal|input))\b[^\n.]{0,60}?\b`;
const NOT_ASK = warnedAgainst('ask|prompt|request|require|tell|have|get');
const SECRET_NAME = String.raw`\w{0,40}(?:API_?KEY|TOKEN|SECRET|PASSWORD|PASSWD|PRIVATE_?KEY|ACCESS_?KEY)\w{0,20}`;

export const credentialRules: readonly Rule[] = [
  {
    id: 'SK-CR-01',
    severity: 'high',
    title: 'Reads files in which credentials are kept',
    advice:
      'Give the skill the one credential it needs in an environment variable, not the files of the machine.',
    patterns: [
      { find: readingOf(SECRET_FILE), place: 'code', unless: warnedAgainst('cat|read|open|\\S{0,40}') },
      { find: COPIED, place: 'code' },
      { find: readingOf(SETTINGS_WITH_SECRETS), place: 'code', severity: 'medium' },
      {
        find: /\bsecurity\s{1,3}(?:dump-keychain|export\s|find-(?:generic|internet)-password\s[^\n]{0,120}(?:Safe Storage|Chrome|Login|iCloud))/i,
        place: 'code',
      },
      {
        find: /\b(?:secret-tool\s{1,3}lookup|security\s{1,3}find-(?:generic|internet)-password|cmdkey\s{1,3}\/list|vaultcmd\s{1,3}\/list)/i,
        place: 'code',
        severity: 'low',
      },
      { find: /\b(?:browser_cookie3|CryptUnprotectData|win32crypt|lazagne|mimikatz)\b/i, place: 'code' },
      {
        find: new RegExp(
          following(
            String.raw`(?:\.ssh/id_\w{2,10}(?!\.pub)|\.aws/credentials|/etc/shadow|Login Data|wallet\.dat)`,
            String.raw`\b(?:read|open|copy|collect|gather|extract|retrieve|harvest|steal|dump|grab)\b[^\n.]{0,90}`,
          ),
          'i',
        ),
        place: 'any',
        languages: ['markdown', 'text'],
        unless: warnedAgainst('read|open|copy|collect|gather|extract|retrieve'),
      },
      {
        find: new RegExp(
          String.raw`(?:\.ssh/id_(?:rsa|dsa|ecdsa|ed25519)(?!\.pub)\b|\.aws/credentials\b|/etc/shadow\b|wallet\.dat\b)`,
        ),
        place: 'any',
        severity: 'low',
      },
    ],
  },
  {
    id: 'SK-CR-02',
    severity: 'critical',
    title: 'Holds a secret',
    advice: 'Take it out, replace it where it was issued, and have the skill read it from the environment.',
    check: embeddedSecrets,
  },
  {
    id: 'SK-CR-03',
    severity: 'medium',
    title: 'Asks people for secrets, or shows them',
    advice:
      'Have secrets read from the environment or a keychain, and never written into a conversation or a log.',
    patterns: [
      { find: new RegExp(ASK + ASKED_HARD + String.raw`\b`, 'i'), place: 'prose', unless: NOT_ASK },
      {
        find: new RegExp(ASK + ASKED_SOFT + String.raw`\b`, 'i'),
        place: 'prose',
        unless: NOT_ASK,
        severity: 'low',
      },
      {
        find: new RegExp(
          String.raw`\becho\s{1,3}(?:-\w\s{1,3})?["']?[\w :=-]{0,30}\$\{?${SECRET_NAME}\}?["']?\s{0,3}(?:$|[;&)\u0060#])`,
          'm',
        ),
        place: 'code',
        unless: /[|>]/,
      },
      {
        find: new RegExp(
          String.raw`\bprint\(\s{0,3}(?:f?["'][^"'\n]{0,60}["'{]\s{0,2},?\s{0,2})?os\.(?:environ(?:\.get\(|\[)|getenv\()\s{0,2}["']${SECRET_NAME}["'](?![^\n]{0,20}(?:is None|is not None|\[:))`,
        ),
        place: 'code',
      },
      {
        find: new RegExp(
          String.raw`\bconsole\.(?:log|error|info)\([^)\n]{0,60}process\.env\.${SECRET_NAME}\s{0,3}[,)}]`,
        ),
        place: 'code',
        unless: /\?|!!|\.(?:length|slice|substring)/,
      },
      {
        find: /\bprint\(\s{0,3}(?:dict\(|str\(|json\.dumps\(){0,2}\s{0,2}(?:dict\()?os\.environ\s{0,2}\)|\bin\s{1,3}os\.environ\.items\(\)\s{0,2}:\s{1,40}print\(|\bconsole\.log\(\s{0,3}(?:JSON\.stringify\(\s{0,3})?process\.env\s{0,3}[,)]/,
        place: 'code',
      },
      {
        find: new RegExp(
          String.raw`\b(?:save|store|write|keep|remember|record|output|print|echo|repeat)\b[^\n.]{0,60}\b(?:${ASKED_HARD}|${ASKED_SOFT})[^\n.]{0,60}\b(?:MEMORY\.md|in plain ?text|verbatim|in (?:the )?(?:chat|conversation|your (?:answer|reply|response|memory)))`,
          'i',
        ),
        place: 'prose',
        unless: warnedAgainst('save|store|write|keep|remember|record|output|print|echo|repeat'),
      },
    ],
  },
];

function* embeddedSecrets({ files }: ScannedSkill): Iterable<Match> {
  for (const file of files) {
    for (const reading of file.readings) {
      for (const span of secretsIn(reading.text)) yield { file, reading, ...span };
    }
  }
}
