/** Rules about what a skill claims to be, what it asks for, and what it brings along beside itself. */
import type { Match, Rule, ScannedFile, ScannedSkill } from '../rule.ts';

/** A skill is instructions with a few scripts; what has more is something else that nobody will read. */
const MANY_FILES = 300;
const LARGE_BYTES = 10 * 1024 * 1024;

function* unusualSize({ files }: ScannedSkill): Iterable<Match> {
  const [first] = files;
  if (files.length > MANY_FILES && first) yield { file: manifestOf(files) ?? first, severity: 'low' };
  for (const file of files) if (file.bytes.byteLength > LARGE_BYTES) yield { file, severity: 'low' };
}

const SCRIPTS = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
];
const BRANDS = [
  'google',
  'claude',
  'anthropic',
  'openai',
  'github',
  'microsoft',
  'amazon',
  'stripe',
  'slack',
  'gemini',
  'chatgpt',
  'paypal',
  'apple',
  'notion',
  'linear',
  'vercel',
];
/** Digits that pass for letters; 1 passes for two. */
const DIGITS: readonly Readonly<Record<string, string>>[] = ['l', 'i'].map((one) => ({
  '0': 'o',
  '1': one,
  '3': 'e',
  '5': 's',
  '7': 't',
}));

function* impersonation({ name, files }: ScannedSkill): Iterable<Match> {
  const manifest = manifestOf(files);
  if (!manifest) return;
  // Letters of these scripts look alike; Hangul beside Latin misleads nobody.
  const isMixed = name.split('-').some((part) => SCRIPTS.filter((script) => script.test(part)).length > 1);
  const isDisguised = name.split('-').some((part) =>
    DIGITS.some((letters) => {
      const meant = part.replaceAll(/[01357]/g, (digit) => letters[digit] ?? digit);
      return meant !== part && BRANDS.includes(meant);
    }),
  );
  if (isMixed || isDisguised) yield at(manifest, /^name:.{0,200}/m);
}

const EVERYTHING = /^(?:\*|(?:Bash|Shell|Execute)\((?:\*|\*:\*|\.\*)?\))$/i;
/** Common, and still every command there is. */
const EVERY_COMMAND = /^(?:Bash|Shell|Execute)$/i;

const FOR_EVERYTHING =
  /\b(?:use|apply|invoke|load|activate|trigger|call|run)(?:s|ed)?\s{1,3}(?:this(?: skill)?\s{1,3}|it\s{1,3}|always\s{1,3})?(?:for|on|in|with|before|after|at the start of)\s{1,3}(?:absolutely\s{1,3})?(?:every|all|any)\s{1,3}(?:single\s{1,3})?(?:user\s{1,3})?(?:requests?|messages?|tasks?|conversations?|questions?|prompts?|interactions?|sessions?)\b|모든\s{0,2}(?:요청|질문|대화|작업)에\s{0,2}(?:항상\s{0,2})?사용/i;

function* broadPermission({ description, allowedTools, files }: ScannedSkill): Iterable<Match> {
  const manifest = manifestOf(files);
  if (!manifest) return;
  if (allowedTools.some((tool) => EVERYTHING.test(tool))) yield at(manifest, /^allowed-tools:.{0,200}/m);
  else if (allowedTools.some((tool) => EVERY_COMMAND.test(tool)))
    yield { ...at(manifest, /^allowed-tools:.{0,200}/m), severity: 'low' };
  if (FOR_EVERYTHING.test(description)) yield at(manifest, /^description:.{0,200}/m);
}

const AGENT_CONFIG =
  /(?:^|\/)(?:\.claude\/(?:settings(?:\.local)?\.json|hooks\/|commands\/|agents\/)|\.mcp\.json$|mcp\.json$|\.cursor\/|\.cursorrules$|\.windsurfrules$|\.vscode\/(?:tasks|settings|launch)\.json$|\.git\/|\.githooks\/|\.husky\/|\.codex\/|\.gemini\/settings\.json$|\.envrc$|\.npmrc$|\.pypirc$|\.(?:bash|zsh)(?:rc|_profile|env)$)/;

function* agentConfig({ files }: ScannedSkill): Iterable<Match> {
  for (const file of files) if (AGENT_CONFIG.test(file.path)) yield { file };
}

function manifestOf(files: readonly ScannedFile[]): ScannedFile | undefined {
  return files.find(({ path }) => path === 'SKILL.md');
}

/** The line of the manifest that says it. */
function at(file: ScannedFile, line: RegExp): Match {
  const [reading] = file.readings;
  const found = reading && line.exec(reading.text);
  return found ? { file, reading, index: found.index, length: found[0].length } : { file };
}

export const manifestRules: readonly Rule[] = [
  {
    id: 'SK-MF-01',
    severity: 'low',
    title: 'Is far larger than a skill needs to be',
    advice: 'Leave out what the skill does not use; nobody reads so much before trusting it.',
    check: unusualSize,
  },
  {
    id: 'SK-MF-03',
    severity: 'high',
    title: 'Has a name that looks like another one',
    advice: 'Use letters of one script, and no digits in place of letters of a known name.',
    check: impersonation,
  },
  {
    id: 'SK-MF-04',
    severity: 'medium',
    title: 'Asks for every tool, or to be used for everything',
    advice: 'Name the tools and commands that are needed, such as Bash(git status).',
    check: broadPermission,
  },
  {
    id: 'SK-MF-05',
    severity: 'high',
    title: 'Brings settings of an agent, an editor or a shell along',
    advice: 'Leave settings, hooks and dotfiles out of the skill; say in words what to set up.',
    check: agentConfig,
  },
];
