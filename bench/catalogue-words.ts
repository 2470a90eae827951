/** Texts of made-up skills: a few words that all hold, many that few hold, English and Korean. */

const COMMON = [
  'document',
  'data',
  'report',
  'files',
  'review',
  'generate',
  'analyze',
  'workflow',
  'team',
  'project',
];
const KOREAN_COMMON = [
  '문서',
  '보고서',
  '데이터',
  '자동화',
  '분석',
  '회의록',
  '번역',
  '검토',
  '정리',
  '요약',
];
const SYLLABLES = [
  'ba',
  'cor',
  'den',
  'fil',
  'gra',
  'hol',
  'ins',
  'jet',
  'kan',
  'lum',
  'mir',
  'nov',
  'ora',
  'pel',
  'qui',
  'ros',
];
const HANGUL = Array.from(
  '가나다라마바사아자차카타파하거너더러머버서어저처고노도로모보소오조초구누두루무부수우주추',
);
const PARTICLES = ['을', '를', '의', '에서', '으로', '과', '은'];
const RARE_WORDS = 6000;

export interface MadeSkill {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly tags: readonly string[];
}

/** The same number makes the same skill. */
export function makeSkill(number: number): MadeSkill {
  const random = randomNumbers(number);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  // Skewed like a language: the first words come up far more often than the last.
  const rare = () => rareWord(Math.floor(RARE_WORDS * random() ** 3));
  const korean = () => koreanWord(Math.floor(600 * random() ** 2));
  const words = Array.from({ length: 12 + Math.floor(random() * 10) }, () =>
    random() < 0.3 ? pick(COMMON) : rare(),
  );
  const hangul = Array.from(
    { length: 4 },
    () => (random() < 0.4 ? pick(KOREAN_COMMON) : korean()) + pick(PARTICLES),
  );
  const title = random() < 0.1 ? pick(COMMON) : rare();
  const rarity = number % 1000 === 7 ? ' Handles xylophones.' : '';
  return {
    name: `${rare()}-${title}-${number}`,
    displayName: random() < 0.5 ? `${title} ${pick(KOREAN_COMMON)}` : `${rare()} ${title}`,
    description: `Use for every document: ${words.join(' ')}. ${hangul.join(' ')}${rarity}`,
    tags: [pick(COMMON), ...(number % 200 === 3 ? ['seldom'] : []), ...(random() < 0.3 ? [korean()] : [])],
  };
}

function rareWord(index: number): string {
  const digits = [index % 16, Math.floor(index / 16) % 16, Math.floor(index / 256), (index * 7) % 16];
  return digits.map((digit) => SYLLABLES[digit % 16]).join('');
}

function koreanWord(index: number): string {
  const at = (place: number) => HANGUL[place % HANGUL.length] ?? '';
  return at(index) + at(index * 7 + Math.floor(index / HANGUL.length));
}

function randomNumbers(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b9);
  return () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x297a2d39;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}
