/** English turns of phrase that wrap an order, as data: what they say is put into plain words before anything is read. */
import type { FrameText } from './frames.ts';

const SOMEBODY = '(?:you|u|someone|somebody|anyone|anybody|one of you|the bot)';
/** What may be a connection, after a small word that went wrong. */
const THE_PLACE =
  '(?:the )?(?:openai|open ai|chatgpt|gpt|claude|anthropic|gemini|google|vertex|azure|foundry|local|on-prem|everywhere|all )';
/** "It would … if": what follows is wished for; with these words it is not. */
const UNWELCOME =
  '(?!.{0,40}\\b(?:bad|wrong|mistake|stupid|worse|worst|terrible|awful|silly|odd|strange|weird|surprised|worried|careful|amazed|shocked|upset|angry|sad|happen|become|break|fail)\\b)';
/** What one may mind doing, each with its verb. */
const MINDED =
  'popping pop, slapping slap, plugging plug, throwing throw, sticking stick, chucking chuck, tossing toss, hooking hook, wiring wire, dropping drop, placing place, sliding slide, shoving shove, yanking yank, pulling pull, taking take, kicking kick, booting boot, ripping rip, ditching ditch, dumping dump, bumping bump, pushing push, bringing bring, moving move, rolling roll, switching switch, getting get, setting set, putting put, running run, trying try, stopping stop, killing kill'
    .split(', ')
    .map((pair) => pair.split(' '));

