/** English turns of phrase of people who write long and politely, as data; they go before all others. */
import { CONNECTION, NAME } from './frame-parts.ts';
import type { FrameText } from './frames.ts';

/** Up to here in the same sentence; the dots of versions do not end one. */
const AHEAD = '(?:[^.!?;]|\\.(?=\\d)){0,80}';
const MODAL = '(?:could|can|would|might|may|should|shall|must|will)';
const PAST_DEED =
  '(?:removed|deleted|installed|upgraded|updated|rolled|uninstalled|reverted|downgraded|put|taken)';

export const ENGLISH_LETTER_FRAMES: readonly FrameText[] = [
  // How it opens and ends.
  [
    '\\b(?:thanks|thank you|cheers) (?:&|and) (?:(?:best|kind|kindest|warm|with) )*(?:regards|wishes|greetings|best|bye|have a (?:nice|good|great|lovely) [a-z]+)',
    'thanks',
  ],
  [
    '(?<=^|[.!?\\n] ?)(?:on behalf of|in the name of|speaking for) (?:[\\w&-]+ ){1,5}?(?=(?:i|we|please|could|can|kindly)\\b)',
    '',
  ],
  [
    '\\b(?:may|might|can|could) (?:i|we)(?: please| kindly| just| also| quickly)? (?:ask|inquire|enquire|know)(?= (?:how|what|which|whether|if|where|when|why)\\b)',
    'tell me',
  ],
  [
    '(?<=^|[.!?\\n] ?)(?:@?[\\w가-힣-]+,? )?(?:and )?(?:next|first|second|then|lastly|finally)(?: up| of all| thing)?[,:] ?(?=[a-z가-힣])',
    '',
  ],
  [
    '(?<=^|[.!?,\\n] ?|please |let us |can you |could you )go (?:ahead )?(?:and )?(?=(?:put|switch|step|get|drop|take|bring|have|install|remove|upgrade|update|try|roll|set|run|give|move)\\b)',
    '',
  ],
  [
    '^((?!(?:@?[\\w가-힣-]+,? )?(?:is|are|was|were|does|do|did|has|have|how|what|which|everything|all|should|shall|am)\\b)[^?\\n]*?\\w),? (?:ok|okay|alright|yeah|right)\\?\\s*$',
    '$1, please',
  ],
  [
    "(?<!\\b(?:do|did|does|would|will|might|may|shall|if|that|when|because|why) )\\b(we|i)(?: have|'ve got| have got| gotta|'ve)? (?:got to|gotta|have to|must)\\b(?! (?:be|say|admit|ask|know|tell|go|leave|wait|think|check|confess)\\b)",
    '$1 need to',
  ],
  // What is said of times, people and faults.
  [
    '\\b(?:all the time|every (?:single )?time|each time|all day(?: long)?|day and night|constantly|over and over(?: again)?)\\b',
    '',
  ],
  [
    '(?<=^|[.!?,;:\\n] ?|(?:because|since|as|and|but|so) )(?:the|our|my|their|his|her|whole|entire) (?:(?!on\\b|to\\b|because\\b|since\\b)[\\w가-힣-]+ ){0,3}?(?:team|department|group|crew|folks|guys|squad|colleagues|unit|division|designers|developers|analysts|engineers|writers|testers|lawyers|customers?|clients?|users|interns|boss|manager)(?: (?:also|all|really|now|just|badly|urgently|desperately|still|both))* (?:needs?|wants?|would like|wishes for|requires?|(?:is|are|was|were) (?:asking|begging|crying|waiting) for|(?:has|have|had) (?:asked|requested|begged) for|asked for|requested|keeps? asking for|could use|is in need of)(?= )(?! (?:to|it[:,.]|this[:,.]|that[:,.])(?:\\b|(?=\\W)))',
    'we need',
  ],
  ['^[^.!?:\\n]{2,50}? (?:asked|asking|begging|crying|waiting|pleading) for (?:it|that|this|them): ?', ''],
  ['(?<![,;.]) so (?=(?:please|can you|could you|kindly|would you)\\b)', ', so '],
  ['\\bstopp(?:ed|ing) (?=(?:working|responding|functioning|loading|answering)\\b)', 'is not '],
  [
    "\\b(broke|broken|not working|not responding|fail(?:s|ed|ing)?|slow(?:er)?|weird|wrong|crash(?:es|ed|ing)?|act(?:s|ing)? up|misbehav(?:es|ing)|errors?|useless|unusable)( (?:on|in) [\\w가-힣 -]{2,30}?)? (?:ever )?(?:after|since|following) (?:(?:the|that|this|our|its|your|yesterday's) )?(?:(?:last|latest|recent|new) )?(?:update|upgrade|rollout|release|version|change|deployment)(?=[,.]| |$)",
    '$1$2',
  ],
  [
    '\\b([\\w가-힣-]+(?: [\\w가-힣-]+){0,3}) (?:is|are)(?: still| currently)? missing (on|from|in|at) ([^,.;!?]{2,40}),? (?:so )?(?:please |can you |could you |kindly )+(?:fix|sort|change|correct|remedy|solve|help with) (?:that|this|it)\\b',
    'please install $1 on $3',
  ],
  [
    "\\bi (?:forgot|failed|was unable|could not|couldn't|did not manage|didn't manage|have not managed|haven't managed|did not get around|didn't get around|never got around|have no rights|am not able|am not allowed) to ([^?!\\n]{5,80}?),? (?:so )?(?:can|could|would|will) you (?:please )?(?:do (?:it|that|so)|help(?: me| out)?|handle (?:it|that)|take care of (?:it|that)|take over)(?: for me)?(?: please)?(?=[?.! ]|$)",
    'please $1',
  ],
  ['\\brolled (?!(?:it|this|that|them) )((?:[\\w가-힣@.-]+ ){1,4}?)back\\b', 'reverted $1'],
  ['\\bremind (?:me|us|everyone) to (?=[a-z가-힣])', 'later '],
  // What one likes.
  [
    `\\b(?:i|we) (?:really |just |absolutely |totally |all )*(?:like|prefer|love) ${CONNECTION} (?:better|more|over|to) `,
    'i think it is nice ',
  ],
  [
    '(?<=^|[.!?\\n] ?)(?:i|we) (?:really |just |absolutely |totally |all )*(?:love|adore|enjoy|hate|dislike)(?= )(?! (?:to|it if|it when|you to|for|having|getting|seeing)\\b)',
    'i think it is nice',
  ],
  // What stays.
  [
    "^((?:hey,? |hi,? |please |pls |kindly |@\\w+,? )*)(?:don't|do not|never|dont) (?:ever )?touch ",
    "$1don't update ",
  ],
  [
    `^((?:hey,? |hi,? |please |pls |kindly |let's |we should |we need to |just |@\\w+,? )*)keep ${NAME}(?=(?:on|in) )(?!(?:[\\w가-힣-]+ ){1,3}(?:up to date|current|at|updated))`,
    '$1do not update $2',
  ],
  // What is asked and not ordered.
  [
    `^((?:hey,? |hi,? |@\\w+,? )*)should (?=${NAME}be (?:[a-z]+ed|taken|put|rolled|set)\\b[^?]*\\?)`,
    '$1do you think ',
  ],
  [
    '\\b(?:would|will|could|does|might) it (?:hurt|harm|matter|be bad|be a problem|be harmful|do any harm)(?: anyone| anything| us)?(?: if (?:we|i|you)| to)\\b',
    'what if we',
  ],
  // Lists and versions after the place.
  [
    '\\b(install|add|deploy|put|remove|uninstall|delete|upgrade|update) ((?:[\\w가-힣.-]+ ){1,4}?)(on|onto|to|from|in|off) ([^,.;!?]{2,40}), (?:and )?(?:also )?((?:[\\w가-힣.-]+ ){1,4}?)(?:too|as well)(?=[.!,]|$| please)',
    '$1 $2and $5$3 $4',
  ],
  [',? but (?:with |in |at |as |the )*(?=version \\d|v?\\d+\\.\\d)', ' '],
  [
    "\\b(?:i|we)(?:'d| would)? (?:really )?(?:want|need|like|prefer|love|miss)(?: to have)? ((?:[\\w가-힣-]+ ){1,4}?)back (?:at|on|to|in) (?=(?:version )?v?\\d+\\.\\d)",
    'please roll back $1to ',
  ],
  [
    '\\buse (?:the )?(?:branch ([\\w./-]+)|([\\w./-]+) branch) (?:to|and) (install|deploy|put|add) ',
    '$3 branch $1$2 of ',
  ],
  [
    '\\b(?:pin|lock|fix|freeze|hold) ((?:[\\w가-힣@.-]+ ){1,5}?)to (?=(?:commit|tag|branch|sha) )',
    'install $1at ',
  ],
  ['\\b(on|to|from|in|onto|across|off|for) all but(?= )', '$1 all providers but'],
  [' though(?=[.!,]|$)', ''],
  [
    '\\b(everywhere|all (?:providers|connections|accounts|environments)|every (?:provider|connection)) save (?=[a-z가-힣])',
    '$1 except ',
  ],
  [
    '(?<![,.… -])[,.… -]{1,6}h+m+,? ([\\w가-힣 -]{2,30}?) (?:rather|instead|actually)(?=[.!]|$)',
    ', i mean $1',
  ],
  ['\\b(i meant? [^.!?]{2,40}?),? (?:sorry|apologies|my bad|oops|my mistake)[.!]*$', 'sorry, $1'],
  // What the bot is asked about itself, and lists.
  ['^(?:the |all )?(skills|connections|providers)\\s*\\??$', 'list $1'],
  [
    '(?<=^|[.!?\\n] ?)any (?=(?:failed |stuck |pending |open |running |queued )?(?:runs?|jobs?|tasks?)\\b)',
    'status of ',
  ],
  [
    '\\b(?:examples? of (?:what|things|how|the things)|examples? for) (?:i|we|one) (?:can|could|may|might|should) (?:say|ask|write|type|do|tell)(?: (?:to )?you)?',
    'help',
  ],
  [
    '\\bhow (?:do|can|should|would|could) (?:i|we|you|one|people) (?:use|talk to|work with|operate|handle|speak to|address) (?:this|the|your?|it)(?: bot| thing| tool| chat| service| app)?(?=[?.! ]|$)',
    'how do i use you',
  ],
  // Both.
  [
    '\\b(on|onto|from|to|in|off) (?:both(?: of (?:them|these|those))?|the two(?: of them)?)(?= ?(?:[.,!?;)\\n]|$|please|pls|asap|too|as well))',
    '$1 both places',
  ],
  [
    '(?<=(?:^|[.!?,;:\\n] ?|please |you |and |just |kindly )[a-z]{2,12} )both (?=(?:onto|on|to|on to|from|off|in)\\b)',
    'them ',
  ],
  [
    '(?<=\\b(?:install|deploy|add|upgrade|update|remove|delete|uninstall|revert|downgrade|retry|cancel) )both(?: of (?:them|those|these))?(?=[.,!?]|$| please)',
    'them',
  ],
  // What must not be done.
  [
    `\\b(?:under no circumstances|on no account|in no case|by no means|at no point|at no time|never ever) ${MODAL} ${NAME}be (?=[a-z가-힣])`,
    'do not have $1',
  ],
  // What would have come of it.
  [`^had (?:we|i|you|they|somebody|someone) (?=(?:[a-z]+ )?${PAST_DEED}\\b)`, 'i wonder if we had '],
  // What is hoped for.
  [
    `\\b(?:i|we)(?: was| were| am|'m| are|'re|'ve been| have been| had been)?(?: just| also| only)? wondering (?:if|whether) (?=${AHEAD}\\b(?:could|can|might|would)(?: please| kindly| possibly)? be\\b)(?!it would be (?:wise|better|good))`,
    'please ',
  ],
  [
    "\\b(?:i|we)(?: would|'d| do)?(?: really| very much| sincerely| all)? (?:wish|hope|trust|pray)(?: that)? you (?:will |would |can |could |might )?(?:kindly |please )?(?=(?:install|deploy|put|add|upgrade|update|remove|delete|uninstall|roll|revert|cancel|retry|bring|get)\\b)",
    'please ',
  ],
  [
    '\\b(?:do|did|doing|show) (?:me|us|them) (?:the|a|this) (?:great |big |huge |small |little )?(?:kindness|favou?r|courtesy|honou?r|service) of(?= [a-z]+ing\\b)',
    'mind',
  ],
  [
    '\\b(?:could|can|may|might|should|shall) (?:i|we|they)(?: please| kindly)? (?:have|take|get|give it|make) (?:another|a second|one more|a fresh|a new) (?:go|try|crack|shot|stab|attempt|whirl|bash)(?: (?:at|of|to|with))?(?= )',
    'please retry',
  ],
  [
    '\\bwould it be (?:possible|ok|okay|feasible|alright) for ((?:[^?.!]|\\.(?=\\d)){1,60}?) to (?:go|move|jump|be moved|be taken|be brought|switch|step)(?= (?:up |over |from )?)',
    'please move $1',
  ],
  [
    `\\b(could|can|would|might|may|should|to) be (?:equipped|furnished|supplied|provided|kitted out|fitted|stocked|loaded|outfitted) with\\b`,
    '$1 have',
  ],
  [
    `\\b(?:please|if) ${CONNECTION} (?:could|can|would|might|to|should) (?:have|get|receive|be given)(?= )`,
    'please install on $1',
  ],
  ['\\bbe (?:provided|offered|supplied|hosted|carried|furnished)(?= (?:on|in|for|at|to)\\b)', 'be installed'],
  [
    `\\b(?:ask|request|require|insist|demand|order|propose|suggest)(?:ing)? that ${NAME}be (?=[a-z]+(?:ed|back|off|en|wn)\\b)`,
    'want $1to be ',
  ],
  [
    '\\bplease you (rolled|moved|set|brought|put|took|switched|reverted|dialled|wound) ((?:[\\w가-힣@.-]+ ){1,4}?)back\\b',
    'please roll back $2',
  ],
  [`\\bplease ${NAME}went (?:up )?(?=(?:on|onto|to|in|live on)\\b)`, 'please install $1'],
  [`\\b(?:gets?|got|goes|go|went) (?:onto|on to)(?= )`, 'installed on'],
  // What did not come off.
  [
    "\\b(?:that|which|who) (?:didn't|did not|failed to|could not|couldn't|wouldn't|never) (?:work(?: out)?|go through|succeed|make it|finish|complete|come off|run|get through|get anywhere|happen)\\b",
    'that failed',
  ],
];
