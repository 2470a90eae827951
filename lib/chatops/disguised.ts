/** Names that look like Latin ones and are not: letters of other scripts that nobody can tell from a to z. (pure) */

/** After Unicode's confusables (UTS 39), lower case. */
const LOOKS_LIKE: Readonly<Record<string, string>> = {
  // Cyrillic
  а: 'a',
  в: 'b',
  с: 'c',
  ԁ: 'd',
  е: 'e',
  ғ: 'f',
  һ: 'h',
  і: 'i',
  ӏ: 'l',
  ј: 'j',
  к: 'k',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  ԛ: 'q',
  г: 'r',
  ѕ: 's',
  т: 't',
  у: 'y',
  ѵ: 'v',
  ԝ: 'w',
  х: 'x',
  ү: 'y',
  п: 'n',
  ь: 'b',
  // Greek
  α: 'a',
  β: 'b',
  ε: 'e',
  η: 'n',
  ι: 'i',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  τ: 't',
  υ: 'u',
  χ: 'x',
  γ: 'y',
  ω: 'w',
  σ: 'o',
  // Armenian and Latin beside the alphabet
  օ: 'o',
  ս: 'u',
  հ: 'h',
  ո: 'n',
  ց: 'g',
  զ: 'q',
  ı: 'i',
  ɑ: 'a',
  ɡ: 'g',
  ɩ: 'i',
  ʏ: 'y',
  ꜱ: 's',
  ɪ: 'i',
};

/** Whether a reader would take one of its words for one in plain Latin letters. */
export function isDisguised(name: string): boolean {
  const words = name
    .normalize('NFKC')
    .toLowerCase()
    .split(/[\s_-]+/u);
  return words.some((word) => {
    const looks = Array.from(word, (letter) => LOOKS_LIKE[letter] ?? letter).join('');
    return looks !== word && /^[\u0021-\u007e]+$/u.test(looks);
  });
}