export const ENGLISH_FRAMES: readonly FrameText[] = [
  ...MINDED.map(
    ([gerund = '', verb = '']): FrameText => [
      `\\b(?:(?:would|do) (?:you|u) )?(?:mind|care to try|fancy) ${gerund}\\b`,
      `could you ${verb}`,
    ],
  ),
  // Said without who says it.
  ["(?<=^|[.!?\\n] ?)(?:would|'d) (?:really )?(?:love|like|appreciate)(?= )", 'i would like'],
  ['(?<=^|[.!?\\n] ?)(?:need|needing|wanted)(?= [\\w@])(?! (?:to|help|your help)\\b)', 'we need'],
  ["\\bit(?:'s| is) (?:high |about )?time (?:that )?(?:we|i|you) (?:had|got|have)\\b", 'we need'],
  // What is not wanted.
  ["\\blet(?:'s|s| us) not\\b", "don't"],
  [
    "\\b(?:i|we)(?:'d| would|'ll| will)? (?:rather|prefer to|want to|would like to) (?:keep|stay on|stay with|stick with|stick to|leave|hold on to)(?= )",
    'do not update',
  ],
  [
    '\\b(?:great|good|nice|excellent|fine|amazing|super) (?:job|work)(?: (?:on|with) (?:that|the|this) [\\w가-힣 -]{1,40})?',
    'thanks',
  ],
  // "/install docx".
  ['^\\s*\\/(?:skillbot |skills? |bot )?(?=[a-z가-힣])', ''],
  // Small words with two letters changed over.
  [`\\b(?:form|fomr|frm|fro|frmo|rfom|ffrom)\\b(?= ${THE_PLACE})`, 'from'],
  [`\\b(?:onn|om|ono|oon)\\b(?= ${THE_PLACE})`, 'on'],
  [`\\b(?:ot|tot|too|tp)\\b(?= ${THE_PLACE})`, 'to'],
  ['\\b(?:teh|hte|thr)\\b', 'the'],
  ['\\b(?:staus|stauts|sttus|statsu|satus|sttaus)\\b', 'status'],
  // Apostrophes left out.
  ['\\b(what|where|how|who)s (?=[a-z가-힣])', "$1's "],
  ['\\b(is|did|does|would|should|could|was|has|have|are)nt\\b', "$1n't"],
  ['\\bcant\\b', "can't"],
  ['\\bwont\\b', "won't"],
  ['\\b(i|we)d (?=(?:like|love|appreciate|need|want) )', "$1'd "],
  ['\\b(?:adn|nad|annd)\\b', 'and'],
  ['\\b(?:latset|lastest|latets|lateset|latst|laatest|ltest)\\b', 'latest'],
  ['\\b(?:pleas|plese|pleaes|plaese|pelase|plase|pleae|plesae|pleease|pleasee)\\b', 'please'],
  ['\\b(?:cna|acn|cann) (?=you|u|we|i)', 'can '],
  ['\\b(?:cuold|coudl|culd) (?=you|u|we|i)', 'could '],
  // Greetings with a time of day in them.
  [
    '^\\s*(?:(?:hi|hey|hello|good),? )?(?:morning|afternoon|evening)(?: all| everyone| everybody| team| folks| there| guys| [\\w가-힣-]{1,12}(?=[,!]))?(?=[,!. \\n])(?! (?:at|on|in|run|install|upgrade)\\b)',
    '',
  ],
  [
    '\\bsorry (?:to|for|about) (?:bother|trouble|disturb|ping|nag|bug|chas|interrupt)(?:ing)?(?: (?:you|u|anyone))?(?: [\\w ]{1,25}?)?(?=[.,!;:]|\\n|$)',
    '',
  ],
  ['\\b(?:was|were|worked|ran|looked|felt)((?: [\\w가-힣-]+){0,4}) (?:before|earlier)(?=[.!?;,]|$)', 'was$1'],
  // When there is time.
  [
    "[,;]? ?\\b(?:when(?:ever)?|once|as soon as|if) (?:you|u)(?: get| have| find|'ve got| can spare| happen to have)(?: a| the| some| any| half a)?(?: few| spare| free| quiet| little)? (?:secs?|seconds?|minutes?|mins?|moments?|chance|time|break|opportunity|window)(?: or two| to spare| for (?:it|this|that)| today)?\\b",
    '',
  ],
  // Polite endings.
  [
    "[,;]? if (?:you'd|you would|you could|you can|you) (?:be (?:so|very) (?:good|kind|nice)|please|don't mind|wouldn't mind|(?:would|could)(?= ?[,.!?;:]| ?$)|find [\\w ]{0,20}(?:minute|moment|second|time)|have [\\w ]{0,20}(?:minute|moment|second|time))\\b",
    '',
  ],
  [
    "[,;]? if (?:that|it|this|at all)?(?:'s| is| isn't| is not| can be| could be| can at all be)? ?(?:not )?(?:at all )?(?:possible|arranged|ok|okay|alright|all right|fine|too much(?: trouble| to ask)?|no trouble|managed|feasible|convenient)\\b",
    '',
  ],
  // What it is for.
  [
    "(?<=^|[.!?\\n] ?)for (?:my|our|the|a|an|this|tomorrow's|today's) (?:[\\w가-힣-]+ ){0,3}(?:notes?|report|deck|slides|minutes|records?|documentation|handover|meeting|audit|presentation|paperwork|files),? (?=i |we |please |can |could |would |show |list |tell |give )",
    '',
  ],
  // Wishes.
  [
    "\\b(?:i|we)(?: would|'d) (?:really |very much |greatly |all )*(?:appreciate|welcome|enjoy|like|love) (?:having|getting|seeing)\\b",
    'i want',
  ],
  [
    "(?:\\b(?:the|our|my|some|all|both|these|those) )?(?:\\b[a-z]+ )?\\b(?:team|group|department|crew|folks|people|office|squad|colleagues|developers|designers|analysts|engineers|testers|writers|lawyers) (?:would|'d) (?:really |also |all )*(?:like|love|want)(?: to (?:have|get|see|use))?(?= (?!to )[\\w가-힣-])",
    'we need',
  ],
  [
    '(?<=openai|gpt|claude|anthropic|gemini|google|vertex|azure|foundry|local) in (?=(?:prod|production|staging|stage|research)\\b(?=[.,!?]|$| please))',
    ' ',
  ],
  [
    `\\b(?:it|this|that|i|we) ?(?:would|'d|will|'ll)\\b${UNWELCOME}(?: [\\w',-]+){1,9}? if (?!i |we )(?:${SOMEBODY} (?:could|would|can|might)(?: please| kindly)? )?`,
    'please ',
  ],
  [
    `\\b(?:i|we)(?: was| am|'m| were|'re)? wondering (?:if|whether) (?:${SOMEBODY} (?:could|would|can|might)(?: please| kindly)? )?(?=[^.?!]{0,80}\\b(?:could|can|might|would|be)\\b)(?!it would be (?:wise|better|good))`,
    'please ',
  ],
  [`\\b(?:it is|it's) (?:high|about) time(?: that)? (?:${SOMEBODY} )?`, 'please '],
  ["\\b(?:i|we)(?: am|'m| are|'re) after\\b", 'we need'],
  ['\\bcould (?:really )?do with\\b', 'needs'],
  [
    '\\bplease ((?:[\\w가-힣-]+ ){1,4}?)(?:were|was|would be|could be) (?:available |installed )?(?=(?:on|in|onto) )',
    'we need $1',
  ],
  // Polite openings.
  ['\\bmight you(?: please| kindly| possibly| perhaps)?(?= [a-z])', 'could you'],
  [
    '\\bwould it be (?:possible|ok|okay|feasible|alright) for ((?:[^?.!]|\\.(?=\\d)){1,60}?) to be(?= )',
    '$1 should be',
  ],
  [
    `\\b(?:may|might|can|could) (?:i|we)(?: therefore| please| kindly)? (?:ask|trouble|bother|beg|request)(?: of)? ${SOMEBODY} to\\b`,
    'please',
  ],
  [
    '\\bwould it be (?:possible|too much(?: trouble)?(?: to ask)?|ok|okay|asking too much)(?: for you)? to\\b',
    'please',
  ],
  [
    `\\b(?:could|can|would|will) ${SOMEBODY} (?:please )?(?:see to it that|make sure that|ensure that)\\b`,
    'please',
  ],
  [
    `(?<!\\b(?:why|what|how|who|when) )\\b(?:could|can|would|will) (?:someone|somebody|anyone|anybody)(?: please| kindly)?(?= [a-z])`,
    'please',
  ],
  [`\\bplease (?:see (?:to it )?that|make sure that|ensure that)\\b`, 'please'],
  [
    `(?<!\\bwhat (?:else )?)\\b(?:would|are) ${SOMEBODY} (?:be )?(?:willing|able|so kind as|kind enough|so good as|good enough) to\\b`,
    'please',
  ],
  [
    '\\b(?:be so kind as to|be so good as to|be a (?:sport|dear|star|legend|pal) and|do (?:me|us) (?:a|the) (?:favou?r|kindness)(?: and|:)?)',
    'please',
  ],
  ['\\b(?:kindly )?do the needful and\\b', 'please'],
  ['\\b(?:i|we) (?:therefore |kindly |hereby |would like to )*request (?:that|the)\\b', 'please'],
  [`\\b(?:somebody|someone) (?:ought to|should|needs to|has to|must)\\b(?! (?:have|not)\\b)`, 'please'],
  // "The designers would be over the moon if you …", "it would be a great help if …".
  [
    `(?<![\\w가-힣'-])(?:[\\w가-힣'-]{1,40} ){1,4}would (?:all |really |very much |both |only |truly )*(?:be (?:so |very |truly |really |most |ever so |extremely |eternally )*(?:grateful|happy|happier|glad|delighted|thrilled|pleased|relieved|over the moon|thankful|obliged|chuffed|ecstatic|indebted|overjoyed)|appreciate(?: it)?|love(?: it)?|cheer|rejoice|thank you|sleep better)(?: [\\w가-힣'-]+){0,4}? if (?!i |we )(?:${SOMEBODY} (?:could|would|can|might)(?: please| kindly)? )?`,
    'please ',
  ],
  [
    `\\b(?:would|will|could) (?:it|that|this) (?:put you out|trouble you|bother you|inconvenience you|be (?:too much of )?(?:a|any) (?:bother|trouble|hassle|problem|imposition)|be (?:terribly |very |too )?(?:inconvenient|impolite|rude|cheeky))(?: [a-z]+)? to\\b`,
    'please',
  ],
  [
    `\\b(?:do|did|would|don't) ${SOMEBODY} (?:reckon|suppose|think|believe|imagine|fancy)(?: that)? ${SOMEBODY} (?:could|can|might|would be able to)\\b`,
    'please',
  ],
  [
    `\\b(?:is there|any) (?:a |any )?(?:chance|way|possibility)(?: that| for)? ${SOMEBODY} (?:could|can|might|to)\\b`,
    'please',
  ],
  [`\\bso might ${SOMEBODY}\\b`, 'so please'],
  ['\\blet (?:us|me|them) have(?= )', 'i want'],
  ["\\b(i|we|they|he|she)(?:'ll| will)(?: soon| then| probably)? be (?=[a-z]+ing\\b)", '$1 are '],
  [
    "\\b(i|we) (?:should|would|'d) (?:very much |really |dearly |also |so )*(like|love|appreciate)\\b",
    '$1 would $2',
  ],
  ['\\b(?:might|may) (?:i|we)(?: please| kindly)? (?:have|get)\\b', 'can i please have'],
  [
    "\\b(?:i|we)(?:'ll|'d| will| would| must| have to| need to| want to| would like to| hereby| therefore| kindly| am here to| have come to)* (?:ask|apply|beg|plead|petition) (?:that|for)(?= (?:the )?[\\w가-힣-]+(?: [\\w가-힣-]+){0,3} (?:to )?be )",
    'i want',
  ],
  [
    '\\b(?:my|our) (?:suggestion|request|wish|ask|question to you|plea)(?: is| would be)?(?: that)?:?(?= )',
    '',
  ],
  [
    '(?:\\b(?:will ya|would ya|will you|would you|could you|can you)|, (?:yeah|ok|okay|alright|right))\\?(?=\\s*$)',
    'please',
  ],
  ["\\b(?:i|we)(?: would|'d) (?:much )?(?:rather|sooner|prefer to|prefer) (?:have|see)\\b", 'i want'],
  ["\\b(?:i|we)(?: would|'d) be (?:[a-z]+ ){1,3}to (?:see|have|get|find)\\b", 'i want'],
  [
    "\\blet(?:'s| us) (?:have|get(?! rid)|see)(?![^.?!]{0,60}\\bto (?:the )?(?:latest|newest)\\b)(?= [^.?!]{0,60} (?:installed|removed|upgraded|updated|deleted|deployed|rolled|set up|taken|put|added|back|on|onto|off)\\b)",
    'please have',
  ],
  [
    "\\b(?:it|that)(?:'d| would) be (?:so |really |very |most |super )?(?:a )?(?:great|good|nice|lovely|awesome|wonderful|fantastic|helpful|useful|handy|ideal|perfect|cool|amazing|excellent|brilliant|big help|great help)(?: for (?:us|me))? (?:to have|to get|to see|having|getting|with)\\b",
    'i want',
  ],
];
