/** Rules about what stays when the skill is gone: changes to what agents remember and to what machines start. */
import type { Rule } from '../rule.ts';
import { following, warnedAgainst } from './wording.ts';

/** What every later session of an agent reads. */
const MEMORY = String.raw`(?:(?:CLAUDE|AGENTS|GEMINI|MEMORY|SOUL|IDENTITY|HEARTBEAT|TOOLS)\.md\b|\.claude/(?:settings(?:\.local)?\.json|hooks/|commands/|agents/|CLAUDE\.md)|\.claude\.json\b|\.cursorrules\b|\.cursor/(?:rules|mcp\.json)|\.windsurfrules\b|\.clinerules\b|copilot-instructions\.md\b|\.mcp\.json\b|claude_desktop_config\.json|\.codex/(?:config\.toml|AGENTS\.md|instructions)|\.gemini/(?:settings\.json|GEMINI\.md)|\.(?:openclaw|clawdbot|moltbot)/(?:openclaw|clawdbot|moltbot|workspace|config)[\w./-]{0,40})`;
const PATH = String.raw`["']?[\w.~$\{}()/@:%-]{0,100}?`;
const CALL_PATH = String.raw`[^\n;]{0,120}?`;
const WRITE_IN_WORDS = String.raw`\b(?:append|add|write|insert|save|store|copy|put|inject|update|modify|edit|overwrite|replace)\b`;
const LASTING = String.raw`(?:every|all|each|any|future|next|subsequent)\s(?:\w{1,12}\s){0,2}(?:sessions?|conversations?|runs?|requests?|turns?|startup)|permanent\w{0,2}|persist\w{0,6}|silently|quietly|always|without (?:asking|telling|confirm\w{0,8}|approval)`;

const STARTED_BY_SHELLS = String.raw`["']?(?:~|\$\{?HOME\}?|/(?:home|Users)/[\w$\{}]{1,40}|/root)?/?\.?(?:zshrc|bashrc|bash_profile|profile|zprofile|zshenv|bash_login|config/fish/config\.fish)\b`;
const HIDDEN = String.raw`(?:curl|wget|base64|/dev/tcp|nohup|/tmp/|\beval\b|\bnc\b|PROMPT_COMMAND|alias\s{1,3}(?:sudo|ssh|git)|LD_PRELOAD)`;
const ONLY_PATH = /\bPATH\b|brew shellenv|\binit\b|completion|\bsource\b|NVM_DIR|_HOME=/;

const OWN_MEMORY = String.raw`(?:\b(?:MEMORY|SOUL|IDENTITY|HEARTBEAT)\.md\b|(?:~|\$HOME)/\.claude/(?:CLAUDE\.md|settings\.json))`;
const NOT_WRITTEN = warnedAgainst(WRITE_IN_WORDS);

/** A sentence that tells to write to the file. */
function writtenTo(file: string): string {
  return following(
    file,
    String.raw`\b(?:to|into|in|as)\b[^\n]{0,40}`,
    String.raw`${WRITE_IN_WORDS}[^\n]{0,160}`,
  );
}

