/** English turns of phrase that order without a plain verb, or sound like an order and are none, as data. */
import { CONNECTION, NAME } from './frame-parts.ts';
import type { FrameText } from './frames.ts';

const DEED =
  '(?:install|upgrade|update|remove|uninstall|delete|roll back|rollback|downgrade|revert|deploy|add)';
const DEED_NOUN =
  '(?:install|installation|upgrade|update|rollback|removal|uninstall|deployment|rollout|downgrade)';
const DONE =
  '(?:installed|deployed|added|set up|upgraded|updated|removed|deleted|uninstalled|rolled back|reverted)';

export const ENGLISH_ROUNDABOUT_FRAMES: readonly FrameText[] = [
  // What is to be there, or there no more.
  [`^(?:hi,? |hello,? |hey,? )?(?:requesting|looking for|asking for) ${NAME}(?=(?:for|on) )`, 'install $1'],
  ['\\bproceed to (?=[a-z가-힣])', 'please '],
  ['\\b(?:can|could) (?:we|i) (?:just |also |finally |maybe )?(?=get rid of )', 'please '],
  [`\\b(?:see to it|make sure|ensure|see)(?: that)? ${NAME}(?:gets?|is|are|be) (?=${DONE}\\b)`, 'have $1'],
  ['^new skills? (?:for|on|in) ([^:\\n]{2,40}): ?', 'install on $1: '],
  [
    `^(?:hi,? |hey,? |hello,? )?(?:can|could|may|might) ${CONNECTION} (?:please )?(?:get|have|receive|be given) (?!(?:a|the|its) (?:status|new|list))`,
    'please install on $1 ',
  ],
  [
    `\\b(?:want|like|love|need|prefer)(?: to)? (?:have |get |see )${NAME}(?:up and )?(?:running|live|going|working|active|available|ready) (?=(?:on|in|at) )`,
    'want to install $1',
  ],
  [
    '\\bupload (?!(?:a|an|new|this|my|some|the (?:new|attached|file))\\b)((?:[\\w가-힣@.-]+ ){1,4}?)(?=(?:to|on|onto|into) )',
    'install $1',
  ],
  ['\\bsync(?:hroni[sz]e)? ((?:[\\w가-힣@.-]+ ){1,4}?)(?=(?:to|onto) )', 'install $1'],
  [
    `^(?:please,? )?(?:make|let|have) ${CONNECTION} (?:use|run|have|get) (?:the )?(?:latest|newest|most recent)(?: (?:version|release) of)? `,
    'upgrade on $1 ',
  ],
  ['^(?:please,? )?no more ((?:[\\w가-힣@.-]+ ){1,4}?)(?=(?:on|in|at) )', 'remove $1'],
  [`\\brid ${CONNECTION} of `, 'remove from $1 '],
  ['\\bgo (?:one|a|1|by one) (?:version|release|step) back (?:with|for|of|on) ', 'roll back '],
  [
    "\\b(?:i|we)(?: would|'d)? (?:really )?(?:need|want|like|prefer)(?: to have)? (?:the |its |an? )?(?:prior|previous|earlier|old|older|former) (?:version|release|build) (?:of|for) ",
    'please roll back ',
  ],
  [
    `^(?:please |kindly |can you |could you )?(?:run|do|perform|apply|execute|start|begin|carry out|initiate|trigger)(?: an?| the)? (?:latest |newest |new |full |quick )?(${DEED_NOUN})(?: of| for|:) `,
    'do the $1 of ',
  ],
  ['^go for it[:,.! -]+', ''],
  [
    '\\b(?:may|can|could|might) (?:i|we)(?: please| kindly)? (?:request|order|ask for) (?=[a-z가-힣])',
    'can i have ',
  ],
  // Stopping what was asked.
  [
    `\\b(?:cancel|withdraw|revoke|retract|stop|undo) (?:my|our|the|this|that) (?:earlier |last |previous |recent )?(?:request|order|command|ask|instruction|wish) (?:to|for|of) (?:the |an? )?(${DEED})(?:ing)? `,
    'cancel the $1 of ',
  ],
  ['\\b(?:quit|cease|discontinue) (?=[a-z]+ing\\b)', 'stop '],
  [
    `\\b(?:withdraw|revoke|retract|scrap|axe|pull) (?:the |my |our |that )((?:[\\w가-힣@.-]+ ){1,4}?)(?=${DEED_NOUN}\\b)`,
    'cancel the $1',
  ],
  [
    "\\bcancel (?:what(?:ever)?|everything|all) (?:(?:that )?you are|you're|(?:that )?(?:is|are)) (?:doing|happening|going on|running) (?:with|to|for) ",
    'cancel ',
  ],
  [
    `\\battempt to (${DEED}) ((?:[^.,!?]|\\.(?=\\d)){2,60}?) (?:again|once more|anew)\\b`,
    'retry the $1 of $2',
  ],
  // What a skill does is not done here, nor what concerns people.
  [
    '^((?:hi,? |hey,? |please |can you |could you |kindly )*)(?:translate|summari[sz]e|review|check|analy[sz]e|convert|draft|write|clean|format|proofread|generate|explain|read|debug) (?:this|that|the|my|our|these|an?|it|some) [^.?!\\n]*?\\b(?:with|using|via|through) ',
    '$1execute ',
  ],
  [
    '\\b(?:add|invite|remove|delete|create) (?:an? |the |another |new )*(?:users?|members?|persons?|colleagues?|teammates?|admins?|owners?|roles?|seats?)\\b',
    'edit permissions',
  ],
  [
    "\\b(?:remove|revoke|cancel|delete|withdraw|take away|restrict|limit|extend) (?:[\\w가-힣-]+'s |his |her |their )(?:access|permissions?|rights?|roles?|privileges?)\\b",
    'edit permissions',
  ],
  // Said to somebody else, of somebody else, or not meant.
  [
    '\\b(?:we|i|you) (?:should|need to|could|must|have to) (?:probably |maybe |really |first )*(?:talk|discuss|think|chat|meet|speak)\\b',
    'i think we talk',
  ],
  ['\\bis it possible that\\b', 'i wonder if'],
  [
    '\\bwhat (?:are|is|would be|were) the (?:risks?|dangers?|benefits?|advantages?|consequences?|costs?|effects?|downsides?|upsides?|impact|implications?|pros and cons) (?:of|if|when)\\b',
    'is it wise',
  ],
  ['\\bwhat would you (?:do|say|recommend|suggest|advise|prefer|choose)\\b,?', 'do you think'],
  [
    '\\b(?:wants?|wanted|needs?|expects?|asks?|asked|told|tells?|would like) (me|us|him|her|them) to (?=[a-z가-힣])',
    'told $1 to ',
  ],
  ['\\b(?:do you |you )?remember (?:when|how|that time|the time|the day)\\b', 'i think'],
  [
    `\\bare we (?:ready|prepared|good|set|clear|cleared|allowed|supposed|due|free) to (?=${DEED})`,
    'should we ',
  ],
  [
    '\\b(?:is|are) ((?:[\\w가-힣@.-]+ ){1,3}?)(?:any )?(?:good|great|useful|nice|worth it|cool|popular|recommended|bad)\\s*\\?',
    'do you think it is nice?',
  ],
  [
    '\\bwhich (?:one |of them |skill |connection )?(?:is|works) (?:better|best|nicer|faster|the best|more useful|preferable)\\b',
    'do you think it is nice',
  ],
  // What is asked.
  ['^((?:[\\w가-힣@.-]+ ){1,4}?)version (?:on|in|at) ([^?.!\\n]{2,40})\\?+$', 'what version of $1is on $2?'],
  [`\\bwhen did (?:we|you|i|they|somebody|someone|anyone) (?=${DEED}\\b)`, 'did you '],
  [
    "\\bwhat(?:'s| is| are)? (?:all )?(?:possible|doable|supported)(?: here| with you)?(?=[?.! ]|$)",
    'what can you do',
  ],
  [
    '\\b(?:what|which) (?:features|functions|abilities|capabilities|options|functionality) (?:do|does|are|have) (?:you|this bot|the bot|it|there)(?: have| offer| support)?',
    'what can you do',
  ],
  ['^(?:all |the )?skills (?:on|in|at|of|from) ([^?.!\\n]{2,40})[?.!]*$', 'list skills on $1'],
  [
    '\\b(what|which) skills (?:does|do) ([^?.!\\n]{2,40}?) (?:contain|hold|include|offer|run|carry|support|host|use|provide)\\b',
    '$1 skills does $2 have',
  ],
  [
    "\\b(?:i|we)(?: would|'d)? (?:need|want|like|require|could use)(?: to (?:see|get|have))? (?:an? |the )?(?:full |complete |quick |current )?(list|overview|status|summary)\\b",
    'show me the $1',
  ],
  // One each.
  [
    '((?:on|to|onto|in|into) [\\w가-힣 -]{2,30}?) but (?!not\\b|for\\b|only\\b|version\\b|with\\b|the\\b)(?=[\\w가-힣 -]{2,30} (?:on|to|onto|into) [a-z])',
    '$1 and ',
  ],
  // What was agreed, what is only newer, what goes on elsewhere.
  ['\\b(?:something|anything|nothing|somebody|someone) else\\b', 'others'],
  [
    '\\band (?:then )?(?:let (?:me|us) know|tell (?:me|us)|show (?:me|us)) [^.?!\\n]{3,80}',
    'and tell me the status',
  ],
  [
    '^i know (?:that )?[^.!?\\n]{3,80}?,? but (?=(?:please|can you|could you|i need|we need|install|add|remove|upgrade)\\b)',
    '',
  ],
  [
    '\\b(?:confirm|check|verify)(?: please| pls)? that ((?:[\\w가-힣@.-]+ ){1,4}?)(?:landed|arrived|is in place|made it) (?=(?:on|in|at|to) )',
    'is $1installed ',
  ],
  [
    '^(?:lol |haha |wow )?(?:that|this|the|your) (?:rollback|install|upgrade|update|removal|retry) (?:saved|helped|rocked|made)\\b',
    'i think it is nice',
  ],
  [
    "^it (?:isn't|is not) [^,.\\n]{2,30}? that (has to|needs to|should|must) be ([a-z ]{3,20}?) (from|on|to) ([^,.\\n]{2,30}?),? but ([^,.\\n]{2,30})\\.?$",
    '$5 $1 be $2 $3 $4',
  ],
  [
    '\\bneeds? (?:an? |the )?(?:newer|more recent|later|fresher|up-to-date) (?:version|release|build)\\b',
    'should be upgraded',
  ],
  [',? and only there(?=[.!]|$)', ''],
  // What nobody here can change.
  [
    '\\b(?:renew|update|change|replace|reset|refresh|regenerate|reissue|rotate|swap|cycle|roll|upgrade) (?:the |our |its |all |every )*(?:[\\w가-힣-]+ ){0,2}?(?:keys?|tokens?|passwords?|secrets?|credentials?)\\b',
    'rotate the credentials',
  ],
  [
    `(?<=^|[.!?,;\\n] ?|please |kindly |you |me )use ${NAME}to (?=[a-z]+ )(?!install|deploy)`,
    'execute $1 to ',
  ],
  [
    `\\b(?:update|change|edit|rename|fix|improve|rewrite|tweak|adjust|modify|correct|reword|set|alter|revise) ${NAME}(?:description|wording|name|title|prompt|icon|owner|readme|metadata|settings|config|configuration|display name|author|instructions|behaviou?r)\\b`,
    'edit $1',
  ],
  [
    '\\b(?:update|change|edit|rename|fix|improve|rewrite|tweak|adjust|modify|correct|reword|set|alter|revise) (?:the |its |a |all )?(?:description|wording|name|title|text|prompt|icon|owner|readme|metadata|settings|config|configuration|display name|author|instructions|behaviou?r|sentence|phrasing)s? (?:of|for|in|inside|on)\\b',
    'edit',
  ],
  [
    '\\b(?:give|grant|assign|revoke|remove|take away|withdraw|extend) (?:[\\w가-힣@.-]+ ){1,5}?(?:rights|permissions?|privileges|access|roles?|ownership)\\b',
    'edit permissions',
  ],
];
