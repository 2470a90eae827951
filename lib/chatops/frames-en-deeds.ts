/** English idioms for deeds and questions, as data: "set X up on Y", "get rid of it", "where are we with X" in plain words. */
import type { FrameText } from './frames.ts';

const VERSION = 'v?\\d+(?:\\.\\d+)+(?:-[\\w.]+)?';
/** Up to here in the same sentence; the dots of versions do not end one. */
const AHEAD = '(?:[^.!?;]|\\.(?=\\d)){0,80}';
const MOVE = '(?:get|bring|lift|move|take|push|raise|nudge|pull|switch|step|bump|wind|knock|drop|put|set)';

/** A name with what may stand before it. */
const NAME = "((?:[\\w가-힣@.-]+(?:'s)? ){1,7}?)";
/** Nouns of deeds, each with its verb. */
const DEEDS: readonly FrameText[] = [
  ['(?:install|installation|deployment|rollout|roll-out|set-?up)', 'install'],
  ['(?:upgrade|update|refresh|version bump|bump)', 'upgrade'],
  ['(?:removal|uninstall|uninstallation|deinstallation|deletion)', 'uninstall'],
  ['(?:rollback|roll-back|downgrade|reversion)', 'roll back'],
  ['(?:retry|rerun|re-run)', 'retry'],
  ['(?:cancellation|abort)', 'cancel'],
];
/** What is had done, each with its verb. */
const PARTICIPLES: readonly FrameText[] = [
  ['(?:upgraded|updated|bumped|refreshed)', 'upgrade'],
  ['(?:rolled back|reverted|downgraded)', 'roll back'],
  ['(?:removed|deleted|uninstalled|dropped|purged|taken off)', 'remove'],
  ['(?:installed|deployed|added|set up)', 'install'],
  ['(?:cancelled|canceled|aborted|stopped)', 'cancel'],
  ['(?:retried|rerun|re-run)', 'retry'],
];
/** What turns the noun of a deed into the deed. */
const DOING =
  '(?:requesting|asking for|looking for|hoping for|wanting|needing|do|perform|carry out|make|trigger|kick off|initiate|launch|proceed with|go ahead with|execute|begin|arrange|arrange for|organise|organize|need|want|request|ask for|like|schedule in|grateful for|glad of|appreciate|have|please|for)';

