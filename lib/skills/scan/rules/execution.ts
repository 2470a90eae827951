/** Rules about what a skill makes a machine execute: code from elsewhere, hidden code, shells for strangers, destruction. */
import type { Language, Rule } from '../rule.ts';
import { downloadedAndRun } from './download-and-run.ts';
import { PIPED_TO_SHELL, restOf, SHELL, warnedAgainst } from './wording.ts';

const FETCH = String.raw`\b(?:curl|wget|aria2c|fetch)\b`;
const TO_SOMEWHERE = String.raw`(?=[^\n|]{0,200}?(?:://|\$|\w\.\w)|[^\n|]{0,120}\\\n)`;
const FETCH_TO_SHELL = new RegExp(
  `${FETCH}${TO_SOMEWHERE}${restOf(FETCH + TO_SOMEWHERE, 300)}${PIPED_TO_SHELL}`,
  'im',
);
const PROGRAMS: readonly Language[] = ['shell', 'powershell', 'python', 'javascript'];
const DOCUMENTS: readonly Language[] = ['markdown', 'html', 'json', 'yaml', 'text', 'binary'];
/** How people say where they got a script from; it does not run. */
const IN_COMMENT = /^\s{0,20}(?:#|\/\/|\*)/;
const POWERSHELL_FETCH = String.raw`(?:\birm\b|\biwr\b|\bcurl\b|\bwget\b|Invoke-RestMethod|Invoke-WebRequest|Net\.WebClient|DownloadString)`;
const READ_FROM_NET = String.raw`(?:urlopen|requests\.get|httpx\.get|fetch|axios\.get|axios|got)\s{0,2}\(`;
const RUN_TEXT = String.raw`(?<![\w.$])(?:exec|eval|compile|os\.system|os\.popen|subprocess\.\w{1,14}|execSync|Function|vm\.runIn\w{1,16})\s{0,2}\(`;
const DECODED = String.raw`(?:b64decode|b32decode|b85decode|a85decode|unhexlify|bytes\.fromhex|zlib\.decompress|codecs\.decode|marshal\.loads|atob|base64_decode|Buffer\.from|unescape)\s{0,2}\(`;
const DECODE_COMMAND = String.raw`(?:base64\s{1,3}(?:-d|-D|-di|--decode)\b|openssl\s[^\n|]{0,40}base64\s[^\n|]{0,20}-d\b|xxd\s{1,3}-r\b)`;
const WHOLE_TREE = String.raw`(?:~|/|\$\{?HOME\}?|%USERPROFILE%|/(?:home|etc|usr|var|boot|Users|root)/?|[A-Z]:\\{1,2})[/\\]?\*?`;

const NAMED_AS_BAD =
  /\b(?:never|don['’]t|do not|avoid|refus\w{1,4}|forbid\w{0,6}|prohibit\w{0,3}|block\w{0,3}|den(?:y|ied)|prevent\w{0,3}|reject\w{0,3}|dangerous|destructive|malicious|harmful|unsafe|catastroph\w{1,4}|detect\w{0,3}|flag\w{0,3}|warn\w{0,3}|grep|regex|pattern\w{0,1}|guard\w{0,5}|example\w{0,1}|require\w{0,1} (?:approval|confirmation)|wipe\w{0,1})\b|=~/i;

export const executionRules: readonly Rule[] = [
  {
    id: 'SK-EX-01',
    severity: 'critical',
    title: 'Runs a download without anybody having read it',
    advice:
      'Ship the script with the skill, or download a pinned version, check its digest, and run it then.',
    patterns: [
      { find: FETCH_TO_SHELL, place: 'any', languages: PROGRAMS, unless: IN_COMMENT },
      { find: FETCH_TO_SHELL, place: 'any', languages: PROGRAMS, severity: 'medium' },
      { find: FETCH_TO_SHELL, place: 'any', languages: DOCUMENTS, unless: warnedAgainst(FETCH) },
      {
        find: new RegExp(
          String.raw`(?:${SHELL}|\bsource|(?:^|\s)\.)\s{1,3}(?:-\w{1,6}\s{1,3})?(?:<\s{1,2})?<\(\s{0,3}${FETCH}`,
          'im',
        ),
        place: 'any',
        unless: warnedAgainst('(?:ba|z)?sh\\b|source'),
      },
      {
        find: new RegExp(
          String.raw`(?:(?:${SHELL}|python[\d.]{0,4}|node|perl|ruby)\s{1,3}-\w{0,3}[ce]|\beval)\s{1,3}["']?(?:\$\(|\u0060)\s{0,3}${FETCH}${TO_SOMEWHERE}`,
          'im',
        ),
        place: 'any',
        unless: warnedAgainst('(?:ba|z)?sh\\b|eval'),
      },
      {
        find: new RegExp(String.raw`\b(?:iex|Invoke-Expression)\b[^\n]{0,120}?${POWERSHELL_FETCH}`, 'i'),
        place: 'any',
        unless: warnedAgainst('iex|Invoke-Expression'),
      },
      {
        find: new RegExp(
          String.raw`${POWERSHELL_FETCH}[^\n|]{0,300}\|\s{0,4}(?:iex|Invoke-Expression)\b`,
          'i',
        ),
        place: 'any',
        unless: warnedAgainst('irm|iwr|Invoke-\\w+'),
      },
      { find: /\b(?:mshta|regsvr32)(?:\.exe)?\s[^\n]{0,60}https?:\/\//i, place: 'any' },
      {
        find: new RegExp(
          String.raw`${RUN_TEXT}\s{0,3}\(?(?:await\s{1,3}\(?){0,2}(?:[\w.]{1,40}\.)?${READ_FROM_NET}`,
        ),
        place: 'any',
      },
      {
        find: new RegExp(
          String.raw`\b(\w{1,40})\s{0,3}=\s{0,3}(?:await\s{1,3}\(?){0,2}(?:[\w.]{1,40}\.)?${READ_FROM_NET}[^]{0,500}?(?<![\w.$])(?:exec|eval|Function)\s{0,2}\(\s{0,3}\1\b`,
        ),
        place: 'any',
      },
    ],
  },
  {
    id: 'SK-EX-02',
    severity: 'critical',
    title: 'Decodes hidden code and executes it',
    advice: 'Read what the encoded text says; code that has nothing to hide can be written plainly.',
    patterns: [
      {
        find: new RegExp(`${DECODE_COMMAND}${restOf(DECODE_COMMAND, 200)}${PIPED_TO_SHELL}`, 'im'),
        place: 'any',
      },
      {
        find: new RegExp(
          String.raw`(?:\beval|${SHELL}\s{1,3}-\w{0,3}c|${SHELL}\s{1,3}<(?:<<)?|\bsource|(?:${SHELL})\s{1,3})\s{0,3}["']?(?:\$\(|<?\(|\u0060)[^\n]{0,300}?${DECODE_COMMAND}`,
          'im',
        ),
        place: 'any',
      },
      {
        find: new RegExp(String.raw`${RUN_TEXT}[^\n;]{0,80}?${DECODED}`),
        place: 'any',
        unless: /\binput\s*=|\bstdin\s*=/,
      },
      {
        find: new RegExp(
          String.raw`\b(\w{1,40})\s{0,3}=\s{0,3}[^\n;]{0,60}?${DECODED}[^]{0,400}?(?<![\w.$])(?:exec|eval|Function|execSync|os\.system)\s{0,2}\(\s{0,3}\1\b`,
        ),
        place: 'any',
      },
      {
        find: /\b(?:c(?:''|""|\\|\$@|\$\{\w{0,20}\})u?rl|cu(?:''|""|\\|\$@|\$\{\w{0,20}\})r?l|w(?:''|""|\\|\$@|\$\{\w{0,20}\})get|b(?:''|""|\\|\$@|\$\{\w{0,20}\})a?sh|ba(?:''|""|\\|\$@|\$\{\w{0,20}\})s?h)\b/,
        place: 'code',
        languages: ['shell', 'markdown'],
      },
      {
        find: /\b(?:powershell|pwsh)(?:\.exe)?\s[^\n]{0,120}?-e(?:nc?|c|ncodedcommand)?\s{1,3}["']?[A-Za-z0-9+/=]{16}/i,
        place: 'any',
      },
      { find: /\b(?:iex|Invoke-Expression)\b[^\n]{0,160}FromBase64String/i, place: 'any' },
      { find: /FromBase64String[^\n]{0,200}\|\s{0,4}(?:iex|Invoke-Expression)\b/i, place: 'any' },
    ],
  },
  {
    id: 'SK-EX-03',
    severity: 'high',
    title: 'Downloads a program and runs it',
    advice:
      'Have it checked against a digest or signature before it runs, or installed from a package registry.',
    check: downloadedAndRun,
  },
  {
    id: 'SK-EX-04',
    severity: 'critical',
    title: 'Opens a shell for somebody else, or mines coins',
    advice: 'Do not install it. No skill needs a reverse shell, a web shell or a miner.',
    patterns: [
      { find: /\b(?:ba|z|k)?sh\s{1,3}-i\b[^\n]{0,80}\/dev\/(?:tcp|udp)\//, place: 'any' },
      { find: /\bexec\s{1,3}\d{1,3}<>\s{0,2}\/dev\/(?:tcp|udp)\/(?!localhost|127\.)/, place: 'any' },
      { find: /\/dev\/(?:tcp|udp)\/(?!localhost|127\.)[^\n]{1,120}(?:0>&1|<&\d|0<&\d)/, place: 'any' },
      {
        find: /\b(?:nc|ncat|netcat)(?:\.\w{1,12})?\s[^\n|;]{0,100}?-\w{0,4}[ec]\s{1,3}["']?(?:\/(?:usr\/)?bin\/)?(?:(?:ba|z|c|k|da)?sh|cmd(?:\.exe)?|powershell)\b/i,
        place: 'any',
      },
      { find: /\bmkfifo\s[^\n]{0,200}(?:\b(?:nc|ncat|netcat|openssl s_client)\b)/, place: 'any' },
      { find: /\bsocat\s[^\n]{0,200}exec:["']?(?:\/bin\/)?(?:ba)?sh/i, place: 'any' },
      {
        find: /\bsocket\.socket\((?:(?!socket\.socket\()[^]){0,500}?(?:\bdup2\(|\bpty\.spawn\(|subprocess\.\w{1,14}\(\s{0,3}\[?\s{0,3}["']\/bin\/(?:ba)?sh)/,
        place: 'any',
      },
      {
        find: /\bnet\.(?:connect|Socket|createConnection)\b(?:(?!\bnet\.(?:connect|Socket|createConnection)\b)[^]){0,600}?\.pipe\(\s{0,3}\w{1,30}\.stdin/,
        place: 'any',
        together: /child_process/,
      },
      {
        find: /\b(?:exec|system|shell_exec|proc_open|popen)\b(?<=socket[^\n]{0,300})(?<=\b(?:perl|ruby|php)\s{1,3}-\w{1,8}\s[^\n]{0,400})/i,
        place: 'any',
      },
      {
        find: /Net\.Sockets\.TCPClient(?:(?!Net\.Sockets\.TCPClient)[^]){0,600}?(?:\biex\b|Invoke-Expression|cmd\.exe)/i,
        place: 'any',
      },
      {
        find: /\b(?:eval|assert|system|exec|shell_exec|passthru|popen)\s{0,2}\(\s{0,2}(?:base64_decode\s{0,2}\(\s{0,2})?@?\$_(?:GET|POST|REQUEST|COOKIE)\b/,
        place: 'any',
      },
      { find: /\bstratum\+(?:tcp|ssl|udp):\/\//i, place: 'any' },
      {
        find: /(?:\.\/|\/|\bnohup\s{1,3}|\bstart\s{1,3})xmrig\b|\bxmrig(?:\.exe)?\s{1,3}-|\bcoinhive\.min\.js/i,
        place: 'any',
      },
    ],
  },
  {
    id: 'SK-EX-05',
    severity: 'high',
    title: 'Destroys data or takes rights over the machine',
    advice: 'Narrow it to the files the skill made itself, or take it out.',
    patterns: [
      {
        find: new RegExp(
          String.raw`\brm\s{1,3}(?=[^\n]{0,40}-\w{0,6}[rR])(?:-{1,2}[\w-]{1,20}\s{1,3}){1,4}["']?${WHOLE_TREE}["']?\s{0,3}(?:$|[;&|)\u0060"'#,])`,
          'm',
        ),
        place: 'code',
        unless: NAMED_AS_BAD,
      },
      {
        find: /\brmtree\(\s{0,3}(?:os\.path\.expanduser\(\s{0,2}["']~\/?["']|Path\.home\(\)\s{0,2}\)|["']\/["'])/,
        place: 'code',
      },
      {
        find: new RegExp(
          String.raw`\bRemove-Item\b(?=[^\n]{0,120}-Recurse)[^\n]{0,80}?["'\s](?:[A-Z]:\\{1,2}\*?|\$HOME|\$env:USERPROFILE|~)["']?(?=\s|$)`,
          'im',
        ),
        place: 'code',
      },
      {
        find: /:\(\)\s{0,2}\{\s{0,2}:\s{0,2}\|\s{0,2}:\s{0,2}&\s{0,2}\}\s{0,2};\s{0,2}:/,
        place: 'any',
        unless: NAMED_AS_BAD,
      },
      {
        find: /\bdd\s[^\n]{0,120}\bof=\/dev\/(?:sd|nvme|hd|r?disk|mmcblk|xvd|vd)/,
        place: 'any',
        unless: NAMED_AS_BAD,
      },
      {
        find: /\b(?:mkfs(?:\.\w{1,8})?|shred|wipefs)\s[^\n]{0,60}\/dev\/\w/,
        place: 'any',
        unless: NAMED_AS_BAD,
      },
      {
        find: /\b(?:vssadmin\s{1,3}delete\s{1,3}shadows|wevtutil\s{1,3}cl\s|csrutil\s{1,3}disable|spctl\s{1,3}--master-disable|setenforce\s{1,3}0|ufw\s{1,3}disable|iptables\s{1,3}-F)\b/i,
        place: 'code',
        unless: NAMED_AS_BAD,
      },
      {
        find: /\b(?:Set-MpPreference\s[^\n]{0,80}-Disable\w{1,40}|Add-MpPreference\s[^\n]{0,80}-Exclusion\w{1,20})/i,
        place: 'any',
      },
      {
        find: /(?:>>?|\btee\s{1,3}(?:-a\s{1,3})?)\s{0,3}["']?\/etc\/(?:sudoers|passwd|shadow|ld\.so\.preload)\b/,
        place: 'any',
      },
      { find: /\bransom[\w-]{0,12}\.(?:txt|html?|md)\b/i, place: 'code' },
      { find: /\bNOPASSWD:\s{0,2}ALL\b/, place: 'code', unless: NAMED_AS_BAD },
      {
        find: /\bchmod\s{1,3}(?:-R\s{1,3})?(?:[ugoa]{0,4}\+s|[2467]7[0-7]{2}|(?:-R\s{1,3})0?777\s{1,3}\/(?:\s|$))/m,
        place: 'code',
        unless: NAMED_AS_BAD,
      },
      { find: /\bdocker\s{1,3}run\b(?=[^\n]{0,200}(?:-v|--volume)[ =]["']?\/:)[^\n]{0,200}/, place: 'code' },
      {
        find: /\bsudo\s{1,3}(?:-\w{1,4}\s{1,3})?[\w./]/,
        place: 'code',
        severity: 'low',
        languages: ['shell', 'markdown'],
        unless: NAMED_AS_BAD,
      },
    ],
  },
  {
    id: 'SK-EX-06',
    severity: 'medium',
    title: 'Executes text that it was given',
    advice:
      'Pass arguments as a list, parse data with a parser, and load only formats that cannot hold code.',
    patterns: [
      {
        find: /(?<![\w.$]|def |function )(?:eval|exec)\s{0,2}\(\s{0,3}(?!compile\b|fetch\b|None\b)[A-Za-z_]\w{0,60}\s{0,3}[,)[.+(]/,
        place: 'code',
        languages: ['python', 'javascript', 'markdown'],
      },
      {
        find: /(?<![\w.])(?:pickle|cPickle|dill|marshal|cloudpickle|jsonpickle)\.(?:loads?|decode)\s{0,2}\(/,
        place: 'code',
      },
      {
        find: /(?<![\w.])yaml\.(?:unsafe_load\s{0,2}\(|load\s{0,2}\((?![^\n]{0,120}(?:Loader|loader|FAILSAFE|SCHEMA|schema)))/,
        place: 'code',
        languages: ['python'],
      },
      {
        find: /\bsubprocess\.(?:run|call|Popen|check_output|check_call|getoutput)\(\s{0,3}(?:f["']|\w{1,40}\s{0,2}[,+%]|["'][^"'\n]{0,200}["']\s{0,2}(?:[+%]|\.format))(?:(?!\bsubprocess\.(?:run|call|Popen|check))[^]){0,300}?shell\s{0,2}=\s{0,2}True/,
        place: 'code',
      },
      {
        find: /\bos\.(?:system|popen)\(\s{0,3}(?:f["']|["'][^"'\n]{0,200}["']\s{0,2}(?:[+%]|\.format))/,
        place: 'code',
      },
      {
        find: /(?<![\w.])compile\(\s{0,3}[A-Za-z_]\w{0,40}\s{0,3},[^\n]{0,60}?,\s{0,3}["']exec["']/,
        place: 'code',
      },
      {
        find: /(?<![\w.$])(?:child_process\.|cp\.)?(?:execSync|exec)\(\s{0,3}(?:\u0060[^\u0060\n]{0,200}\$\{|["'][^"'\n]{0,200}["']\s{0,2}\+)/,
        place: 'code',
        languages: ['javascript', 'markdown'],
      },
      {
        find: /\bnew Function\(\s{0,3}[a-z]\w{0,40}\s{0,3}[,)]|\bvm\.runIn(?:New|This)?Context\(/,
        place: 'code',
      },
      {
        find: /(?:^|[;&|]\s{0,3}|\bthen\s{1,3}|\bdo\s{1,3})\s{0,8}eval\s{1,3}["']?\$(?:\{?[\w@*]|\{)/m,
        place: 'code',
        languages: ['shell', 'markdown'],
      },
    ],
  },
];
