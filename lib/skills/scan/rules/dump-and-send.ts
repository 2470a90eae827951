/** Finds a file that collects the environment or credential files and sends them: two places that make one finding. */
import type { Language, Match, ScannedFile, ScannedSkill } from '../rule.ts';
import { SECRET_FILE } from './credential-files.ts';
import { following, SEND, warnedAgainst } from './wording.ts';

/** The whole environment as text. `env=dict(os.environ)` hands it to a process of one's own: harmless. */
const DUMPS = [
  /\b(?:json\.dumps|str|repr|pickle\.dumps|urlencode|b64encode)\(\s{0,3}(?:dict\(|str\(|json\.dumps\(){0,3}\s{0,2}os\.environ\b(?!\s{0,2}[[.(]\s{0,2}['"g])/,
  /(?:\b(?:json|data|params|files|content|body|payload)\s{0,2}=|["'](?!env["'])\w{1,20}["']\s{0,2}:)\s{0,2}\{?(?:["']\w{1,20}["']\s{0,2}:\s{0,2})?(?:dict\(|str\(|\*\*){0,2}\s{0,2}os\.environ\b(?!\s{0,2}(?:\[|\.get|\.setdefault|\.pop))/,
  /\bfor\s{1,3}\w{1,30}\s{0,2},\s{0,2}\w{1,30}\s{1,3}in\s{1,3}os\.environ\.items\(\)[^]{0,300}?(?:KEY|TOKEN|SECRET|PASS|CRED)/,
  /\bJSON\.stringify\(\s{0,3}(?:\{\s{0,3}(?:\.\.\.|\w{1,20}\s{0,2}:\s{0,2}))?process\.env\s{0,3}[,)}]/,
  /\bbody\s{0,2}:\s{0,2}(?:new URLSearchParams\(\s{0,2})?process\.env\b(?!\.)/,
  /\bObject\.(?:entries|keys)\(\s{0,2}process\.env\s{0,2}\)[^]{0,300}?(?:key|token|secret|pass|cred)/i,
  /(?:^|[\s;&|(\u0060])(?:env|printenv|export\s{1,2}-p|declare\s{1,2}-x|set)\s{0,3}(?:\|\s{0,3}(?:curl|base64|nc|gzip|openssl|xxd|tr\b))/im,
  /(?:\$\(|\u0060)\s{0,3}(?:env|printenv|export -p|set)\s{0,3}(?:[)\u0060|]|2>)/,
  /(?:^|[\s;&|])(?:env|printenv|set)\s{0,3}>{1,2}\s{0,3}["']?(?:\/tmp|\/var|\$|~|\.)/m,
  /\b(?:Get-ChildItem|gci|dir|ls)\s{1,3}env:/i,
];
const COPY =
  /\b(\w{1,40})\s{0,2}=\s{0,2}(?:dict\(\s{0,2}os\.environ\s{0,2}\)|os\.environ\.copy\(\)|\{\s{0,2}\*\*os\.environ\s{0,2}\}|\{\s{0,2}\.\.\.process\.env\s{0,2}\})/g;

const PROGRAMS: ReadonlySet<Language> = new Set(['shell', 'powershell', 'python', 'javascript']);
const READERS = String.raw`(?:\b(?:cat|base64|tar|zip|cp|gzip|xxd|head|tail|openssl|gpg|Get-Content|open|read_text|read_bytes|readFile(?:Sync)?|createReadStream|copyfile|copy|Path|expanduser|join(?:path)?|glob|walk)\b|@|<)`;
const SECRET_READ = new RegExp(following(SECRET_FILE, String.raw`${READERS}[^\n]{0,120}`), 'im');

const SECRETS_IN_WORDS = String.raw`(?:environment variables|env vars?|\bprintenv\b|\.env\b|(?:all|any|the|user'?s?|their|these|those) (?:\w{1,12} ){0,2}(?:credentials|secrets|api keys|tokens|passwords)|ssh keys?|private keys?|seed phrases?|~/\.ssh|~/\.aws|id_rsa|cookies|keychain)`;
const SEND_IN_WORDS = String.raw`\b(?:send|post|upload|forward|transmit|exfiltrate|submit|deliver|email|report|sync|back up)\b`;
const TOLD_TO_SEND = [
  new RegExp(
    String.raw`${SEND_IN_WORDS}[^\n]{0,120}?${SECRETS_IN_WORDS}[^\n]{0,120}?https?://(?!localhost|127\.)`,
    'gi',
  ),
  new RegExp(
    String.raw`${SECRETS_IN_WORDS}[^\n]{0,120}?${SEND_IN_WORDS}[^\n]{0,100}?https?://(?!localhost|127\.)`,
    'gi',
  ),
];
const TOLD_NOT_TO = warnedAgainst('send|post|upload|forward|transmit|exfiltrate|submit|email|report');

export function* dumpsThatAreSent({ files }: ScannedSkill): Iterable<Match> {
  for (const file of files) {
    yield* dumpedIn(file);
    for (const reading of file.readings) {
      for (const pattern of TOLD_TO_SEND) {
        for (const { index, 0: found } of reading.text.matchAll(pattern)) {
          if (reading.isCode(index) || TOLD_NOT_TO.test(lineAt(reading.text, index))) continue;
          yield { file, reading, index, length: found.length, severity: 'high' };
        }
      }
    }
  }
}

function* dumpedIn(file: ScannedFile): Iterable<Match> {
  for (const reading of file.readings) {
    if (!SEND.test(reading.text)) continue;
    for (const pattern of [...DUMPS, SECRET_READ, ...copiesThatAreSent(reading.text)]) {
      const found = pattern.exec(reading.text);
      if (!found || !reading.isCode(found.index)) continue;
      if (PROGRAMS.has(file.language) || SEND.test(around(reading.text, found.index))) {
        yield { file, reading, index: found.index, length: found[0].length };
      }
    }
  }
}

/** A copy of the environment is harmless until its name stands where a body is made. */
function* copiesThatAreSent(text: string): Iterable<RegExp> {
  const names = new Set(Array.from(text.matchAll(COPY), ({ 1: name = '' }) => name));
  for (const name of [...names].slice(0, 20)) {
    yield new RegExp(
      String.raw`(?:\b(?:json|data|params|files|content|body)\s{0,2}[=:]\s{0,2}|\bdumps\(\s{0,2}|\bstringify\(\s{0,2}|\bstr\(\s{0,2})[^\n]{0,60}?(?<!["'])\b${name}\b(?!["']|\s{0,2}\[|\.get|\.pop)`,
    );
  }
}

/** A document shows many commands that have nothing to do with each other: near ones do. */
function around(text: string, index: number): string {
  return text.slice(Math.max(0, index - 800), index + 800);
}

function lineAt(text: string, index: number): string {
  const end = text.indexOf('\n', index);
  return text.slice(text.lastIndexOf('\n', index) + 1, end < 0 ? text.length : end);
}