export const ENGLISH_DEED_FRAMES: readonly FrameText[] = [
  // Trying again.
  [
    `\\b(?:could|can|would|may|might|should|must) ${NAME}be (?:attempted|tried|run|started|executed|launched|kicked off) (?:again|afresh|anew|once more|over again|a second time|one more time)\\b`,
    'please retry $1',
  ],
  [
    '(?<=^|[.!?\\n] ?|please )(?:just )?(?:one more|another|a second|a new|a fresh) (?:attempt|try|go|shot|round|run)(?: please)?(?: (?:at|for|of|with|on))(?= )',
    'retry',
  ],
  [
    '\\b(?:give|have|take) ((?:[\\w가-힣.-]+ ){0,9}?)(?:another|a second|one more|a fresh|a new) (?:go|try|crack|shot|stab|attempt|whirl)(?: (?:at(?! once)|to))?\\b',
    'retry $1',
  ],
  ['\\b(?:kick|set|start|fire) (it|them|that|this) off (?:again|once more)\\b', 'retry $1'],
  ['\\btry (?:once |yet )?again to (?=[a-z가-힣])', 'retry to '],
  // Moving a version.
  [
    `\\b${MOVE}\\b(?=${AHEAD} (?:up|over|across|forward) to (?:version )?(?:${VERSION}|the (?:latest|newest)))`,
    'upgrade',
  ],
  [`\\b${MOVE}\\b(?=${AHEAD} (?:down|back) to (?:version )?${VERSION})`, 'roll back'],
  [`\\b(?:drop|lower)\\b(?=${AHEAD} to (?:version )?${VERSION})`, 'roll back'],
  [
    `\\b(?:lift|raise|take|move|push|bump|nudge|bring|get|set|change|switch)\\b(?=${AHEAD} to (?:version )?${VERSION})`,
    'upgrade',
  ],
  [
    `\\b(?:take|move|get|bring|switch|go)\\b(?=${AHEAD} from (?:version )?${VERSION} to (?:version )?${VERSION})`,
    'upgrade',
  ],
  [`\\b(?:knock|take|move|drop|step)\\b(?=${AHEAD} down (?:a|one) (?:version|release|notch))`, 'roll back'],
  ['\\bdo away with\\b', 'remove'],
  ...DEEDS.map(
    ([noun, verb]): FrameText => [
      `\\b${DOING} (?:(?:a|an|the|another|one) )?(?:(?:fresh|quick|clean|new|full|prompt|swift|immediate) )?${noun} (?:of|for)\\b`,
      `please ${verb}`,
    ],
  ),
  ...DEEDS.map(
    ([noun, verb]): FrameText => [
      `\\b(?:could|can|would|may|might|should|shall) (?:the|an?) ${noun} (?:of|for) ${NAME}(?:please )?be (?:done|made|performed|carried out|run|arranged|started)`,
      `please ${verb} $1`,
    ],
  ),
  // Putting on.
  [`\\b(?:roll|push|ship) ${NAME}out\\b(?= (?:to|on|onto|across|everywhere|for|at)\\b)`, 'deploy $1'],
  [
    `\\b(?:make|have|get|keep) ${NAME}(?:be )?(?:available|usable|accessible|ready(?: to use)?)\\b(?= (?:on|to|for|in|at|across|everywhere)\\b)`,
    'install $1',
  ],
  [
    `\\b(?:equip|furnish|supply|provide|outfit|kit|fit|load|arm|stock|hook|set|provision|present) (?!me |us |them )${NAME}(?:up |out )?with(?= )`,
    'install on $1',
  ],
  [
    `\\b(?:gimme|get (?:me|us)|grab (?:me|us)|hand (?:me|us)|(?:sort|hook|fix|set|kit) (?:me|us|them) (?:out|up) with|treat (?:me|us|them) to|i'll (?:have|take(?! care))|hit me with)(?= (?:[^.?!]|\\.(?=\\d)){1,60} (?:on|onto|in|into|to)\\b)(?!${AHEAD}\\b(?:status|list|overview|rundown|state|catalogue|catalog|names|progress|report|details|help|key|keys|password|credentials|token|secret|secrets|info|information|news)\\b)`,
    'install',
  ],
  ['\\b(?:should|must|ought to) (?:receive|get|be given|be getting|have)(?= )', 'needs'],
  [
    `(?<!\\bback |\\bit |\\bthis |\\bthat |\\bthe |\\ba )\\b(?:hook|plug|wire|throw|slap|stick|pop|chuck|toss|bolt|tack|mount|attach|place|park|dump|stuff|slot|onboard|provision|load|spin|fire|land|slide|sling|whack|shove|squeeze|introduce|carry|deliver|distribute|propagate|extend|spread|integrate|embed|integrate) (?:up )?(?!back|off|out|away|down)${NAME}(?:up |over )?(?=(?:on|onto|on to|into|in|to|across)\\b(?! (?:me|us)\\b))`,
    'install $1',
  ],
  ['(?<=[\\w가-힣.-] )goes (?:on|onto|into|in|to|live on)\\b(?! back)', 'should be installed on'],
  [`\\bdrop ${NAME}(?=(?:onto|on to|into) )`, 'install $1'],
  [
    `\\b(?:set|get|stand|fire|spin) (?!(?:[\\w가-힣@.-]+ ){1,5}?set up)${NAME}up (?=(?:on|in|at|for|onto)\\b)`,
    'install $1',
  ],
  [
    '\\b(?:hook up|set up|add|create|make|register|open|wire up|connect|configure|provision|install) (?:a|an|another|one more|some) (?:brand )?(?:new |fresh |additional |extra |second |third )?(?:[\\w가-힣-]+ ){0,3}(?:connection|provider|account|integration|endpoint|credential|workspace)s?\\b',
    'create a connection',
  ],
  // Getting it done.
  ...PARTICIPLES.map(
    ([participle, verb]): FrameText => [
      `(?:(?<!\\b(?:did|do|does|when|who|why) (?:you|we|they|i) )\\b(?:get|want|need)|(?<=^|[.!?,\\n] ?|please |kindly |just |now |to |and |(?:can|could|would|will) you )have) (?!(?:you|we|they|i|it|he|she|already|anyone|somebody|been)\\b(?!-))${NAME}(?:to be |be )?${participle}(?= |[.,?!]|$)`,
      `please ${verb} $1`,
    ],
  ),
  [`\\b(needs?|wants?|have|get|make|put|take) ${NAME}live (?=(?:on|in|at|for) )`, '$1 $2'],
  ['\\blet (?!me |us |them |it )([\\w가-힣 -]{1,30}?) have (?=[\\w가-힣-])', 'install on $1 '],
  [
    `\\bgive (?!me |us |it |them |this |that |up |[\\w가-힣-]+ (?:a|an|another|the|some) )(?=[\\w가-힣-]+ [\\w가-힣-]+)(?!${AHEAD} to )(?!${AHEAD}\\b(?:rights|access|permissions?|roles?)\\b)`,
    'install on ',
  ],
  // Taking off.
  [
    '\\b(?:wipe|clean|scrub|sweep|strip|clear) ([a-z0-9가-힣-]+(?: [a-z0-9가-힣-]+)?) (?:clean|bare|empty|out completely|completely)(?=[.!]|$| please)',
    'remove everything from $1',
  ],
  [
    '\\b(?:clean|clear|tidy|sweep|mop|weed|rip|strip|scrub) (it|them|that|this)(?: all)? (?:up|out|away)\\b',
    'remove $1',
  ],
  [
    `\\b(?:take|pull|yank|tear|boot|evict|retire|withdraw|detach|unhook|unplug|unload|unship) (?!back)${NAME}(?:away |out |off |back out )?from(?= )(?!${AHEAD} (?:to|onto) )`,
    'remove $1from',
  ],
  [
    '\\b(?:can|should|must|may|has to|have to|needs to|need to|ought to|could)(?: now| please| just| really)* (?:go|leave|disappear|vanish|come|be gone|be off|be out|get out|go away)(?: away| off| out)? (?:from|off|of)\\b',
    'should be removed from',
  ],
  ['\\b(?:say goodbye|bid farewell|wave goodbye) to\\b', 'remove'],
  [
    `\\b(?:kill|take|strip|scrub|clear|wipe|clean|pull|rip|kick|boot|throw|get|knock|chuck|rid|move)(?: up| out)? (?!back|all |every)${NAME}(?:back )?(?:off|off of|out of|away from)(?= )`,
    'remove $1from',
  ],
  [
    `\\b(?:clean|clear|tidy|scrub|purge|flush|sweep|weed|prune)(?: up| out| away)? (?!all |every|everything|connections?\\b)${NAME}from(?= )`,
    'remove $1from',
  ],
  ['\\b(?:put|bring) an end to\\b', 'stop'],
  [
    '\\binstall (?:the |any |all )?(?:latest |newest |new |pending |available )*(?:updates?|upgrades?) (?:of|for|to)\\b',
    'upgrade',
  ],
  [
    `\\b(?:${MOVE}|change|point|flip)\\b(?=${AHEAD} (?:to|onto) (?:the )?(?:(?:branch|tag|commit) [\\w가-힣.-]+|[\\w가-힣.-]+ (?:branch|tag|channel))\\b)(?!${AHEAD} back)`,
    'upgrade',
  ],
  ['\\b(?:give|have) (?:it|that|them|this) another (?:go|try|crack|shot|stab|attempt|whirl)\\b', 'retry'],
  // What stays as it is.
  [
    `(?<=^|[.!?\\n] ?|please |kindly )(?:leave|keep) ${NAME}((?:on|in|at) [\\w .-]{1,40}? )?(?:alone|untouched|unchanged|in place|where (?:it|they) (?:is|are)|(?:exactly |just )?(?:as|the way) (?:it|they) (?:is|are))\\b`,
    'do not update $1$2',
  ],
  // "Gemini's copy of docx".
  [
    "(?<![\\w가-힣-])((?:[\\w가-힣-]{1,20} ){0,2}[\\w가-힣-]{1,20}) ?'s (?:copy|instance|installation|install|deployment|version) of ((?:the )?[\\w가-힣-]+)",
    '$2 on $1',
  ],
  // Needing what is done.
  [
    '\\b(?:needs?|wants?|deserves?|should have|should get|requires?) (?:its|their|the) (?:very )?(?:newest|latest|most recent|current) (?:versions?|releases?|builds?)\\b',
    'should be upgraded',
  ],
  [
    '\\b(?:should|must|ought to|needs? to|has to|have to) be (?:moved|brought|taken|lifted|switched|raised|put|set)(?: up| over| across)?(?: to)? (?=(?:the |[\\w가-힣-]+ )?(?:version )?(?:v?\\d+\\.\\d|latest|newest))',
    'should be upgraded to ',
  ],
  [
    '\\b(?:needs?|wants?|deserves?|requires?|could do with|could use|is (?:over)?due for|is ready for|cries out for) (?:an? |some )?(?:updating|upgrading|bumping|refreshing|update|upgrade|refresh|bump)\\b',
    'should be upgraded',
  ],
  [
    '\\b(?:needs?|wants?|deserves?|requires?|is (?:over)?due for) (?:a )?(?:removing|deleting|uninstalling|removal|uninstall|deletion)\\b',
    'should be removed',
  ],
  [
    '\\b(?:needs?|wants?|requires?) (?:an? )?(?:installing|deploying|adding|installation|deployment)\\b',
    'should be installed',
  ],
  [
    '\\b(?:needs?|wants?|deserves?|requires?) (?:a )?(?:rolling back|reverting|downgrading|rollback|downgrade)\\b',
    'should be rolled back',
  ],
  // Moving to the newest.
  [
    `\\b(?:${MOVE}|change|go|carry|jump)\\b(?=${AHEAD} (?:to|onto|on to|up to) (?:the |its |their )?(?:very )?(?:latest|newest|most recent|current|new)(?: stable)?(?: versions?| releases?| builds?| ones?|[,.!?]| please| on | for |$))(?!${AHEAD} back)`,
    'upgrade',
  ],
  [`\\b(?:${MOVE}|keep|make sure) ${NAME}(?:is |are )?(?:up to date|up-to-date|current)\\b`, 'upgrade $1'],
  // Going back.
  [`(?<=^|[.!?;,\\n] ?)back to (${VERSION}) (?:with|for) ${NAME}(?=(?:on|in|at) )`, 'roll back $2to $1 '],
  [
    '\\bback (?:a|one|1|by one|by a|a single) (?:releases?|versions?|steps?|notch|revision)\\b',
    'back to the previous version',
  ],
  [
    `\\b(?:reinstate|bring back|give us back|reactivate the old|put back|return to using|return|fall back to|go back to using|go back to|(?<=(?:^|[.!?;,\\n] ?))back to)(?= (?:the )?(?:previous|old|older|earlier|prior|last|version|${VERSION}|[\\w가-힣-]+ (?:version )?${VERSION}))`,
    'roll back',
  ],
  [
    `\\bundo (?:the )?(?:last |latest |recent |most recent |previous )?(?:upgrade|update|version bump|bump) (?:of|to|for|on)\\b`,
    'roll back',
  ],
  [
    `\\bundo (?:the |that |this |my )?(?:last |latest |recent |most recent )?${NAME}(?:upgrade|update|bump)\\b`,
    'roll back $1',
  ],
  [`\\bgoes back to(?= (?:version )?${VERSION})`, 'should be rolled back to'],
  [`\\b(?:return|restore|reset|revert|set|rewind) ${NAME}(?=to (?:version )?${VERSION})`, 'roll back $1'],
  [
    `\\b(?:return|restore|reset|revert|rewind) ${NAME}(?=to (?:the |its |an? )?(?:previous|last|old|older|earlier|prior|former|version before)\\b)`,
    'roll back $1',
  ],
  [
    `\\b(?:return|restore|reset|revert|set|rewind|take|bring|put|move|switch|get|drop|step|go|wind|turn) ${NAME}back (?=to (?:the |an? |its )?(?:previous|last|old|older|earlier|prior|former))`,
    'roll back $1',
  ],
  // Stopping.
  [
    `\\b(?:scrub|scratch|drop|kill|axe|bin|scrap|ditch|pull|nix|end|quit|discard|withdraw|shut down|call off|forget|remove|delete)(?= (?:the|that|this|my|our|all|any|every) (?:[\\w가-힣-]+ ){0,4}?(?:queued|pending|running|ongoing|current|active|in-progress|in-flight|waiting|half-finished) (?:[\\w가-힣-]+ ){0,4}?(?:install|installation|upgrade|update|removal|uninstall|rollback|deployment|rollout|runs?|jobs?|tasks?)\\b)`,
    'cancel',
  ],
  [`\\b(?:call|blow|put) ${NAME}off\\b`, 'cancel $1'],
  [
    '\\b(?:pull the plug on|put a stop to|call a halt to|cease|suspend|discontinue|break off|cut short|call time on)(?= )',
    'stop',
  ],
  // Trying again.
  [
    '\\b(?:repeat|replay|re-?attempt|re-?trigger|re-?submit|re-?queue|re-?launch|re-?start|re-?execute|re-?issue|redo)(?= )',
    'retry',
  ],
  [
    '\\b(?:have|take|give|get) (?:another|a second|one more|a fresh) (?:go|try|crack|shot|stab|attempt|whirl|bash)(?: (?:at|to|of))?\\b',
    'retry',
  ],
  [
    `\\b(?:run|put|send|push) ${NAME}(?:through )?(?:again|once more|one more time|a second time|another time|anew)\\b`,
    'retry $1',
  ],
  [
    "\\b(?:whatever|anything|everything|all that|what|the ones? that|those that|all those that|any that|the stuff that) (?:has |have |had |just |recently |already )*(?:failed|fell over|fell through|broke|crashed|died|choked|bombed|conked out|went wrong|went sideways|did not work|didn't work|errored(?: out)?|timed out|blew up)\\b",
    'the failed ones',
  ],
  // Everywhere.
  [
    '\\b(on|onto|to|from|in|across|for|into|off|over) (?:everything|the lot)(?= except| but| other| apart| besides| excluding| save| minus|[.,!?"]| please| today| now| asap|$)',
    '$1 all providers',
  ],
  [
    '\\b(?:each|every) (?:and every )?(?:single |last )?(?:one )?(?:of )?(?:(?:the|our|my) )?(?:active )?(connection|provider|account|environment|instance|workspace|target)s?\\b',
    'all $1s',
  ],
  ['\\b(every|all) (?:single|last|single last) (skill|one)\\b', 'all $2s'],
  [
    '[,;]? ?(?:and |but |please )*(?:leave|keep) (?:the (?:others?|rest)|others|everything else|all (?:the )?others?|everyone else|the other (?:ones?|connections?|providers?|environments?))(?: alone| as (?:it|they) (?:is|are|was|were)| untouched| in place| be| there| installed| running| unchanged| out of it)*',
    '',
  ],
  // Lives, numbers and versions passed on the way.
  ['(?<![\\w가-힣-])lives (?=(?:on|in|at) )', 'is installed '],
  [
    '(?<=\\b(?:skills?|they|they all|it|which|that|to|still|now|also|we|ones) )live (?=(?:on|in|at) )',
    'sit ',
  ],
  [
    '\\b(rerun|retry|cancel|abort|stop|kill|restart|repeat|check|status of) (?:#|no\\.? ?|number )?(\\d{1,6})\\b(?![.\\d])',
    '$1 run $2',
  ],
  [`(?:\\bfrom )?(?:\\bversion )?\\b${VERSION} +to +(?:version )?(?=${VERSION})`, ''],
  [
    ',? ?\\bno (?:upgrades?|updates?|changes?|installs?|removals?|rollbacks?)(?: please| at all)?(?=[.,!]|$)',
    '',
  ],
];
