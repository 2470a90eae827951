/** Rules about what a skill brings in from elsewhere: instructions, packages, programs people are lured into running. */
import type { Rule } from '../rule.ts';
import { following, warnedAgainst } from './wording.ts';

const TELLING = String.raw`(?:instructions?|prompts?|directives?|commands?|skill (?:file|definition)|SKILL\.md|system prompt|playbook|workflow)`;
const AGENT_FILE = String.raw`(?:SKILL|AGENTS|CLAUDE|HEARTBEAT|MEMORY|SOUL|INSTRUCTIONS|PROMPT)\.md\b`;
const INSTALLABLE = String.raw`\.(?:exe|msi|dmg|pkg|scr|bat|zip|rar|7z|appimage|deb|rpm|jar|vbs|hta|app)\b`;
const TERMINAL = String.raw`(?:terminal|powershell|command prompt|command line|\bcmd\b|run dialog|shell)`;

/** Started from the project's own packages, not from the registry, almost everywhere. */
const LOCAL_TOOLS = String.raw`(?:tsc|eslint|prettier|vitest|jest|playwright|next|vite|webpack|tsx|ts-node|cypress|prisma|drizzle-kit|biome|turbo|nx|expo|mocha|tailwindcss|nuxt|astro|hardhat|mastra|lint-staged|husky|knip|nest|ng|rollup|esbuild|stylelint|storybook|react-native|pod-install|remotion|convex|supabase|wrangler|vercel|firebase|eas|shadcn|shadcn-ui)`;
const PACKAGE = String.raw`(?:@[\w.-]{1,60}/)?[\w.-]{1,60}`;
const MISSPELT = String.raw`(?:reqeusts?|requets|requestss|reqests|requsts|urlib3|urllib4|beautifulsoap\d?|beutifulsoup\d?|colourama|djanga|flaks|nunpy|numpi|pandsa|pandass|pytorhc|tensorfow|tensorlow|crossenv|lodahs|loadsh|axois|axioss|expresss|electorn|mongose|openaii|antropic|anthropics-sdk|langchian|discordpy|python-dateutils|jeIlyfish|ethres|chalks|dotenvv)`;

