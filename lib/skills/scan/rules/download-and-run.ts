/** Finds what is downloaded and then run: the steps may be lines apart, so that no pattern can say it. */
import type { Match, ScannedSkill } from '../rule.ts';

/** How far apart the first and the last step may be, in characters. */
const REACH = 2_000;

const FOLDERS = String.raw`["']?(?:[\w.~$\{}:%-]{0,60}[/\\]){0,8}`;
const NAME = String.raw`([\w.-]{2,60})(?![\w.-])`;
const PIPE_OR_END = String.raw`["']?\s{0,3}(?:$|[;&)\u0060])`;

/** What the steps look like; a name is the last part of a path. */
const STEPS = {
  download: [
    new RegExp(
      String.raw`\b(?:curl|wget|aria2c)\b[^\n]{0,300}?(?:\s-\w{0,6}[oO]|\s--output(?:-document)?|>)[\s=]{0,3}${FOLDERS}${NAME}`,
      'gim',
    ),
    new RegExp(
      String.raw`\b(?:curl|wget|aria2c)\b[^\n]{0,200}?https?://[^\s"'\u0060|]{1,200}/${NAME}${PIPE_OR_END}`,
      'gim',
    ),
    new RegExp(
      String.raw`\b(?:iwr|irm|Invoke-WebRequest|Start-BitsTransfer|certutil|bitsadmin|DownloadFile)\b[^\n]{0,200}?[\s,(\\/"']([\w.-]{1,56}\.(?:exe|msi|scr|dll|bat|ps1|vbs|hta))["')]{0,2}\s{0,3}(?:$|[\s;|&)])`,
      'gim',
    ),
  ],
  check: [
    /\b(?:sha(?:1|224|256|384|512)sum|shasum|gpg\s[^\n]{0,30}--verify|cosign\s{1,3}verify|minisign|Get-FileHash|openssl\s{1,3}dgst)\b/g,
  ],
  allow: [new RegExp(String.raw`\bchmod\s{1,3}(?:-\w\s{1,3})?[\w+,=]{1,10}\s{1,3}${FOLDERS}${NAME}`, 'g')],
  start: [
    new RegExp(
      String.raw`(?:^\s{0,8}|[;&|(\u0060]\s{0,3}|\b(?:sudo|nohup|exec)\s{1,3})["']?(?:[\w.~$\{}-]{0,60}/){1,8}${NAME}`,
      'gm',
    ),
  ],
  interpret: [
    new RegExp(
      String.raw`(?:^|[\s;&|\u0060])(?:(?:ba|z|da)?sh|python3?|source)\s{1,3}(?:-\w{1,4}\s{1,3})?${FOLDERS}${NAME}`,
      'gm',
    ),
    new RegExp(
      String.raw`\b(?:Start-Process|Invoke-Item|rundll32|msiexec|cmd\s{1,2}/c|start|wscript|mshta|powershell[^\n]{0,60}-File)\s[^\n]{0,60}?${FOLDERS}([\w.-]{1,56}\.(?:exe|msi|scr|dll|bat|ps1|vbs|hta))`,
      'gi',
    ),
    new RegExp(
      String.raw`(?:^|[;&])\s{0,4}(?:&\s{0,2})?["']?(?:\.|\$env:\w{1,20}|%\w{1,20}%)\\${NAME}`,
      'gim',
    ),
  ],
} as const satisfies Record<string, readonly RegExp[]>;

const PYTHON_DOWNLOAD = /\b(?:urlretrieve|urlopen|requests\.get|httpx\.get|wget\.download)\s{0,2}\(/;
const PYTHON_CHMOD = /\bchmod\([^\n]{0,80}?(?:0o?[0-7]?7[0-7]{2}|S_IXUSR|S_IEXEC|S_IRWXU)/;
const PYTHON_RUN =
  /\b(?:subprocess\.(?:run|call|Popen|check_\w{1,8})|os\.(?:system|popen|exec\w{1,4}|spawn\w{1,4}|startfile))\s{0,2}\(/;
const QUARANTINE_OFF = /\bxattr\s{1,3}-(?:\w{0,2}c\b|\w{0,2}d\w{0,2}\s{1,3}com\.apple\.quarantine)/;

interface Span {
  readonly index: number;
  readonly length: number;
}

interface Step extends Span {
  readonly kind: keyof typeof STEPS;
  readonly name: string;
}

export function* downloadedAndRun({ files }: ScannedSkill): Iterable<Match> {
  for (const file of files) {
    for (const reading of file.readings) {
      const spans = [
        ...inCommands(reading.text),
        ...inPython(reading.text),
        ...first(QUARANTINE_OFF, reading.text),
      ];
      for (const span of spans) yield { file, reading, ...span };
    }
  }
}

/** A name that was downloaded, then made executable and started or handed to an interpreter, and never checked. */
function* inCommands(text: string): Iterable<Span> {
  const downloads = new Map<string, Step>();
  const allowed = new Set<string>();
  for (const step of stepsOf(text)) {
    const download = downloads.get(step.name);
    if (step.kind === 'check') downloads.clear();
    if (step.kind === 'download') downloads.set(step.name, step);
    if (download === undefined || step.index - download.index > REACH) continue;
    if (step.kind === 'allow') allowed.add(step.name);
    if (step.kind !== 'interpret' && !(step.kind === 'start' && allowed.has(step.name))) continue;
    downloads.delete(step.name);
    yield { index: download.index, length: download.length };
  }
}

function stepsOf(text: string): Step[] {
  const steps: Step[] = [];
  for (const kind of Object.keys(STEPS) as Array<keyof typeof STEPS>) {
    for (const pattern of STEPS[kind]) {
      for (const { index, 0: found, 1: name = '' } of text.matchAll(pattern)) {
        steps.push({ kind, name, index, length: found.length });
      }
    }
  }
  return steps.sort((one, other) => one.index - other.index);
}

function* inPython(text: string): Iterable<Span> {
  const [download] = first(PYTHON_DOWNLOAD, text);
  if (download === undefined || /\b(?:sha256|sha512|hexdigest)\b/.test(text)) return;
  const [allowed] = first(PYTHON_CHMOD, text);
  if (allowed !== undefined && PYTHON_RUN.test(text)) yield allowed;
}

function first(pattern: RegExp, text: string): Span[] {
  const found = pattern.exec(text);
  return found ? [{ index: found.index, length: found[0].length }] : [];
}
