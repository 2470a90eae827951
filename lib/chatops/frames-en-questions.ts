/** English ways to ask how things are, what there is and how it is done, as data, put into plain words. */
import type { FrameText } from './frames.ts';

const THING = '(?:bot|thing|assistant|tool|chat|service|app|skillbot|stuff|command|system)';

export const ENGLISH_QUESTION_FRAMES: readonly FrameText[] = [
  // What the bot does.
  [
    `\\bhow (?:does|do|is) (?:this|that|the|it|your?)(?: whole)?(?: ${THING})?(?: of yours)? (?:work|function|used|operate)\\b`,
    'how does it work',
  ],
  [
    '\\bwhat (?:sorts?|kinds?|types?|all|else|exactly|things?|tasks?)?(?: of)?(?: things?| stuff| tasks?| requests?| commands?)? ?(?:can|could|are|do|will) (?:you|this bot|the bot|it) (?:do|able to do|capable of|handle|good for|support|help(?: (?:me|us))?(?: with)?)(?: for (?:me|us))?\\b',
    'what can you do',
  ],
  [
    `\\bwhat (?:are|is) (?:your|the bot's|this bot's|its) (?:capabilities|features|functions|abilities|powers|commands|purpose|options|job|use)\\b`,
    'what can you do',
  ],
  [
    `\\bwhat (?:is|are|'s) (?:this|you|the) ?${THING}? (?:for|good for|about|capable of)\\b`,
    'what can you do',
  ],
  [
    `\\b(?:explain|tell me|show me|describe|(?:walk|run|take|talk|guide|lead) (?:me|us) through|teach me|remind me|i (?:don't|do not) (?:know|understand|get)|i (?:want|need|would like) to (?:know|learn)|no idea|not sure|unsure|clueless|know)(?: to me| us)? (?:how|the way)(?: i| we| one| you)?(?: can| could| should| would| do| does| am supposed| are supposed| have| get| go about)*(?: to)? (?:use|using|talk to|operate|handle|work with|command|address) (?:you|this|it|the bot|this ${THING}|the ${THING}|things)\\b`,
    'help',
  ],
  [
    `\\b(?:explaining|explanation of|introduction to|intro to|guide to|guide for|tutorial (?:for|on)) (?:how to use |how to talk to |using )?(?:you|this bot|the bot|this|how (?:this|it|you) works?)\\b`,
    'help',
  ],
  [
    `\\bwhat(?:'s| is| are| would be) the (?:proper |right |best |correct |usual |exact |easiest |recommended )?(?:way|procedure|process|steps?|syntax|format|command|phrase|wording|method)s?(?: of| to| for| i (?:use|type|need) (?:to|for)| that)\\b`,
    'how do i',
  ],
  [
    `\\b(?:how (?:am|are|is) (?:i|we|one) (?:supposed|meant) to|how would (?:one|you|we|somebody)|how might i|how can one|how could i|how should (?:we|one)|what do (?:i|we) (?:have to |need to )?(?:type|write|say|do|enter|send)(?: in order)? to|what (?:must|should) (?:i|we) (?:type|write|say|enter|send) to|how (?:is|are|does one get) (?:a|an) skills?|which command(?: do i use)? to|what(?:'s| is) needed to|walk (?:me|us) through|guide (?:me|us) through|show (?:me|us) how (?:to|i|we)|teach (?:me|us) (?:how )?to|explain (?:to me |to us )?how (?:to|i|we|one))\\b`,
    'how do i',
  ],
  [
    "\\b(?:i|we)(?: am|'m| are|'re)?(?: a bit| totally| completely)? (?:lost|stuck|confused|new here|new to this)\\b[,.]?(?=[^.]{0,40}help)",
    '',
  ],
  [
    '\\bwhat (?:should|do|must|can|could|would|am) (?:i|we|one)(?: have to| need to| supposed to)? (?:type|write|say|ask(?: you)?|enter|send)(?: here| you| in here| to you| first)?(?= ?[?.!,]| ?$)',
    'what can you do',
  ],
  [
    '\\b(?:were there |was there |are there |is there |have there been |did (?:we|you) (?:get|see|have) )?any (?:errors?|problems?|issues?|failures?|trouble|complaints?|hiccups?|warnings?) (?:from|with|in|during|on|for|since|after|about)\\b',
    'what is the status of',
  ],
  ['\\binstalled (?:anywhere|somewhere) (?=on|in|at)|\\b(?:anywhere|somewhere) (?=(?:on|in|at) )', ''],
  // What might come of it.
  [
    '\\bwhat (?:else )?(?:would |will |might |could |may )?(?:breaks?|happens?|changes?|goes wrong|stops working|is affected|be affected|is lost|be lost|falls over|suffers?|go wrong|stop working)(?: to [\\w가-힣 -]{1,40}?| on [\\w가-힣 -]{1,40}?)? (?:if|when|once|should)\\b',
    'what happens if',
  ],
  [
    '\\b(?:would|will|could|might|may|can|does|do) (?=(?:upgrading|updating|installing|removing|uninstalling|deleting|rolling back|downgrading|reverting|deploying|adding|an? (?:upgrade|update|rollback|downgrade)|the (?:upgrade|update|rollback|downgrade)) [^.?!]{1,80}(?:break|harm|affect|hurt|cause|impact|disrupt|cost|matter|help|interfere|lose|slow|change anything|be (?:a problem|risky|safe|ok|okay|fine|wise|a good idea|a bad idea))\\b)',
    'is it wise ',
  ],
  [
    "\\b(?:i|we)(?: would|'d| am|'m| are|'re)?(?: be)? (?:really |very |quite )?(?:interested in|curious about|keen on|wondering about) (?=(?:what|which|whether|where|how)\\b)",
    'tell me ',
  ],
  [
    '\\bwhat (?:all )?(?:am i|are we) (?:able|allowed|free) to (?:ask|do|type|say|request)(?: (?:you|here|for))?\\b',
    'what can you do',
  ],
  [
    '\\b(?:any good|worth (?:it|using|having|the trouble|a try|trying)|reliable|trustworthy|recommendable)(?=[?.!]|$)',
    'a good idea',
  ],
  [
    '\\b(?:is |are )?(?:everything|all|things) (?:ok|okay|fine|good|alright|well|all right|in order|normal|going well) (?:with|on|at|over at|in|for)\\b',
    'what is the status of',
  ],
  ['\\bdo (?:we|you|they) (?:run|use|host|keep|operate) (?=[\\w가-힣-])', 'do we have '],
  ['(?<=^|[.!?\\n] ?|please |you )name (?=(?:all|every|each|the|our) )', 'list '],
  // What would come of it.
  [
    '\\b(?:would|will|could|might|does|can) (?:it|this|that|anything|something|things?|anybody|anyone|somebody|someone|users?|people) (?:break|hurt|harm|affect|damage|crash|fail|complain|notice|matter|go wrong|get upset|stop working|cause|have consequences|be affected|be a problem|lose|suffer)\\b(?=[^.?!]{0,60}\\b(?:if|when|by)\\b)',
    'what would happen',
  ],
  ['\\b(what|which skills|which ones) (?:have|has) ([\\w가-힣-]+) got\\b', '$1 do $2 have'],
  [
    '\\bhow (?:does|do|is|are) (?:the |an? )?(?:install(?:ing|ation)?|upgrad(?:e|ing)|updat(?:e|ing)|uninstall(?:ing)?|remov(?:al|ing)|roll(?:ing)? ?back|cancel(?:l?ing)?|retry(?:ing)?|deploy(?:ing|ment)?)(?: (?:of )?(?:a |the )?skills?)? (?:work|works|function|done)\\b',
    'how do i do it',
  ],
  [
    '\\b(?:what|which) (?:actions?|commands?|requests?|operations?|orders?|things|verbs|tasks) (?:do|can|could|are|will) (?:you|i|we|it|this bot|the bot) (?:support|understand|know|handle|take|accept|do|offer|perform|use|give|ask|able to do)\\b',
    'what can you do',
  ],
  [
    '\\b(?:any|were there any|are there any|have there been any|did we have any) (?:failures?|errors?|problems?|issues?|failed (?:runs?|jobs?))(?: today| lately| recently| so far| overnight| this week| this morning)?(?=[?.!]|$)',
    'what is the status of failed runs',
  ],
  [
    "\\b(?:what(?:'s| is| was)|show me|tell me|give me) the (?:result|outcome|state|fate|verdict) of (?:the |my |our )?(?:last|latest|previous|most recent|current) (?:install|installation|upgrade|update|removal|uninstall|rollback|deployment|rollout|retry|run|job)\\b(?! (?:of|for))",
    'what is the status of the last run',
  ],
  [
    '\\b(?:did|has|have|is|was) (?:everything|it all|all of it|all of them|that|it|this) (?:been )?(?:install|upgrade|update|deploy|go|work|finish|succeed|complete|run|roll)(?:ed|d)?(?: back| out| through)?(?: correctly| properly| ok| okay| fine| well| successfully| cleanly| as planned| smoothly| alright)?(?=[?]|$)',
    'what is the status of the last run',
  ],
  // How it is.
  [
    "\\b(?:i|we)(?: really| just| honestly)? (?:can't|cannot|can not|don't|do not|couldn't) (?:for the life of me |quite |really )?(?:remember|recall|tell|know|see|find out|work out|figure out|say)(?: now)? (?=(?:if|whether|which|what|where)\\b)(?!\\w+ (?:i|we|to) )",
    'tell me ',
  ],
  [
    "\\b(?:i|we)(?: am|'m| are|'re)? (?:not (?:quite |really |entirely |sure )?(?:sure|certain|clear)|unsure|uncertain|forgot|forget|have forgotten|lost track of) (?=(?:if|whether|which|what|where)\\b)(?!\\w+ (?:i|we|to) )",
    'tell me ',
  ],
  [
    "\\b(?:no idea|any idea|any clue|dunno|unsure|do you (?:happen to )?know|can you (?:tell|check|see)|could you (?:tell|check|see)|would you (?:tell|check|know)|please (?:tell|check|see)|i(?:'d| would) (?:love|like|be curious|be interested|be keen) to (?:know|find out|learn|hear|see)|i(?:'m| am) (?:curious|wondering|keen to know|interested)|pray tell),? (?=(?:if|whether|which|what|where|how|who)\\b)(?!\\w+ (?:i|we) (?:should|could)|\\w+ to )",
    'tell me ',
  ],
  ['\\b(?:how far along|how far|how close to done) (?:is|are|has|have|did)\\b', 'what is the status of'],
  [
    "\\b(?:where are we|where do we stand|how are we doing|how are we getting on|what(?:'s| is) (?:the (?:story|latest|word|news|situation|deal|state of play|score)|new|up|happening|going on|the matter|wrong)|any (?:word|news|update|progress|joy|luck)|how goes it|how(?:'s| is) it (?:going|looking)|how (?:did|does) it go|how do things stand) (?:with|on|about|for|regarding)\\b",
    'what is the status of',
  ],
  [
    '\\b(?:is|has|did) ([\\w가-힣@. -]{2,50}?) (?:made? it|ma[dk]e its way|found its way|land(?:ed)?|g[eo]t|arrived?) (?:onto|on|to|in)\\b',
    'is $1 installed on',
  ],
  [
    '\\b(?:are|is) there (?:any |some )?(?=(?:failed|stuck|pending|running|queued|active|ongoing|waiting) (?:runs?|jobs?|tasks?|installs?|installations?|upgrades?)\\b)',
    'status of ',
  ],
  [
    '\\b(?:is )?(?:anything|something) (?:still |currently |now )*(?=(?:running|pending|queued|stuck|failing|waiting)\\b)',
    'status of runs ',
  ],
  [
    '\\b(is|are) ([\\w가-힣 -]{2,40}?) up(?= (?:right )?now| at the moment| and running| today|[?.!]|$)',
    '$1 $2 online',
  ],
  // What there is.
  [
    '\\b(?:gimme|lemme (?:see|have)|(?:hand|send|throw|pass|fetch|get|give|bring) (?:me|us))(?= (?:a |an |the |your |our |all )?(?:\\w+ ){0,3}(?:status|lists?|overview|rundown|state|catalogue|catalog|names|progress|report|details|inventory)\\b)',
    'show me',
  ],
  [
    '\\b(?:rundown|run-down|summary|breakdown|inventory|enumeration|listing|roundup|run-through|roll call) of\\b',
    'list of',
  ],
  [
    "\\b(?:let me|let us|allow me to|may i|i want to|i'd like to) (?:see|have a look at|look at|view|browse|peek at)\\b",
    'show me',
  ],
  [
    "\\b(?:what|which) (?:all )?(?:have we|do we have|have you|do you have|has been|is|are|'s) (?:got |there |been )?(?:sitting|living|loaded|residing|present|currently|deployed|put|set up|running|available) (?=on|in|at)\\b",
    'what is installed ',
  ],
  [
    '\\b(?:which|what) skills (?:live|sit|reside|exist|run|are (?:living|sitting|running|active|present|loaded)) (?=on|in|at)\\b',
    'which skills are installed ',
  ],
  [
    '\\b(?:on offer|to choose from|for the taking|up for grabs|out there|round here|around here|to pick from|at our disposal|in store|in stock)\\b',
    '',
  ],
  ['\\b(?:installed|deployed|present|available|found) (?:anywhere|somewhere)\\b', 'installed'],
  ['\\b(?:anywhere|somewhere) (?:installed|deployed)\\b', 'installed'],
  ['^\\s*(?:and |so |what about |how about )?(?:run|job|batch) #?\\d+\\s*\\?', 'status of run?'],
];
