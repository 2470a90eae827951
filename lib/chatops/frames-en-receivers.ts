/** English turns of phrase that say who is to get something, what is to come back, and until when, as data. */
import { CONNECTION, NAME } from './frame-parts.ts';
import type { FrameText } from './frames.ts';

const VERSION = 'v?\\d+(?:\\.\\d+)+(?:-[\\w.]+)?';
/** What an order without a verb does not begin with. */
const VERB =
  '(?:install|upgrade|update|remove|uninstall|roll|downgrade|revert|cancel|stop|retry|move|migrate|list|show|status|put|add|deploy|push|get|bump|delete|copy|please|pls|help|not|no|is|are|was|did|do|does|what|which|why|how|rename|create|edit|enable|disable|i|we|my|the)';
const PEOPLE =
  "(?:they|we|i|he|she|people|users|everyone|everybody|(?:(?:the|our|my) )?(?:[\\w가-힣'-]+ )?(?:team|group|folks|crew|colleagues|analysts|designers|engineers|lawyers|writers|support))";

export const ENGLISH_RECEIVER_FRAMES: readonly FrameText[] = [
  // Who gets it.
  [
    `\\bgive ${CONNECTION} (?:(?:the|a|an|our) )(?=[\\w가-힣-]+)(?!(?:[\\w가-힣-]+ ){0,2}(?:rights?|access|permissions?|roles?|break|rest|try|go|look|check|new (?:key|name))\\b)`,
    'install on $1 ',
  ],
  [
    `\\b(?:make sure|ensure|see to it|see)(?: that)? ${CONNECTION} (?:has|gets|receives|is given|runs)(?= )(?! (?:been|to|done|nothing)\\b)`,
    'install on $1',
  ],
  [
    `\\b${CONNECTION} (?:is|are|was)(?: still)? (?:missing|lacking|without) ((?:[\\w가-힣@.-]+ ){0,4}[\\w가-힣@.-]+),? (?:so )?(?:please|can you|could you|kindly)(?: please)? (?:fix|sort|change|correct|remedy) (?:that|this|it)\\b`,
    'install $2 on $1',
  ],
  [
    `\\b(?:make sure|ensure|see to it)(?: that)? ${PEOPLE} (?:(?:can|could) (?:use|work with|have)|have|has|gets?|are given|is given)(?: access to)?(?= [\\w가-힣-])(?! (?:been|to|done|not|no)\\b)`,
    'install',
  ],
  [
    '\\b(?:everyone|everybody)(?= (?:except|but|other than|apart from|besides|excluding|bar|save)\\b)',
    'all providers',
  ],
  // Orders without a verb.
  [`^((?!${VERB}\\b)(?:[\\w가-힣@.-]+ ){1,4}?)(?:->|=>|→|➜) ?(?=[a-z가-힣])`, 'install $1on '],
  [
    `^((?!${VERB}\\b)(?:[\\w가-힣@.-]+ ){1,3}?)for ${CONNECTION},? (?:please|pls|plz|pleease)[ .!]*$`,
    'install $1on $2',
  ],
  ["\\blet(?:'s| us) have (?=(?:[\\w가-힣@.-]+ ){1,5}?(?:everywhere|on|onto|in)\\b)", 'install '],
  ['\\bany skills?\\b(?= (?:on|in|at|installed|available)\\b)', 'skills'],
  [
    '\\blet (?:[a-z]+ ){1,3}(?:manage|administer|control|approve|access) (?=[a-z가-힣])',
    'edit permissions of ',
  ],
  // What comes back.
  [
    `\\b(?:i|we)(?: would|'d)?(?: really| all)? (?:need|want|like|prefer|miss)(?: to have)? (?:(?:the|our|my) )?(?:previous|old|older|earlier|prior|last)(?: version of| release of)? ${NAME}back\\b`,
    'please roll back $1',
  ],
  ['\\b(should|must|needs to|need to|has to|have to|ought to) go back to\\b', '$1 be rolled back to'],
  // Whose time it is.
  ['\\bmy (?:days|nights|weeks|hours|mornings|evenings|weekends)\\b', 'my time'],
  [
    '\\b(?:presents?|meets?|starts?|flies|fly|travels?|arrives?|begins?|leaves?|launch(?:es)?|pitch(?:es)?|visits?|comes?|joins?) (?:(?:on|next|this|early|by|in) )*(?:tomorrow|tonight|monday|tuesday|wednesday|thursday|friday|saturday|sunday|week|month|morning|afternoon)\\b',
    'have no time',
  ],
  [
    "(?<=^|[.!?\\n] ?)as (?:we |i )?(?:agreed|discussed|promised|mentioned|planned|requested|decided|talked about|announced)(?: (?:with|by|in|to|at|on|yesterday|earlier|before|this|last)[\\w' ]{0,30})?, (?=[a-z가-힣])",
    '',
  ],
  // Until when it is to stay so.
  [
    "(?<!\\b(?:wait|waiting|hold|holding|nothing|not|don't|never)\\b[^.!?\\n]{0,20}),? ?\\b(?:at least |just |only )?(?:until|till) (?:[^.!?\\n;,]|\\.(?=\\d)){0,50}\\b(?:fixed|resolved|solved|sorted(?: out)?|patched|repaired|stable|know more|hear back|figured out|better|out of beta|next release|bug is gone|ready)\\b",
    '',
  ],
  // Hearing of the end is a second wish.
  [
    '\\band (?:then )?(?:tell|notify|inform|ping|message|email|let) (?:me|us)(?: know)? (?:when|once|after|as soon as) (?:it|that|this|everything|all)[^.!?\\n]{0,25}',
    'and tell me the status',
  ],
  // What nobody here can do.
  [
    `\\b(?:duplicate|clone|fork|copy) (?=(?:the )?(?:[\\w가-힣-]+ ){1,4}(?:as|into a new|under a new|under the name)\\b)`,
    'create ',
  ],
  [
    `\\b(?:show|give|send|print|open|display|read)(?: (?:me|us))? (?:the )?${NAME.replace('@.-', "@.'-")}(?:source code|source files?|readme|skill\\.md|file contents?)\\b`,
    'edit $1',
  ],
  // What words mean.
  [
    '\\b(?:explain|tell (?:me|us)|describe)(?: to (?:me|us))? what (?:an? |the )?(?:rollback|upgrade|install(?:ation)?|uninstall|retry|cancel(?:lation)?|run|skill|connection|provider|dry run)s? (?:does|do|is|are|means?)\\b',
    'help',
  ],
  // "(tag stable)" says which one.
  ['\\((?:the )?(tag|branch|commit|version|release):? ([\\w./-]+)\\)', '$1 $2'],
  // Held at a version.
  [`\\b(?:pin|lock|fix|freeze|hold) ${NAME}(?=(?:to|at|on) (?:version )?${VERSION})`, 'install $1'],
  // What somebody did not do.
  [
    '\\b(?:someone|somebody|you|we|they|he|she|i) (?:should|could|would|might) have (?=(?:[a-z]+ ){0,2}?(?:removed|deleted|installed|upgraded|updated|rolled|uninstalled|reverted|cancelled|canceled|retried|taken|dropped)\\b)',
    'i had ',
  ],
  // What is compared is no order.
  [
    `\\b${CONNECTION} (?:is|are|was|seems|looks|feels|works|runs)(?: (?:much|far|way|a bit|a lot|slightly|so much))? (?:better|worse|faster|slower|cheaper|nicer|smarter|quicker|safer|more [a-z]+|less [a-z]+) than ${CONNECTION}`,
    'i think it is nice',
  ],
  [
    `\\b(?:is|are|was) ${CONNECTION}(?: (?:really|much|actually))? (?:better|worse|faster|slower|cheaper|nicer|smarter|quicker|safer|more [a-z]+|less [a-z]+) than ${CONNECTION}`,
    'do you think it is nice',
  ],
  [
    ',? ?\\bnot the (?:basic|plain|normal|regular|standard|simple|free|small|old|other) (?:one|version|edition)\\b,?',
    '',
  ],
  // Thanks in advance for an order without a verb.
  [
    `^([\\w.@-]+ (?:version )?${VERSION} (?:for|on|to|onto|in) (?:[\\w가-힣-]+ ){0,2}[\\w가-힣-]+),? (?:many )?(?:thanks|thank you|thx|cheers|ty)[ .!]*$`,
    'install $1',
  ],
  // What was put there.
  [
    '\\b(what|which skills)(?: all)? (?:got|gets|was|were|has been|have been|is being) (?:newly |just |recently |already )*(?:installed|put|deployed|added|set up)(?= (?:on|in|at|onto|to)\\b)',
    '$1 is installed',
  ],
  // Switches of connections.
  [`\\b(?:turn|switch) ${CONNECTION} (?:back )?on\\b(?=[.,!?]|$| please| again)`, 'enable $1'],
  [`\\b(?:turn|switch) ${CONNECTION} off\\b(?=[.,!?]|$| please| again)`, 'disable $1'],
];
