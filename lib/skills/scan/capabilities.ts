/** What a skill would use on a machine: facts with the places that say so, no verdicts. */
import type { Capabilities, Evidence } from './report.ts';
import type { Language, ScannedFile, ScannedSkill } from './rule.ts';

const MOST_PER_KIND = 20;
const MOST_SHOWN = 80;

interface Sign {
  readonly kind: keyof Capabilities;
  /** The group `what`, or the whole match, is what the evidence shows. */
  readonly find: RegExp;
  readonly languages?: readonly Language[];
}

const PROGRAMS: readonly Language[] = ['shell', 'powershell', 'python', 'javascript', 'markdown', 'html'];
const MODULES_NETWORK =
  'requests|httpx|aiohttp|urllib3?(?:\\.request)?|http\\.client|socket|websockets?|smtplib|ftplib|paramiko|boto3|axios|node-fetch|undici|got|ws|(?:node:)?(?:https?|net|dgram|tls)';

const SIGNS: readonly Sign[] = [
  {
    kind: 'network',
    find: /\b(?:curl|wget|fetch|urlopen|urlretrieve|requests|httpx|axios|got|irm|iwr|Invoke-(?:RestMethod|WebRequest))\b[^\n]{0,200}?https?:\/\/(?<what>[\w.-]{1,253}(?::\d{1,5})?)/gi,
    languages: PROGRAMS,
  },
  {
    kind: 'network',
    find: /(?<what>\bcurl|\bwget|\bscp|\brsync|\bsftp|\bnc|\bncat|\bssh)(?=\s{1,3}[-\w"'$@/])/g,
    languages: ['shell', 'markdown'],
  },
  {
    kind: 'network',
    find: /\b(?<what>Invoke-RestMethod|Invoke-WebRequest|Start-BitsTransfer)\b/gi,
    languages: ['powershell', 'markdown'],
  },
  {
    kind: 'network',
    find: new RegExp(String.raw`^\s{0,8}(?:import|from)\s{1,3}(?<what>${MODULES_NETWORK})\b(?!['"])`, 'gm'),
    languages: ['python', 'markdown'],
  },
  {
    kind: 'network',
    find: new RegExp(
      String.raw`(?:\bfrom|\brequire\(|\bimport\(?)\s{0,2}['"](?<what>${MODULES_NETWORK})['"]`,
      'g',
    ),
    languages: ['javascript', 'html', 'markdown'],
  },
  {
    kind: 'network',
    find: /(?<![\w.])(?<what>fetch|XMLHttpRequest|WebSocket|EventSource)\s{0,2}\(/g,
    languages: ['javascript', 'html', 'markdown'],
  },
  {
    kind: 'shell',
    find: /\b(?<what>subprocess\.(?:run|call|Popen|check_output|check_call|getoutput|getstatusoutput)|os\.(?:system|popen|exec[lv]\w{0,2}|spawn[lv]\w{0,2})|pty\.spawn|asyncio\.create_subprocess_\w{4,5})\b/g,
    languages: ['python', 'markdown'],
  },
  {
    kind: 'shell',
    find: /['"](?<what>(?:node:)?child_process|execa|zx|shelljs)['"]/g,
    languages: ['javascript', 'markdown'],
  },
  {
    kind: 'shell',
    find: /\b(?<what>execSync|spawnSync|execFileSync|execFile|Bun\.spawn|Deno\.Command)\s{0,2}\(/g,
    languages: ['javascript', 'markdown'],
  },
  {
    kind: 'files',
    find: /\b(?<what>shutil\.(?:rmtree|move|copy\w{0,5})|os\.(?:remove|unlink|rmdir|removedirs|rename|replace|chmod|symlink)|(?:write_text|write_bytes|unlink)(?=\())/g,
    languages: ['python', 'markdown'],
  },
  {
    kind: 'files',
    find: /\b(?<what>open)\([^\n;)]{1,120},\s{0,3}(?:mode\s{0,2}=\s{0,2})?["'][awx]b?\+?["']/g,
    languages: ['python', 'markdown'],
  },
  {
    kind: 'files',
    find: /\b(?<what>(?:writeFile|appendFile|unlink|rm|rmdir|rename|copyFile|mkdir|chmod|createWriteStream)(?:Sync)?)\(/g,
    languages: ['javascript'],
  },
  {
    kind: 'files',
    find: /(?:^|[;&|]\s{0,3}|\bsudo\s{1,3}|\bthen\s{1,3}|\bdo\s{1,3})\s{0,8}(?<what>(?:rm|mv|cp|chmod|chown|mkdir|ln|install|rsync|dd|truncate|tee)\s{1,3}[^\n;|&]{1,60})/gm,
    languages: ['shell'],
  },
  {
    kind: 'files',
    find: /(?:>>?|\btee\s{1,3}(?:-a\s{1,3})?|\brm\s[^\n]{0,20})\s{0,3}["']?(?<what>(?:~|\$\{?HOME\}?|\/(?:etc|usr|opt|var|home|Users|Library)\b)\/?[\w./-]{1,80})/g,
    languages: ['shell', 'markdown'],
  },
  {
    kind: 'files',
    find: /\b(?<what>Remove-Item|Set-Content|Add-Content|Out-File|Copy-Item|Move-Item|New-Item)\b/gi,
    languages: ['powershell'],
  },
  {
    kind: 'credentials',
    find: /(?<![A-Za-z\d])(?<what>[A-Z][A-Z\d_]{0,40}_(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS)(?:_ID)?)(?![A-Za-z\d])/g,
  },
  {
    kind: 'credentials',
    find: /\b(?<what>security\s{1,3}find-(?:generic|internet)-password|secret-tool\s{1,3}(?:lookup|store)|keyring\.[gs]et_password|import keyring|keytar)\b/g,
  },
  {
    kind: 'credentials',
    find: /\b(?<what>gcloud[ \t]{1,3}auth[ \t]{1,3}[\w-]{2,40}(?:[ \t]{1,3}[\w-]{2,40})?|aws[ \t]{1,3}(?:sso[ \t]{1,3}login|configure|sts[ \t]{1,3}[\w-]{2,40})|az[ \t]{1,3}login|gh[ \t]{1,3}auth[ \t]{1,3}\w{2,20}|kubectl[ \t]{1,3}config[ \t]{1,3}[\w-]{2,30}|docker[ \t]{1,3}login|npm[ \t]{1,3}(?:login|adduser)|vault[ \t]{1,3}login|op[ \t]{1,3}(?:read|signin)|firebase[ \t]{1,3}login|wrangler[ \t]{1,3}login|vercel[ \t]{1,3}login)\b/g,
  },
  {
    kind: 'credentials',
    find: /(?<what>(?:~|\$\{?HOME\}?)?\/?\.(?:ssh\/[\w.*-]{1,40}|aws\/credentials|kube\/config|netrc\b|npmrc\b|pypirc\b|docker\/config\.json|config\/gcloud\/[\w.-]{1,60}|git-credentials|gnupg\b))/g,
  },
];

/** Tools that a manifest may allow, and what they allow the agent. */
const TOOLS: ReadonlyArray<readonly [keyof Capabilities, RegExp]> = [
  ['shell', /^(?:Bash|Shell|Terminal|KillShell|Computer|Run\w{0,20})\b/i],
  ['files', /^(?:Write|Edit|MultiEdit|NotebookEdit|Delete)\b/i],
  ['network', /^(?:WebFetch|WebSearch|Fetch|Browser)\b/i],
];

type Fact = readonly [kind: keyof Capabilities, evidence: Evidence];

/** At most 20 of a kind, each thing once, at the first place that names it. */
export function capabilitiesOf(skill: ScannedSkill): Capabilities {
  const facts = [
    ...allowedBy(skill),
    ...skill.files.flatMap((file) => [...scriptIn(file), ...signsIn(file)]),
  ];
  return {
    network: distinct(facts, 'network'),
    shell: distinct(facts, 'shell'),
    files: distinct(facts, 'files'),
    credentials: distinct(facts, 'credentials'),
  };
}

function distinct(facts: readonly Fact[], wanted: keyof Capabilities): Evidence[] {
  const seen = new Map<string, Evidence>();
  for (const [kind, evidence] of facts) {
    if (kind !== wanted || seen.size === MOST_PER_KIND) continue;
    const key = evidence.what.toLowerCase();
    if (!seen.has(key)) seen.set(key, evidence);
  }
  return [...seen.values()];
}

function* allowedBy({ allowedTools, files }: ScannedSkill): Iterable<Fact> {
  const text = files.find(({ path }) => path === 'SKILL.md')?.readings[0]?.text ?? '';
  const lines = text.split('\n', 200);
  const line =
    Math.max(
      0,
      lines.findIndex((one) => one.startsWith('allowed-tools')),
    ) + 1;
  for (const tool of allowedTools) {
    for (const [kind, name] of TOOLS) {
      if (name.test(tool)) yield [kind, { file: 'SKILL.md', line, what: tool.slice(0, MOST_SHOWN) }];
    }
  }
}

/** A shell script is shell, whatever it does. */
function* scriptIn({ path, language }: ScannedFile): Iterable<Fact> {
  if (language === 'shell' || language === 'powershell') yield ['shell', { file: path, line: 1, what: path }];
}

/** Only what is plain to see: what hides is for the rules to find. */
function* signsIn(file: ScannedFile): Iterable<Fact> {
  const [reading] = file.readings;
  if (reading === undefined) return;
  for (const { kind, find, languages } of SIGNS) {
    if (languages && !languages.includes(file.language)) continue;
    const seen = new Set<string>();
    for (const found of reading.text.matchAll(find)) {
      const what = (found.groups?.['what'] ?? found[0]).trim().slice(0, MOST_SHOWN);
      if (seen.has(what) || !reading.isCode(found.index)) continue;
      yield [kind, { file: file.path, line: reading.placeOf(found.index).line, what }];
      if (seen.add(what).size === MOST_PER_KIND) break;
    }
  }
}
