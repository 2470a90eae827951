/** Korean particles, by the sound of what stands before them. */
import { josa } from 'es-hangul';

type Particle = '을/를' | '이/가' | '은/는' | '으로/로' | '와/과';

/** How digits and the Latin letters with a final consonant are read aloud; the library knows Hangul only. */
const READINGS: Readonly<Record<string, string>> = {
  0: '영',
  1: '일',
  2: '이',
  3: '삼',
  4: '사',
  5: '오',
  6: '육',
  7: '칠',
  8: '팔',
  9: '구',
  l: '엘',
  m: '엠',
  n: '엔',
};

/** The word with the particle that fits its last sound: "1.0을", "2.4.1로", "docx를". */
export function withParticle(word: string, particle: Particle): string {
  const last = /[\p{L}\p{N}](?=[^\p{L}\p{N}]*$)/u.exec(word)?.[0] ?? '';
  const spoken = READINGS[last.toLowerCase()] ?? last;
  return `${word}${josa.pick(spoken, particle)}`;
}
