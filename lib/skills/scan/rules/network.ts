/** Rules about whom a skill talks to, and whether it carries off what it should not. */
import type { Rule } from '../rule.ts';
import { dumpsThatAreSent } from './dump-and-send.ts';
import { following, warnedAgainst } from './wording.ts';

/** Collect what is posted to them for whoever looks, or hand out what anybody put there. */
const DROPS = String.raw`(?:webhook\.site|(?:[\w-]{1,40}\.)?requestbin\.(?:com|net)|[\w-]{1,40}\.m\.pipedream\.net|requestcatcher\.com|[\w-]{1,40}\.requestcatcher\.com|hookbin\.com|webhook\.cool|(?:[\w-]{1,60}\.){1,3}(?:oast\.(?:fun|live|pro|site|online|me)|interact\.sh|oastify\.com|burpcollaborator\.net|dnslog\.cn|ceye\.io)|[\w-]{1,40}\.beeceptor\.com|canarytokens\.com|glot\.io/snippets|pastebin\.com/raw|paste\.ee/r|hastebin\.com/raw|rentry\.(?:co|org)|ghostbin\.\w{2,4}|termbin\.com|sprunge\.us|ix\.io|transfer\.sh|bashupload\.com|temp\.sh|oshi\.at|0x0\.st|file\.io|gofile\.io|store\d{1,2}\.gofile\.io|anonfiles\.com|(?:files\.|litter\.)?catbox\.moe)`;
const TUNNELS = String.raw`[\w-]{3,60}\.(?:ngrok\.io|ngrok-free\.(?:app|dev)|ngrok\.(?:app|dev)|trycloudflare\.com|loca\.lt|lhr\.life|serveo\.net|localhost\.run|bore\.pub)`;
const PLACEHOLDER =
  /(?:your|my|example|sample|demo|test|random|some)[-_]?\w{0,20}\.(?:ngrok|trycloudflare|loca|lhr|serveo)|\/\/(?:abc|xxx|xyz|1234|[a-f0-9]{0,4}abc)[\w-]{0,20}\.|<[\w -]{1,40}>|\*\./i;

const OWN_ADDRESSES = String.raw`(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])|192\.0\.[02]|198\.51\.100|198\.1[89]|203\.0\.113|22[4-9]|2[3-5]\d|1\.1\.1\.1|1\.0\.0\.1|1\.2\.3\.4|8\.8\.[48]\.[48]|9\.9\.9\.9)\.?`;
const SHORTENERS = String.raw`(?:bit\.ly|tinyurl\.com|t\.co|goo\.gl|is\.gd|v\.gd|ow\.ly|cutt\.ly|rb\.gy|shorturl\.at|rebrand\.ly|tiny\.cc|buff\.ly|t\.ly|clck\.ru|qrco\.de)`;

