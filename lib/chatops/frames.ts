/** English turns of phrase that wrap an order, as data: what they say is put into plain words before anything is read. */

interface Frame {
  readonly from: RegExp;
  readonly to: string;
}

const SOMEBODY = '(?:you|u|someone|somebody|anyone|anybody|one of you|the bot)';
/** "It would … if": what follows is wished for; with these words it is not. */
const UNWELCOME =
  '(?!.{0,40}\\b(?:bad|wrong|mistake|stupid|worse|worst|terrible|awful|silly|odd|strange|weird|surprised|worried|careful|amazed|shocked|upset|angry|sad|happen|become|break|fail)\\b)';
const VERSION = 'v?\\d+(?:\\.\\d+)+(?:-[\\w.]+)?';
/** Up to here in the same sentence; the dots of versions do not end one. */
const AHEAD = '(?:[^.!?;]|\\.(?=\\d)){0,80}';
const MOVE = '(?:get|bring|lift|move|take|push|raise|nudge|pull|switch|step|bump|wind|knock|drop|put|set)';

const FRAMES: readonly Frame[] = [
  // Wishes.
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
  // Polite openings.
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
  [`\\b(?:could|can|would|will) (?:someone|somebody|anyone|anybody)(?: please| kindly)?(?= [a-z])`, 'please'],
  [`\\bplease (?:see (?:to it )?that|make sure that|ensure that)\\b`, 'please'],
  [
    `\\b(?:would|are) ${SOMEBODY} (?:be )?(?:willing|able|so kind as|kind enough|so good as|good enough) to\\b`,
    'please',
  ],
  [
    '\\b(?:be so kind as to|be so good as to|be a (?:sport|dear|star|legend|pal) and|do (?:me|us) (?:a|the) (?:favou?r|kindness)(?: and|:)?)',
    'please',
  ],
  ['\\b(?:kindly )?do the needful and\\b', 'please'],
  ['\\b(?:i|we) (?:therefore |kindly |hereby |would like to )*request (?:that|the)\\b', 'please'],
  [`\\b(?:somebody|someone) (?:ought to|should|needs to|has to|must)\\b`, 'please'],
  // Polite endings.
  [
    "[,;]? if (?:you'd|you would|you could|you can|you) (?:be (?:so|very) (?:good|kind|nice)|please|don't mind|wouldn't mind|would|could|find [\\w ]{0,20}(?:minute|moment|second|time)|have [\\w ]{0,20}(?:minute|moment|second|time))\\b",
    '',
  ],
  [
    "[,;]? if (?:that|it|this)(?:'s| is| isn't| is not| can be| could be)? ?(?:not )?(?:at all )?(?:possible|arranged|ok|okay|alright|all right|fine|too much(?: trouble| to ask)?|no trouble|managed|feasible|convenient)\\b",
    '',
  ],
  // Trying again.
  [
    '\\b(?:give|have|take) ((?:[\\w.-]+ ){0,9}?)another (?:go|try|crack|shot|stab|attempt|whirl)(?: (?:at|to))?\\b',
    'retry $1',
  ],
  ['\\b(?:kick|set|start|fire) (it|them|that|this) off (?:again|once more)\\b', 'retry $1'],
  // Moving a version.
  [
    `\\b${MOVE}\\b(?=${AHEAD} (?:up|over|across|forward) to (?:version )?(?:${VERSION}|the (?:latest|newest)))`,
    'upgrade',
  ],
  [`\\b${MOVE}\\b(?=${AHEAD} (?:down|back) to (?:version )?${VERSION})`, 'roll back'],
  [`\\b(?:drop|lower)\\b(?=${AHEAD} to (?:version )?${VERSION})`, 'roll back'],
  [`\\b(?:lift|raise|take|move|push|bump|nudge)\\b(?=${AHEAD} to (?:version )?${VERSION})`, 'upgrade'],
  [
    `\\b(?:take|move|get|bring|switch|go)\\b(?=${AHEAD} from (?:version )?${VERSION} to (?:version )?${VERSION})`,
    'upgrade',
  ],
  [`\\b(?:knock|take|move|drop|step)\\b(?=${AHEAD} down (?:a|one) (?:version|release|notch))`, 'roll back'],
  ['\\bdo away with\\b', 'remove'],
].map(([from = '', to = '']) => ({ from: new RegExp(from, 'gu'), to }));

/** The same message without its frames; plain messages stay as they are. */
export function withoutFrames(text: string): string {
  return FRAMES.reduce((plain, { from, to }) => plain.replace(from, to), text);
}
