/** Rules about text that turns an agent against the person it works for. */
import type { Rule } from '../rule.ts';

/** The sentence teaches, quotes or forbids the thing instead of saying it to the agent. */
const TALKED_ABOUT =
  /\b(?:prompt[ -]injections?|jailbreak\w{0,3}|inject(?:ion|ed)s?|attack\w{0,4}|malicious|adversarial|such as|for example|e\.g\.|like ["'“‘]|detect\w{0,3}|flag\w{0,3}|refuse|reject|never|do not follow|don['’]t follow|untrusted|suspicious|red flags?|examples? of)\b|프롬프트 인젝션|탐지|예시|의심/i;

const EARLIER = String.raw`(?:all |any |every |your |the |of |my |these |those ){0,3}(?:previous|prior|above|earlier|preceding|existing|original|system|developer|safety|other)`;
const ORDERS = String.raw`(?:instructions?|prompts?|rules|directions|directives|guidelines|guardrails|constraints|messages|context)`;

export const promptInjectionRules: readonly Rule[] = [
  {
    id: 'SK-PI-01',
    severity: 'high',
    title: 'Tells the agent to drop its other instructions',
    advice:
      'Say what the skill does instead; an agent must keep to the instructions of the person it works for.',
    patterns: [
      {
        find: new RegExp(
          String.raw`\b(?:ignore|disregard|forget|override|bypass|discard|drop)\s{1,3}${EARLIER}\s{1,3}(?:\w{1,12}\s{1,3}){0,2}${ORDERS}\b`,
          'i',
        ),
        place: 'any',
        unless: TALKED_ABOUT,
      },
      {
        find: /(?:이전|기존|위의?|앞선|시스템)\s{0,2}(?:모든\s{0,2})?(?:지시|명령|규칙|프롬프트|지침)(?:사항)?[을를은는]?\s{0,2}(?:모두\s{0,2}|전부\s{0,2}|다\s{0,2})?(?:무시|잊)/,
        place: 'any',
        unless: TALKED_ABOUT,
      },
      {
        find: /\b(?:these|the following|my) instructions (?:override|supersede|replace|take (?:precedence|priority) over) (?:all |any |every )?(?:other|previous|system|user|prior)\b/i,
        place: 'any',
        unless: TALKED_ABOUT,
      },
    ],
  },
  {
    id: 'SK-PI-02',
    severity: 'high',
    title: 'Switches the agent into a role without limits',
    advice: 'Leave it out: a skill needs no agent that has been freed from its rules.',
    patterns: [
      {
        find: /\b(?:you are now|act as|switch (?:in)?to|pretend (?:to be|you are)|enter (?:your )?) ?(?:in |an? |the |into ){0,2}(?:developer mode|god mode|dan\b|do anything now|jailbroken|unrestricted|unfiltered|uncensored|unlimited|root mode)/i,
        place: 'any',
        unless: TALKED_ABOUT,
      },
      {
        find: /\byou (?:have|are) (?:no|without|not bound by|free of|freed from) (?:any )?(?:restrictions|limits|limitations|rules|guidelines|filters|ethic\w{0,3})/i,
        place: 'any',
        unless: TALKED_ABOUT,
      },
      {
        find: /(?:개발자|디버그|무제한|탈옥)\s{0,2}모드(?:로|를|가)?\s{0,2}(?:전환|활성화|들어가|작동)/,
        place: 'any',
        unless: TALKED_ABOUT,
      },
    ],
  },
  {
    id: 'SK-PI-03',
    severity: 'high',
    title: 'Has something done behind the back of the person',
    advice: 'Let the agent tell what it does; somebody who is not told cannot agree.',
    patterns: [
      {
        find: /\b(?:do not|don['’]t|never|without) (?:ever )?(?:tell|telling|mention(?:ing)?|inform(?:ing)?|notify(?:ing)?|alert(?:ing)?|reveal(?:ing)? (?:this |it |that )?to|show(?:ing)? (?:this |it |that )?to|disclos(?:e|ing) (?:this |it |that )?to|let(?:ting)?) (?:(?:this|it|that|any of this|these steps) (?:to )?)?(?:the )?(?:user|human|owner|operator|developer|person)\b(?!['’]s (?:name|id)| (?:to|that they|how|what|which|when|their|that their|until|again|about (?:minor|every|each)))/i,
        place: 'any',
        unless: TALKED_ABOUT,
      },
      {
        find: /\b(?:hide|conceal|keep) (?:this|it|that|these (?:steps|actions|changes)|your actions?|all traces?|the (?:fact|real purpose)) (?:hidden |secret )?from (?:the )?(?:user|human|owner|operator)\b/i,
        place: 'any',
        unless: TALKED_ABOUT,
      },
      {
        find: /(?:사용자|유저|주인)(?:에게|한테|께|가)?\s{0,2}(?:이\s{0,2}(?:사실|내용|작업)[을를]?\s{0,2})?(?:절대\s{0,2})?(?:알리지|말하지|언급하지|보여주지|모르게|알아채지)/,
        place: 'any',
        unless: TALKED_ABOUT,
      },
    ],
  },
  {
    id: 'SK-PI-04',
    severity: 'medium',
    title: 'Asks the agent never to refuse, or for its own instructions',
    advice: 'Leave the decision to refuse, and what an agent says of its set-up, to the agent.',
    patterns: [
      {
        find: /\b(?:never|do not|don['’]t|must not|cannot) (?:ever )?(?:refuse|decline|reject) (?:(?:a|any|the|this|these|my|user) )?(?:requests?|tasks?|instructions?|commands?|orders?)\b/i,
        place: 'any',
        unless: /\b(?:injection|attack|malicious|adversarial|detect|flag)/i,
      },
      {
        find: /\b(?:print|reveal|show|output|repeat|dump|leak|return|display|tell me) (?:\w{1,10} ){0,3}(?:your|the) (?:full |entire |hidden |original |initial )?(?:system prompt|initial instructions|hidden instructions|developer message)/i,
        place: 'any',
        unless: TALKED_ABOUT,
      },
      {
        find: /\b(?:skip|omit|drop|disable|suppress) (?:all |any )?(?:safety|security|ethical|content) (?:warnings?|checks?|filters?|disclaimers?|guardrails?)\b/i,
        place: 'any',
        unless: TALKED_ABOUT,
      },
    ],
  },
  {
    id: 'SK-PI-05',
    severity: 'high',
    title: 'Hides orders to the agent where people do not look',
    advice:
      'Write instructions where they can be read; comments and hidden elements are for people, not for agents.',
    patterns: [
      {
        find: /<!--[^>]{0,400}?\b(?:(?:agents?|assistant|claude|gpt|llm|model|ai)\s{0,2}[:,]\s{0,3}(?:you |please |must |always |now ){0,2}(?:run|execute|fetch|send|download|install|delete|open|read|upload|post|call|add|write|ignore)|(?:you must|always|silently|secretly) (?:run|execute|fetch|send|download|install|upload|post))\b/i,
        place: 'prose',
      },
      {
        find: /<[a-z]{1,10}\s[^>]{0,120}?(?:display\s{0,2}:\s{0,2}none|visibility\s{0,2}:\s{0,2}hidden|font-size\s{0,2}:\s{0,2}0|\bhidden\b)[^>]{0,120}>[^<]{0,300}?\b(?:run|execute|fetch|send|download|install|upload|ignore|disregard)\b[^<]{0,200}/i,
        place: 'any',
        languages: ['markdown', 'html'],
      },
      {
        find: /!\[[^\]\n]{0,200}?\b(?:agent|assistant|claude|model|ai)\b[^\]\n]{0,40}?\b(?:run|execute|send|fetch|download|install|ignore)\b[^\]\n]{0,200}\]\(/i,
        place: 'prose',
      },
    ],
  },
  {
    id: 'SK-PI-06',
    severity: 'high',
    title: 'Holds the marks that end and begin messages of a model',
    advice: 'Leave out the tokens of chat templates: a model may take what follows for another voice.',
    patterns: [
      {
        find: /<\|(?:im_start|im_end|system|endoftext|start_header_id|eot_id|begin_of_text)\|>|\[\/?INST\]|<<\/?SYS>>|<start_of_turn>|\u003C\/?(?:human|assistant)_turn>/i,
        place: 'prose',
        unless: /\b(?:token|template|delimiter|format|special|chatml|separator|stop)/i,
      },
      {
        find: /^\s{0,8}(?:Human|Assistant|System):\s{1,3}(?:ignore|you are now|disregard)\b/im,
        place: 'prose',
        unless: TALKED_ABOUT,
      },
    ],
  },
];
