/** Greetings before a message and thanks and names behind it say nothing about it. (pure) */

const TEAM =
  '(?:[,]? (?:there|all|team|everyone|everybody|folks|guys|bot|skillbot|both|colleagues|support|platform team|ops))?';
const GREETING = [
  `(?:hi|hey|hello|hallo|hiya|howdy|good (?:morning|afternoon|evening|day)|morning|afternoon|evening|greetings)${TEAM}(?: [a-z가-힣]{2,12}(?=[,!\\n]))?[,!.:\\n ~-]*(?:[,!.\\n~-])`,
  `dear (?:all|team|colleagues|[a-z]{2,12}(?: team)?)[,!.\\n]+`,
  `(?:hey |ok |okay )?(?:skillbot|bot)[,:!]`,
  `(?:ok |okay |so )?(?:maybe )?(?:an? )?(?:silly|stupid|dumb|noob|quick|simple) question(?: maybe| perhaps| probably)?,?(?: but)?[,.:! -]+`,
  `(?:ok so|okay so|ok then|alright then|right then),? `,
  `(?:sorry to bother you|sorry to disturb|excuse me|quick question|quick one|one more thing|just a quick one)(?: again)?[,:.! -]+`,
  `(?:다들 |모두 |여러분 |팀장님 |[가-힣]{2,4}님,? )?안녕하(?:세요|십니까)[ ,.!~\\n]+(?:[가-힣]{1,8}팀(?:의)? ?[가-힣]{0,6}입니다[ ,.!~\\n]+)?`,
  `(?:다들 |모두 )?(?:수고|고생)(?: ?많으(?:십니다|세요|시네요)|하십니다|하세요| ?많으십니다)[ ,.!~\\n]+`,
  `(?:저기요?|혹시|실례합니다|죄송한데|죄송하지만|번거로우시겠지만|바쁘신데 죄송하지만)[ ,.!~]+`,
].join('|');
const OPENING = new RegExp(`^\\s*(?:${GREETING})\\s*(?=\\S)`, 'u');

const CLOSING = [
  `(?:many |kind |best |warm |with |kindest |yours |)(?:thanks|thank you|thx|cheers|regards|best|sincerely|wishes|greetings|faithfully|truly|ta|br|rgds)(?: (?:and|&) (?:best |kind )?regards)?(?: in advance| so much| a lot| very much| again| a bunch| regards| wishes)?`,
  `감사합니다|고맙습니다|감사드립니다|수고하세요|수고하십시오|좋은 하루 (?:되세요|보내세요)|감사해요|고마워요|고마워`,
].join('|');
/** On a line of its own, or behind the end of a sentence, with a name or two after it. */
const ENDING = new RegExp(
  `(?<=[a-z0-9가-힣)"'\`])([.!?]?)(?:(?:\\n\\s*|(?<=[.!?]) +)(?:${CLOSING})[,.!~ ]*(?:(?:\\n|(?<=,) )\\s*[a-z가-힣][a-z가-힣.&' -]{0,40}){0,3}|\\n\\s*[가-힣]{2,10} ?(?:드림|올림|배상))\\s*$`,
  'u',
);
/** Korean thanks behind an order; "설치해 주셔서 감사합니다" thanks for what was done. */
const INLINE =
  /(?<=[가-힣a-z0-9.!)])(?<![서면니점데게]) (?:감사합니다|고맙습니다|수고하세요|수고하십시오)[.!~ ]*$/u;
/** ", kind regards, Beatriz". */
const SIGNED = /, (?:kind |best |warm )?(?:regards|wishes|cheers|thanks),? [a-z]{2,15}[.!]*$/u;
const MOST = 3;

export function withoutCourtesies(text: string): string {
  let plain = text;
  for (let count = 0; count < MOST && OPENING.test(plain); count += 1) plain = plain.replace(OPENING, '');
  return plain.trim().replace(ENDING, '$1').replace(INLINE, '').replace(SIGNED, '');
}