export const persistenceRules: readonly Rule[] = [
  {
    id: 'SK-PS-01',
    severity: 'high',
    title: 'Changes what agents remember or how they are set up',
    advice: 'Ask what it writes there: every later session obeys it, also after the skill is removed.',
    patterns: [
      {
        find: new RegExp(String.raw`(?:>>?|\btee\s{1,3}(?:-a\s{1,3})?)\s{0,3}${PATH}${MEMORY}`),
        place: 'code',
      },
      {
        find: new RegExp(
          String.raw`\b(?:cp|mv|ln|install|rsync)\s{1,3}[^\n;|&]{1,160}?\s${PATH}(?:~|\$\{?HOME\}?)/${MEMORY}["']?\s{0,3}(?:$|[;&|])`,
          'm',
        ),
        place: 'code',
      },
      { find: new RegExp(String.raw`\bsed\s{1,3}-i\b[^\n;|]{0,160}\s${PATH}${MEMORY}`), place: 'code' },
      {
        find: new RegExp(String.raw`\b(?:writeFile|appendFile)(?:Sync)?\(${CALL_PATH}${MEMORY}`),
        place: 'code',
      },
      {
        find: new RegExp(
          String.raw`\bopen\(${CALL_PATH}${MEMORY}["')]{0,3}\s{0,3},\s{0,3}(?:mode\s{0,2}=\s{0,2})?["'][aw]`,
        ),
        place: 'code',
      },
      {
        find: new RegExp(String.raw`${MEMORY}["')]{1,4}\.(?:write_text|open\(\s{0,2}["'][aw])`),
        place: 'code',
      },
      {
        find: new RegExp(`${writtenTo(MEMORY)}(?=[^\\n]{0,160}?(?:${LASTING}))`, 'i'),
        place: 'any',
        languages: ['markdown', 'text'],
        unless: NOT_WRITTEN,
      },
      {
        find: new RegExp(`${writtenTo(MEMORY)}(?<=(?:${LASTING})[^\\n]{0,240})`, 'i'),
        place: 'any',
        languages: ['markdown', 'text'],
        unless: NOT_WRITTEN,
      },
      {
        find: new RegExp(writtenTo(OWN_MEMORY), 'i'),
        place: 'any',
        languages: ['markdown', 'text'],
        severity: 'medium',
        unless: NOT_WRITTEN,
      },
    ],
  },
  {
    id: 'SK-PS-02',
    severity: 'medium',
    title: 'Has the machine start something by itself',
    advice: 'Let the owner of the machine decide what starts there, and write down how to undo it.',
    patterns: [
      {
        find: /\|\s{0,3}crontab\s{1,3}-(?!\w)|\bcrontab\s{1,3}(?!-)["'\w/$~.]|\bcrontab\s{1,3}-\s{0,3}<</,
        place: 'code',
      },
      {
        find: new RegExp(
          String.raw`(?:${HIDDEN})[^\n]{0,160}\|\s{0,3}crontab\s{1,3}-|\bcrontab\b[^\n]{0,160}(?:${HIDDEN})`,
        ),
        place: 'any',
        severity: 'high',
      },
      {
        find: /(?:>>?|\btee\s{1,3}(?:-a\s{1,3})?|\bcp\s[^\n;|]{1,120}?)\s{0,3}["']?\/etc\/(?:cron[\w.]{1,10}|systemd\/system|init\.d|rc\.local|profile\.d|profile)\b/,
        place: 'code',
      },
      {
        find: /(?:>>?|\btee\s|\b(?:cp|mv|ln)\s[^\n;|]{1,120}?|\bopen\(|\bwriteFile(?:Sync)?\(|\blaunchctl\s{1,3}(?:load|bootstrap)\s)[^\n;|]{0,80}Library\/Launch(?:Agents|Daemons)/,
        place: 'code',
      },
      { find: /\bsystemctl\s{1,3}(?:--user\s{1,3})?enable\b/, place: 'code', severity: 'low' },
      { find: new RegExp(String.raw`>>\s{0,3}${STARTED_BY_SHELLS}`), place: 'code', unless: ONLY_PATH },
      {
        find: new RegExp(String.raw`>>\s{0,3}${STARTED_BY_SHELLS}(?<=${HIDDEN}[^\n]{0,200})`),
        place: 'code',
        severity: 'high',
      },
      {
        find: new RegExp(
          String.raw`\b(?:open|appendFile(?:Sync)?)\([^\n;]{0,80}?\.(?:zshrc|bashrc|bash_profile|zprofile|profile)["')]{1,3}\s{0,3},`,
        ),
        place: 'code',
      },
      {
        find: /(?:>>|\btee\s{1,3}-a)\s{0,3}["']?[\w~$/{}]{0,40}\/?\.ssh\/authorized_keys/,
        place: 'any',
        severity: 'high',
      },
      {
        find: /\bschtasks(?:\.exe)?\s{1,3}\/create|\bRegister-ScheduledTask\b|CurrentVersion\\{1,2}Run(?:Once)?\b|Start Menu\\{1,2}Programs\\{1,2}Startup/i,
        place: 'code',
      },
      {
        find: /(?:>>?|\bcp\s[^\n;|]{1,120}?|\bopen\(|\bwriteFile(?:Sync)?\()\s{0,3}["']?[\w./$~{}-]{0,60}\.git\/hooks\/\w|\bgit\s{1,3}config\s{1,3}--global\s{1,3}core\.hooksPath/,
        place: 'code',
      },
    ],
  },
];
