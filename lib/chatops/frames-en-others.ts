/** English turns of phrase for moving, leaving out, weighing and asking in other words, as data. */
import { CONNECTION } from './frame-parts.ts';
import type { FrameText } from './frames.ts';

export const ENGLISH_OTHER_FRAMES: readonly FrameText[] = [
  [
    '\\b(?:please|kindly|pls) (?=(?:tell (?:me|us)|let (?:me|us) know|inform (?:me|us)|check|confirm|verify|find out|see)(?: for me)? (?:if|whether)\\b)',
    '',
  ],
  ['\\b(?:thanks|thank you|thx|cheers|kudos)(?: so much| a lot| very much)? for (?=[a-z]+ing\\b)', 'i was '],
  // Wanted, taken and told in other words.
  ['\\bpush out (?=[a-z가-힣])', 'deploy '],
  ['\\b(?:i|we) require (?=[a-z가-힣])', 'we need '],
  [
    '\\bthere (?:should|must|has to|needs to|ought to) be (?=(?:[\\w가-힣@.-]+ ){1,4}?(?:on|in|at) )',
    'we need ',
  ],
  [`^${CONNECTION} (?:wants|asks for|would like|requests) (?!to\\b)`, 'install on $1 '],
  ['\\btake away (?=[a-z가-힣])', 'remove '],
  ['\\btake ((?:[\\w가-힣@.-]+ ){1,6}?)(?:one|a) (?:version|release|step) back\\b', 'roll back $1'],
  [
    '\\bmake ((?:[\\w가-힣@.-]+ ){1,6}?)(?:the |its |be the )?(?:latest|newest)(?: version| release)\\b',
    'upgrade $1',
  ],
  [
    "\\b(?:i|we)(?:'d like| would like| want| need)(?: to)? (?:check|know|see|find out|verify|confirm|make sure) (?=(?:if|whether|which|what|that)\\b)",
    'tell me ',
  ],
  // What is said around an order.
  [
    '^(?!(?:for|on|in|at|to|from|everywhere|all|every|each|not|except|both)\\b)(?![^:]*\\b(?:said|says|say|wrote|writes|asks|asked|told|quote|wiki|docs?|runbook|ticket|message|policy|skill|skills|action|target|provider|connection)\\b[^:]*:)(?![^:]*\\b(?:following|these|this):)(?:[^\\s:"]+ ){5,16}[^\\s:"]+: (?=(?:please |pls |kindly |can you |could you )?(?:take|put|install|remove|uninstall|delete|upgrade|update|roll|revert|cancel|retry|add|deploy|get|drop)\\b)',
    '',
  ],
  ['\\(?sorry if (?:this|that|it|i)[^.)!?\\n]*\\)?', ''],
  [
    '(?:,? (?:wrong (?:skill|one|connection|provider|place|target|channel|window|chat)|my bad|my mistake))+[.!]*$',
    '',
  ],
  ['^(?:nvm|never ?mind),? (?=(?:please )?(?:cancel|stop|abort))', ''],
  [',? (?:thank you |thanks )?and sorry (?:for|about) [^.!?\\n]*$', ''],
  ['^not everywhere[,.! ]+', ''],
  [',? the (v?\\d+(?:\\.\\d+)+) one\\b', ' version $1'],
  [
    "\\((?:the|it|it's|this|that|they|we|i) (?![^()]*\\b(?:not|except|only|without|but)\\b)[^()]{8,80}\\)",
    '',
  ],
  ["\\bi(?:'d| would) very much like", 'i would like'],
  [', (?:both|all)(?: of the(?:m|se))? (?:connections|providers|accounts)(?=[,.]|$)', ''],
  [
    '^(?:and |so |but )?if (?=(?:we|i|you|they|someone|somebody) (?:[a-z]+ed|took|put|got|had|were|did|went|rolled)\\b[^?\\n]*\\bwould\\b)',
    'what if ',
  ],
  [
    '(?<=^|\\n)(?:why|reason|because|note|comment|remarks?|deadline|priority|requester|requested by|from|to) ?[:=] [^\\n]*',
    '',
  ],
  ['(?<=^|\\n)(?:what|action|do|task) ?[:=] ?', ''],
  ['(?<=^|\\n)where ?[:=] ?', 'on '],
  ['\\b(?:therefore|thus|hence|consequently)\\b,? ?', ''],
  // Around a request, and versions.
  [
    '\\b(?:could|can|would|will) you (?:please )?help (?:me|us)(?: out)?(?: with (?:something|this|that))?\\?(?= *[a-z가-힣])',
    '',
  ],
  [
    '(?<=[.!?] )let me know(?: if| when)? [^.?!\\n]*(?:need|questions?|problems?|issues?|else|anything|unclear|trouble|help)[^.?!\\n]*[.!]*$',
    '',
  ],
  ['\\bin the new (?=[\\w가-힣@.-]+(?: [\\w가-힣@.-]+){0,3}\\.)', 'in '],
  ['\\((?:and |but )?not (?:the )?(?:latest|newest|current)(?: one| version)?\\)', ''],
  [
    "\\b(?:i|we)(?:'d| would)? (?:want|need|like|prefer) (?:version |release )?(v?\\d+(?:\\.\\d+)+) of ((?:[\\w가-힣@.-]+ ){1,5}?)back\\b",
    'roll back $2to $1',
  ],
  ['^([^:.!?\\n]{3,60}): up to (?=v?\\d)', 'upgrade $1 to '],
  [
    '\\b(?:everything|everyone|everywhere|all) except ([^.,!?\\n]{2,40}?) (?:should|must|needs to|has to) (?:get|have|receive) ',
    'install on all providers except $1 ',
  ],
  [
    ', ([\\w가-힣][\\w가-힣 -]{1,40}?) (?:stays?|remains?) (?:as (?:it is|is)|unchanged|untouched|the same)(?=[.,!]|$)',
    ', not on $1',
  ],
  ['\\boh wait,? ', 'no wait, '],
  [
    "^(?:any|some) updates?\\s*\\?+$|^how(?:'s| is) (?:it|that|everything) going\\s*\\?*$",
    'status of the last run',
  ],
  ['^new [a-z]+, new [a-z]+[:,] ', ''],
  [
    "\\bcan(?:'t|not) (?:live|do|work|cope|survive)(?: a day)? without (?:it|them|this)\\b",
    'are waiting long',
  ],
  [
    "\\b(?:would|'d) (?:really |very much )?(?:like|love) to (?:have|get|see) (it|them|that|this) (?=(?:on|in|at) )",
    'want $1 ',
  ],
  // What is not asked, weighed, or nobody's to do here.
  [
    '\\bnot (?:asking|telling|ordering|requesting)(?: (?:you|anyone|for you))?(?: to| that you should)?\\b',
    "don't",
  ],
  ['^no (install|upgrade|update|removal|rollback)s? (?:of|for) ', "don't $1 "],
  ['\\bis it (?:a|any) (?:problem|issue|big deal) if\\b', 'what if'],
  ["\\bwouldn't it be (?:better|wise|wiser|smarter|good|nice) (?:to|if)\\b", 'do you think we should'],
  ['\\bis there (?:any |a )?reason (?:not )?to\\b', 'is it wise to'],
  [
    '\\bon the (?:first|last|\\d{1,2}(?:st|nd|rd|th)) of (?:every|each) (?:month|week|quarter|year)\\b',
    'monthly',
  ],
  [
    '\\b(?:generate|issue|request|create|make) (?:a |some )?new (?:api )?(?:keys?|tokens?|credentials?|passwords?) (?:for|of|on)\\b',
    'rotate the credentials of',
  ],
  [
    '\\b(?:turn|switch|bring|put) ([\\w가-힣 -]{2,40}?) back (?:on|online|up)(?=[.!?]|$| please| again)',
    'enable $1',
  ],
  [
    '\\b(?:show|give|send|print|display|open|read)(?: (?:me|us))? the (?:source )?(?:code|source|readme|contents?|files?|implementation) (?:of|for|from|behind) ',
    'edit ',
  ],
  ['\\b(?:add|make|set) [a-z]+ (?:as )?an? (?:admin|administrator|owner|operator)\\b', 'edit permissions'],
  [
    '\\b(?:dump|export|leak|expose|extract|echo) (?:all )?(?:the |our |your )?(?=(?:\\w+ ){0,2}(?:credentials?|tokens?|secrets?|keys?|passwords?)\\b)',
    'show me ',
  ],
  // Things called things, and asides.
  ['\\bthe ([\\w가-힣@.-]+(?: [\\w가-힣@.-]+){0,2}) (?:thing|thingy|thingie)\\b', '$1'],
  ['(?<=[.?!] )asking for (?:an? |my |the |our )?[a-z]{3,12}[.!]*$', ''],
  ['\\bfailed (?:bits|things|stuff|parts|items|pieces)\\b', 'failed ones'],
  ['\\bput (v?\\d+(?:\\.\\d+)+) back\\b', 'roll back to $1'],
  [
    '\\bwhat (?:is it|exactly is it|is it exactly|do you think)(?: exactly)? (?:that )?you (?:do|can do)\\b',
    'what can you do',
  ],
  [
    "\\b(?:see|know|show me|list) (?:everything|all|what)(?: that)?(?:'s| is| are)? (?:available|there|possible|on offer)(?: to (?:install|use|choose|pick))?",
    'list all skills',
  ],
  ['^(?:no,? )?not ([^,.!?\\n]{2,30}),? (?:but )?(?:i meant?|rather) ([^,.!?\\n]{2,30})\\. ', '$2. '],
  [
    '\\b(?:give|grant|allow) [a-z]+ (?:the )?(?:permissions?|rights?|access|privileges?) to [a-z][^.?!\\n]*',
    'edit permissions',
  ],
  // Tickets, numbers of lists, words said twice.
  ['(?<=^|\\n) ?\\d{1,2}[).] (?=[a-z가-힣])', ''],
  ['\\b([a-z]{3,12})(?:[,!]? \\1\\b)+', '$1'],
  [
    '(?<=^|\\n)[^:\\n]{0,20}\\b(?:ticket|issue|case|jira|incident|change|request|ref|req|re)?:? ?#?[a-z]{2,8}-\\d{2,6}: ',
    '',
  ],
  ['\\b(?:ticket|issue|case|jira|per|see|ref|re:?) #?[a-z]{2,8}-\\d{2,6}\\b,?', ''],
  ['(?<=^|[\\n;|,] ?)where: ?', 'on '],
  ['\\b([\\w./@-]+) is the (branch|tag|skill|target|connection|provider|version)\\b', '$2 $1'],
  // What one run or another did.
  [
    '\\b(?:that|which) (?:was |has |had |have |we |i )?(?:started|began|begun|ran|failed|kicked off|finished|launched|queued|submitted)(?: (?:at|on|around|about|before|after|since))?(?: \\d{1,2}(?::\\d\\d)?(?: ?[ap]m)?| yesterday| this morning| today| last night| earlier)+',
    '',
  ],
  [
    "\\bwhat(?:'s| is) (?:holding up|blocking|delaying|taking so long with|slowing(?: down)?|wrong with) ",
    'what is the status of ',
  ],
  ['\\bwhere (?:does|do|did) ((?:[\\w가-힣@.-]+ ){1,4}?)live\\b', 'where is $1installed'],
  [',? incl(?:uding|\\.)? (?:the |all )?(?:inactive|disabled|active|broken)(?: ones| connections)?', ''],
  ['\\bdoes (?:anyone|anybody|somebody|someone)(?: else)? (?:think|feel|find|agree|believe)\\b', 'i think'],
  ['\\b(?:rip|tear|yank|kick|throw|boot) out (?=[a-z가-힣])', 'remove '],
  // What was said again and again, or is only said.
  ['\\bas always\\b', ''],
  ['\\bis next\\b', 'is waiting'],
  [
    "(?<=^|[.!?\\n] ?)i (?:think|guess|believe|suppose|feel)(?: that)? (?:we|i|you|it|this|that|everything|things?)(?:'re| are|'s| is|'m| am) (?:all )?(?:ready|good|set|done|fine|ok|okay|prepared)[^.!?\\n]{0,30}[.!]",
    '',
  ],
  [
    '\\b(?:i|we|they|he|she) (?:hope|hoped|expect|aim|intend|dream|tried|am trying|are trying|was trying|attempted|managed|began) to (?=[a-z가-힣])',
    'i plan to ',
  ],
  ['\\bused to (?:be|run|live|sit)\\b', 'was'],
  ["\\b(i|we)(?:'ll| will| shall) take care of\\b", '$1 handled'],
  [
    '^(?:assume|assuming|say|suppose|supposing|imagine|imagining)(?: that)? (?=(?:we|i|you|they|somebody|someone)\\b)',
    'what if ',
  ],
  [
    ', if (?:you|i) were (?:me|you|in (?:my|your) (?:place|shoes)|us)\\b| if (?:you|i) were (?:me|you|us)\\b',
    ' what if',
  ],
  ['^((?:hey,? |hi,? |@\\w+,? )*)should (?!(?:be|you)\\b)(?=[^?\\n]*\\?)', '$1do you think '],
  [
    "\\b(?:any |your |what are your |what's your |what is your )?(?:objections?|thoughts?|opinions?|concerns?|feelings?|views?|advice|stance) (?:to|on|about|of|against|regarding)(?= )",
    'what do you think about',
  ],
  [
    '^(?:installing|upgrading|updating|removing|uninstalling|deleting|deploying|adding) ([^.?!\\n]{2,60}?) (?:is|would be|was) (?:not|never)\\b',
    'do not install $1 ',
  ],
  [
    '^(?!.{0,60}\\bnot )((?:[\\w가-힣@.-]+ ){1,4}?)(?:stays?|remains?|must stay|should stay|has to stay|can stay) (?=(?:on|in|at) )',
    'do not remove $1',
  ],
  [
    '\\b(?:what|how) about ([^,.?!\\n]{2,50}), (?=(?:is|does|did|has|are|was) (?:it|that|they)\\b)',
    'tell me the status of $1, ',
  ],
  // Moving, in other words.
  ['\\b(?:i |we )?wanna (?:have|get) ', 'i want '],
  ['\\bwanna\\b', 'want to'],
  [
    '\\b(?:is there|any) (?:a |any )?(?:chance|way|possibility) (?:to|of) (?:get|getting|have|having) (?=[a-z가-힣])',
    'please install ',
  ],
  [
    `\\b(?:move|switch|take|bring|get) ${CONNECTION} (?:over )?(?:to|onto) (?:the )?(?:newest|latest|most recent)(?: (?:version|release) of)? `,
    'upgrade on $1 ',
  ],
  [
    '^((?:[\\w가-힣@.-]+ ){1,4}?)(?:->|=>|→|➜|to) +(?:the )?(latest|newest)(?: version| release)?(?= (?:on|in|at|for) )',
    'upgrade $1to $2',
  ],
  ['\\bmake ((?:[\\w가-힣@.-]+ ){1,4}?)(?:disappear|vanish|go away|go) (?=from)', 'remove $1'],
  [
    '^((?:[\\w가-힣@.-]+ ){1,4}?)(?:removal|deletion|uninstall|uninstallation) (?=(?:from|on|off) )',
    'remove $1',
  ],
  [
    `^${CONNECTION} (?:no longer|does not|doesn't|doesnt) (?:really )?(?:needs?|uses?|wants?|requires?) ([^.;,!?\\n]{2,40}?)(?: any ?more| any longer| now)?[;,.] ?(?:so )?(?:please |kindly |can you |could you )*(remove|uninstall|delete|drop) (?:it|that|them)(?: from there| there)?`,
    '$3 $2 from $1',
  ],
  [
    "\\b(?:it is|it's)(?: high| about)? time for ((?:[\\w가-힣@.-]+ ){1,4}?)to (?:go|leave|disappear|be (?:removed|deleted|uninstalled))(?: away)? (?=from|off)",
    'remove $1',
  ],
  [
    '\\b(?:set|change|put|move|switch|take) ((?:[\\w가-힣@.-]+ ){1,6}?)to (?:the |its |an )?(?=(?:previous|older|prior|earlier|former|preceding)\\b)',
    'roll back $1to the ',
  ],
  [
    '^([^:.!?\\n]{3,60}): ?(?:the )?(?:previous|older|prior|earlier) (?:version|release)(?: please| pls)?[.!]*$',
    'roll back $1',
  ],
  [
    '\\b(?:use|run|take|install|want|give us|get) (?:the |its |an )?(?:previous|older|prior|earlier|former|preceding) (?:version|release) (?:of|for) ',
    'roll back ',
  ],
  ['\\b(?:has|have|needs?|must|ought|got) to go(?=[.!]|$)|\\bmust go(?=[.!]|$)', 'should be removed'],
  [
    '^((?!(?:is|are|what|install|remove|uninstall|upgrade|update|delete|list|show|status|cancel|retry|not|all|put|add|deploy)\\b)(?:[\\w가-힣@.-]+ ){1,4}?)everywhere(?=(?: but| except| other| apart)\\b|,? please|[.!]|$)',
    'install $1everywhere',
  ],
  [
    '\\b(cancel|stop|abort|kill|retry|rerun) (?:all of (?:it|them|that)|the whole thing|the lot|them all|it all)\\b',
    '$1 everything',
  ],
  // Leaving out.
  [', ([^,.!?\\n]{2,40}?) (?:excluded|excepted)(?=[.!]|$)', ' except $1'],
  [
    ',? (?:but |and )?(?:leaving out|skipping|omitting|sparing|not including|not counting) (?=[a-z가-힣])',
    ' except ',
  ],
  ['\\beverywhere else (?=but\\b|except\\b)', 'everywhere '],
  // What nobody here can do.
  [`\\b(?:switch|turn) off (?:the )?${CONNECTION}(?=[.,!?]|$| please)`, 'disable $1'],
  [`\\b(?:switch|turn) on (?:the )?${CONNECTION}(?=[.,!?]|$| please)`, 'enable $1'],
  [
    '\\blet (?!me\\b|us\\b)([a-z]+) (?:install|remove|upgrade|update|delete) (?:the |all |new |any )?skills?\\b',
    'edit permissions of $1',
  ],
  [
    '\\b(?:let|have|make|get) ((?:[\\w가-힣@.-]+ ){1,4}?)(?:to )?(?:process|review|check|analy[sz]e|summari[sz]e|translate|read|write|handle|look at|work on|clean|convert|draft) (?:my|this|that|these|our|the|an?) ',
    'execute $1',
  ],
  ['\\buse ((?:[\\w가-힣@.-]+ ){1,4}?)(?:on|for|with) (?:my|this|that|these|an?) ', 'execute $1'],
  [
    '\\b(?:set|make|mark|change|turn) ((?:[\\w가-힣@.-]+ ){1,4}?)(?:to |as )?(?:private|public|hidden|visible|read-?only|deprecated|internal|shared|optional|mandatory)\\b',
    'edit $1',
  ],
  [
    '\\b(?:increase|decrease|raise|lower|reduce|extend|shorten|double|change|set) (?:the |its |our )?(?:timeout|limit|quota|concurrency|rate limit|rate|priority|memory|region|model|temperature)\\b',
    'edit',
  ],
  // Asked in a few words.
  ["\\bwhat(?:'s| is) the (?:syntax|format|usage|grammar)\\b", 'help'],
  ['\\b(?:show|give|tell) (?:me|us) (?:an |some |a few )?examples?(?=[.!?]|$| please)', 'help'],
  [
    '\\bhow (?:do|does) (?:an? |the )?(?:rollbacks?|installs?|installations?|upgrades?|updates?|retries|retry|cancels?|cancellations?|runs?|uninstalls?) work\\b',
    'how does it work',
  ],
  ['^all (?:the |our )?(connections|providers|skills)(?: please| pls)?[.!?]*$', 'list all $1'],
];