export const supplyChainRules: readonly Rule[] = [
  {
    id: 'SK-SC-01',
    severity: 'high',
    title: 'Fetches its instructions from elsewhere when it runs',
    advice: 'Ship the instructions with the skill: what is fetched can change after it was approved.',
    patterns: [
      {
        find: new RegExp(
          String.raw`\b(?:fetch|retrieve|load|pull|download|get|read)\s{1,3}(?:and\s{1,3}(?:follow|execute|apply|run)\s{1,3})?(?:the\s{1,3}|its\s{1,3}|your\s{1,3}|our\s{1,3}|new\s{1,3}|any\s{1,3})?(?:latest|newest|current|updated|remote|fresh|up-to-date|additional|further|new|full|actual|today'?s)\s{1,3}(?:\w{1,16}\s{1,3}){0,3}?(?:${TELLING}|rules|guidelines)\b[^\n]{0,100}?https?://`,
          'i',
        ),
        place: 'any',
        unless: warnedAgainst('fetch|retrieve|load|pull|download|get|read'),
      },
      {
        find: new RegExp(
          String.raw`\b(?:fetch|retrieve|pull|curl|download|visit|open|read|load|GET)\b[^\n]{0,80}?https?://[^\s)"'>\u0060]{4,200}[^\n]{0,80}?\b(?:and|then)\s{1,3}(?:\w{1,12}\s{1,3}){0,2}?(?:follow|execute|obey|carry out|perform|act on|comply with|run)\s{1,3}(?:\w{1,12}\s{1,3}){0,4}?(?:${TELLING}|steps|whatever|everything|it says|what it|tasks?|response|contents?|output)\b`,
          'i',
        ),
        place: 'any',
        unless: warnedAgainst('fetch|retrieve|pull|curl|download|visit|open|read|load|follow|execute|run'),
      },
      {
        find: new RegExp(
          String.raw`\b(?:follow|execute|obey|carry out|comply with)\s{1,3}(?:the\s{1,3}|all\s{1,3}|any\s{1,3}|whatever\s{1,3})?(?:\w{1,16}\s{1,3}){0,2}?(?:instructions|commands|directives)\s{1,3}(?:\w{1,12}\s{1,3}){0,3}?(?:returned|served|hosted|found|published|contained|received|fetched|downloaded)\b[^\n]{0,60}?https?://`,
          'i',
        ),
        place: 'prose',
        unless: warnedAgainst('follow|execute|obey|carry out'),
      },
      {
        find: new RegExp(
          String.raw`\b(?:curl|wget)\b[^\n]{0,160}?https?://[^\s"'\u0060]{1,200}/(?:\w{1,30}[-_])?${AGENT_FILE}`,
          'i',
        ),
        place: 'any',
      },
      {
        find: new RegExp(
          String.raw`\b(?:curl|wget|urlretrieve|writeFile(?:Sync)?|write_text)\b[^\n]{0,240}?(?:\.claude|\.codex|\.openclaw|\.clawdbot|\.moltbot|\.cursor|\.gemini|\.agents)/skills/`,
          'i',
        ),
        place: 'code',
      },
    ],
  },
  {
    id: 'SK-SC-02',
    severity: 'medium',
    title: 'Installs what nobody has pinned or checked',
    advice: 'Name exact versions from the ordinary registry, and leave certificate checks on.',
    patterns: [
      {
        find: new RegExp(
          String.raw`\b(?:npx|bunx|pnpm\s{1,3}dlx|yarn\s{1,3}dlx)\s{1,3}(?:-{1,2}(?:y|yes|quiet|q)\s{1,3}){0,2}(?!-)(?!${LOCAL_TOOLS}(?![\w.-]|@\d))${PACKAGE}(?:@latest|@next)?(?=[\s"'\u0060)\]]|$)`,
          'm',
        ),
        place: 'code',
        severity: 'low',
      },
      {
        find: new RegExp(
          String.raw`\b(?:uvx|pipx\s{1,3}run|uv\s{1,3}tool\s{1,3}run)\s{1,3}(?!-)${PACKAGE}(?=[\s"'\u0060)\]]|$)`,
          'm',
        ),
        place: 'code',
        severity: 'low',
        unless: /==\d|@\d/,
      },
      {
        find: /\b(?:pip3?|uv(?:\s{1,3}pip)?|pipx)\s{1,3}(?:install|add)\b[^\n|;&]{0,120}?(?:git\+|https?:\/\/(?!pypi\.org|download\.pytorch\.org|files\.pythonhosted\.org))/,
        place: 'code',
      },
      {
        find: /\bpip3?\s{1,3}install\b[^\n|;&]{0,160}?(?:--(?:extra-)?index-url[= ]\s{0,2}["']?https?:\/\/(?!pypi\.org|download\.pytorch\.org)|--trusted-host\b)/,
        place: 'code',
      },
      {
        find: /\b(?:npm|pnpm|yarn|bun)\s{1,3}(?:i|install|add)\b[^\n|;&]{0,120}?(?:https?:\/\/|git\+|github:|--registry[= ]\s{0,2}https?:\/\/(?!registry\.npmjs\.org))/,
        place: 'code',
        unless: /registry\.npmjs\.org/,
      },
      {
        find: /\b(?:(?:npm|pnpm|yarn)\s{1,3}config\s{1,3}set\s{1,3}registry\s{1,3}|registry\s{0,2}=\s{0,2}|(?:global\.)?index-url\s{0,3}=?\s{0,2}|UV_INDEX_URL=)["']?https?:\/\/(?!registry\.npmjs\.org|registry\.yarnpkg\.com|pypi\.org|localhost|127\.|download\.pytorch\.org)/,
        place: 'code',
      },
      {
        find: /\bcargo\s{1,3}install\b[^\n|;&]{0,80}--git\b|\bgem\s{1,3}install\b[^\n|;&]{0,80}--source\b/,
        place: 'code',
      },
      {
        find: /\bcurl\b[^\n|;]{0,200}?\s(?:-[a-jl-zA-Z]{0,6}k[a-zA-Z]{0,6}\s|--insecure\b)|\bwget\b[^\n|;]{0,200}?--no-check-certificate\b/,
        place: 'code',
        unless: /localhost|127\.0\.0\.1|\[::1\]/,
      },
      {
        find: /(?<![\w.])verify\s{0,2}=\s{0,2}False\b|\bNODE_TLS_REJECT_UNAUTHORIZED['"]?\]?\s{0,2}=\s{0,2}["']?0|\brejectUnauthorized\s{0,2}:\s{0,2}false|\bGIT_SSL_NO_VERIFY\s{0,2}=\s{0,2}["']?(?:1|true)|http\.sslVerify\s{1,3}["']?false|\bstrict-ssl\s{0,2}[= ]\s{0,2}false|\bssl\._create_unverified_context/,
        place: 'code',
      },
      {
        find: new RegExp(
          String.raw`\b(?:pip3?|uv|npm|pnpm|yarn|bun|pipx)\s{1,3}(?:pip\s{1,3})?(?:install|i|add)\s[^\n|;&]{0,100}?(?<=[\s"'])${MISSPELT}(?![\w-])`,
        ),
        place: 'any',
      },
    ],
  },
  {
    id: 'SK-SC-03',
    severity: 'high',
    title: 'Lures people into running a program',
    advice:
      'Do not run it. A skill that needs a program names it in a package registry or brings its source.',
    patterns: [
      {
        find: /\b(?:extract|unzip|unrar|unpack|decompress|unarchive|archive|zip|rar|7z)\b[^\n]{0,100}?\b(?:pass(?:word|code|phrase)?|pwd)\b[\s\u0060"'*(]{0,4}(?:is\s|:|=|-\s)[\s\u0060"'*]{0,5}[\w!@#$-]{3,40}/i,
        place: 'any',
        together: /https?:\/\/[^\s)"']{1,300}/i,
        unless:
          /\b(?:getpass|os\.environ|process\.env|your|password=["']?(?:password|pass|pwd|None|args)|pyzipper|def )\b/i,
      },
      {
        find: /\b(?:unzip\s[^\n]{0,80}?-P\s{0,2}["']?\w|7za?\s{1,3}[xe]\s[^\n]{0,100}?-p["']?\w|unrar\s{1,3}[xe]\s[^\n]{0,60}?-p["']?\w)/,
        place: 'code',
        together: /\b(?:curl|wget)\b[^\n]{0,300}https?:\/\/|releases\/download/i,
      },
      {
        find: new RegExp(
          String.raw`\b(?:prerequisites?|requires?|required|must|mandatory|important|before (?:using|you|installing|running)|won['’]t work|will not (?:work|function)|first)\b[^\n]{0,200}?\b(?:download|install|run|launch|open)\b[^\n]{0,160}?https?://[^\s)"'>]{1,250}${INSTALLABLE}`,
          'i',
        ),
        place: 'any',
      },
      {
        find: new RegExp(
          String.raw`\b(?:prerequisites?|requirements?|setup|installation|required)\b[^\n]{0,100}\n(?:[^\n]{0,300}\n){0,8}?[^\n]{0,80}\b(?:windows|macos)\b[^\n]{0,60}download\b[^\n]{0,120}https?://[^\s)"'>]{1,250}${INSTALLABLE}[^\n]{0,160}\b(?:run|execute|launch|open|extract|double-click)\b`,
          'i',
        ),
        place: 'any',
      },
      {
        find: new RegExp(
          following(
            TERMINAL,
            String.raw`\b(?:copy|paste)\b[^\n]{0,120}`,
            String.raw`(?:https?://|\w\.\w{2,6}/\w)[^\n]{0,380}`,
            String.raw`\b(?:visit|open|go to|navigate to|from|head to)\b[^\n]{0,460}`,
          ),
          'i',
        ),
        place: 'any',
        unless: warnedAgainst('copy|paste'),
      },
      {
        find: new RegExp(
          String.raw`${following(TERMINAL, String.raw`\b(?:into|in|to)\b[^\n]{0,30}`, String.raw`\b(?:copy|paste)\b[^\n]{0,130}`)}[^\n]{0,120}?(?:\n[^\n]{0,40}){0,3}?(?:curl|wget|powershell|iex|irm|base64|mshta|osascript)\b[^\n]{0,200}https?://`,
          'i',
        ),
        place: 'any',
        unless: warnedAgainst('copy|paste'),
      },
    ],
  },
];