const METADATA = String.raw`(?:169\.254\.169\.254|169\.254\.170\.2|metadata\.google\.internal|100\.100\.100\.200|\[fd00:ec2::254\]|2852039166|0xa9fea9fe)`;
const FETCHED = String.raw`\b(?:curl|wget|requests\.\w{3,7}|httpx\.\w{3,7}|fetch|urlopen|axios(?:\.\w{3,7})?|got|http\.\w{3,7}|Request|irm|iwr|Invoke-\w{7,11})\b`;
const SEND_ELSEWHERE =
  /(?:\s(?:-d|-F|-T|--data(?:-\w{1,10})?|--form|--upload-file|--post-data|--json)\s[^\n]{0,200}|\.(?:post|put)\([^\n]{0,60})https?:\/\/(?!(?:[\w.-]{1,80}\.)?(?:googleapis\.com|amazonaws\.com|azure\.com|windows\.net|google\.internal|169\.254)|169\.254|localhost|127\.)/i;

const PRIVATE = String.raw`(?:secrets?|passwords?|passwd|credentials?|env(?:ironment)?|os\.environ|process\.env|conversation|chat|history|context|system_?prompt|memory|cookies?|private_?key|api_?keys?|user_?(?:data|input|info|messages?)|session|exfil\w{0,8}|stolen|file_?contents?)`;
const HOLE = String.raw`(?:\$?\{\{?|%7B|<|\[|\$\()[\s\w.-]{0,30}`;

export const networkRules: readonly Rule[] = [
  {
    id: 'SK-NX-01',
    severity: 'high',
    title: 'Talks to a place where anybody can drop or pick up data',
    advice:
      'Ask whose address it is. A skill that sends data should name a service that somebody answers for.',
    patterns: [
      {
        find: new RegExp(
          String.raw`\bhttps?://(?:[\w-]{1,40}:[^@\s]{1,40}@)?(?:www\.)?${DROPS}(?![\w-]|\.\w)`,
          'i',
        ),
        place: 'code',
      },
      {
        find: new RegExp(
          String.raw`(?<=[\s@./])${DROPS}(?![\w-]|\.\w)(?<=\b(?:curl|wget|nc|ncat|ping|nslookup|dig)\s[^\n]{0,160})`,
          'i',
        ),
        place: 'code',
        unless: /https?:\/\//,
      },
      { find: new RegExp(String.raw`\bhttps?://(?:www\.)?${DROPS}/[\w-]{5,80}`, 'i'), place: 'prose' },
      {
        find: new RegExp(String.raw`\b(?:https?|wss?|tcp)://${TUNNELS}\b`, 'i'),
        place: 'any',
        unless: PLACEHOLDER,
      },
      { find: /\bapi\.telegram\.org\/(?:file\/)?bot/i, place: 'any' },
      {
        find: /\b(?:discord|discordapp|ptb\.discord|canary\.discord)\.com\/api\/(?:v\d{1,2}\/)?webhooks\/(?:\d{15}|\$|\{|["'])/i,
        place: 'any',
        unless: /\/webhooks\/(?:your|1234567890|<|\.\.\.)/i,
      },
    ],
  },
  {
    id: 'SK-NX-02',
    severity: 'medium',
    title: 'Hides where an address leads',
    advice: 'Have the skill name the host it talks to; look the address up before you allow it.',
    patterns: [
      {
        find: new RegExp(
          String.raw`\b(?:https?|ftp|wss?|tcp)://(?:[\w-]{1,40}(?::[^@\s/]{0,40})?@)?(?!${OWN_ADDRESSES})\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\w)`,
          'i',
        ),
        place: 'any',
      },
      { find: /\bhttps?:\/\/(?:0x[\da-f]{8}|\d{8,10})(?=[/:\s"'\u0060)]|$)/im, place: 'any' },
      {
        find: new RegExp(String.raw`\bhttps?://(?:www\.)?${SHORTENERS}/[\w-]{2}`, 'i'),
        place: 'any',
        unless: /\/(?:example|your|xxx|abc123?)\b/i,
      },
      { find: /\bhttps?:\/\/(?:[\w-]{1,63}\.){0,4}xn--[a-z\d-]{2,59}/i, place: 'any' },
    ],
  },
  {
    id: 'SK-NX-03',
    severity: 'medium',
    title: 'Asks the cloud machine it runs on for its credentials',
    advice: 'Block the metadata address where agents run, or give the skill credentials of its own.',
    patterns: [
      {
        find: new RegExp(following(METADATA, String.raw`${FETCHED}[^\n]{0,160}`), 'i'),
        place: 'code',
        unless: /\b(?:block|deny|forbid|reject|prevent)/i,
      },
      {
        find: new RegExp(
          String.raw`${METADATA}[^\n]{0,120}?(?:/token|security-credentials|/credentials|/identity)`,
          'i',
        ),
        place: 'code',
        together: SEND_ELSEWHERE,
        severity: 'high',
      },
    ],
  },
  {
    id: 'SK-NX-04',
    severity: 'high',
    title: 'Puts private data into the address of an image or link',
    advice: 'Do not install it: whoever shows the image or opens the link sends the data out.',
    patterns: [
      {
        find: new RegExp(
          String.raw`!\[[^\]\n]{0,120}\]\(\s{0,3}<?https?://[^)\s]{0,200}?${HOLE}${PRIVATE}`,
          'i',
        ),
        place: 'any',
      },
      {
        find: new RegExp(
          String.raw`(?<!!)\[[^\]\n]{1,120}\]\(\s{0,3}<?https?://(?=[^)\s]{0,200}[?&#])[^)\s]{0,250}?${HOLE}${PRIVATE}`,
          'i',
        ),
        place: 'any',
      },
      {
        find: new RegExp(
          String.raw`<img\b[^>]{0,200}?src\s{0,2}=\s{0,2}["'{\u0060]{0,2}https?://[^"'>\s]{0,200}?${HOLE}${PRIVATE}`,
          'i',
        ),
        place: 'any',
      },
      {
        find: /\.src\s{0,2}=\s{0,2}[^\n]{0,160}(?:document\.cookie|localStorage|sessionStorage)/,
        place: 'any',
      },
      {
        find: /\b(?:append|include|encode|embed|insert|add|put)\b[^\n.]{0,100}\b(?:conversation|chat history|secrets?|environment variables|system prompt|memory|credentials)\b[^\n.]{0,100}\b(?:image|img|markdown (?:image|link)|tracking pixel)\b/i,
        place: 'prose',
        unless: warnedAgainst('append|include|encode|embed|insert|add|put'),
      },
    ],
  },
  {
    id: 'SK-NX-05',
    severity: 'critical',
    title: 'Collects secrets and sends them away',
    advice: 'Do not install it. Where it ran, replace every credential that it could read.',
    check: dumpsThatAreSent,
  },
];
