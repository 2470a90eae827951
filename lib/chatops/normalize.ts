/** Brings a chat message into the one form that is interpreted: NFKC, lower case, plain quotes, no emoji or mentions. */

export const MAX_MESSAGE_LENGTH = 2000;

export interface Normalized {
  readonly text: string;
  /** Invisible or direction-changing characters stood in the message. */
  readonly hidden: boolean;
  readonly hasHangul: boolean;
}

const LAUGHTER = /[ㅋㅎㅠㅜ]+|\^{2,}|~+/gu;
/** "설치해 주세요~ 급해요": laughing ends a sentence that has its ending. */
const LAUGHED_END = /(?<=[가-힣][요다죠까네])[ ]?(?:[ㅋㅎㅠㅜ]{2,}|\^{2,}|~+)(?=\s*[가-힣a-z])/giu;
/** "ㅇ docx 깔아줘", "ㅂㄷㅂㄷ": letters that are said by themselves. */
const STRAY_JAMO = /(?<!\S)[ㅇㄷㅂㅈㅅㅁㄹㅎㅊ]{1,4}(?!\S)/gu;
const EMOJI =
  /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\ufe0f|\u20e3)\u200d?/gu;
/** Between words they part what is said like a comma. */
const EMOJI_BETWEEN =
  /(?<=[\p{L}\p{N})]) *(?:(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f)(?:\p{Emoji_Modifier}|\ufe0f|\u200d)* *)+(?=[\p{L}\p{N}(@])/gu;
const EMOJI_NAME = /(?<![\p{L}\p{N}]):[a-z0-9_+-]{2,30}:(?![\p{L}\p{N}])/giu;
const MENTION = /<[@#!][^<>\s]{1,60}>|(?<![\p{L}\p{N}\-_./@])@[\p{L}\p{N}._-]{1,40}/gu;
const HIDDEN = /[\p{Cf}\p{Cc}\p{Co}\p{Cn}]/u;

export function normalize(message: string): Normalized {
  const unified = message
    .replace(/^\u{feff}/u, '')
    .replace(/\r\n?/gu, '\n')
    .replace(/\t/gu, ' ')
    .replace(LAUGHED_END, '. ')
    .replace(LAUGHTER, ' ')
    .replace(STRAY_JAMO, ' ')
    .replace(EMOJI_BETWEEN, ', ')
    .replace(EMOJI, ' ')
    .replace(EMOJI_NAME, ' ')
    .replace(MENTION, ' ')
    .normalize('NFKC')
    .toLowerCase();
  const text = plainPunctuation(unified);
  return { text, hidden: HIDDEN.test(text.replace(/\n/gu, '')), hasHangul: hasHangul(text) };
}

function plainPunctuation(text: string): string {
  return text
    .replace(/[‘’ʼ′]/gu, "'")
    .replace(/[“”„«»「」『』]/gu, '"')
    .replace(/[-=]+>|→/gu, ' to ')
    .replace(/[‐‑]/gu, '-')
    .replace(/[‒–—―]/gu, ' , ')
    .replace(/[、·ㆍ]/gu, ',')
    .replace(/。/gu, '.')
    .replace(/[•‣▪]/gu, '-')
    .replace(/[^\S\n]/gu, ' ');
}

export function hasHangul(text: string): boolean {
  return /[가-힣ㄱ-ㅣ]/u.test(text);
}

/** What two spellings of a name share: letters and digits only. */
export function compact(text: string): string {
  return text.replace(/[\s\-_]+/gu, '');
}

/** A name in the form in which it is looked up: lower case, single spaces for every separator. */
export function spaced(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\-_]+/gu, ' ')
    .trim();
}

/** Lines that begin with ">" are somebody else's, when there are others beside them. */
export function withoutQuotedLines(text: string): { readonly text: string; readonly quoted: boolean } {
  const lines = text.split('\n');
  const own = lines.filter((line) => !/^\s*>/u.test(line));
  if (own.length === lines.length) return { text, quoted: false };
  return { text: own.join('\n'), quoted: true };
}

/** Endings of Korean verbs and adjectives, which no name has. */
const KOREAN_PREDICATE =
  /[가-힣](?:(?<!개|중|주|수|필|강|교|소)요|[아어해져려워와돼나가라커써꺼빠파러겨켜쳐]서|길래|더니|으니|므로|느라|던데|텐데|습니까|는가|군|군요|구나|더라|더라고|더라구|이다|했다|됐다|었다|았다|없다|있다|겠네|네|니다|니까|어요|아요|해요|세요|네요|데요|지요|까요|나요|가요|워요|져요|려요|라요|셔요|게요|죠|는데|은데|한데|인데|어서|아서|해서|져서|려서|되어|하여|지만|려고|도록|면서|인지|는지|은지|을지|하게|되게|하는|되는|있는|없는|하던|었던|았던|했던|하고|되고|히|스럽게|적으로|겠어|겠다|잖아|거든)$/u;

export function isKoreanPredicate(text: string): boolean {
  return KOREAN_PREDICATE.test(text);
}
