/** Turns of phrase of both languages become plain words before anything is read. */
import { withoutCourtesies } from './courtesies.ts';
import { ENGLISH_FRAMES } from './frames-en.ts';
import { ENGLISH_DEED_FRAMES } from './frames-en-deeds.ts';
import { ENGLISH_LETTER_FRAMES } from './frames-en-letters.ts';
import { ENGLISH_OTHER_FRAMES } from './frames-en-others.ts';
import { ENGLISH_QUESTION_FRAMES } from './frames-en-questions.ts';
import { ENGLISH_RECEIVER_FRAMES } from './frames-en-receivers.ts';
import { ENGLISH_ROUNDABOUT_FRAMES } from './frames-en-roundabout.ts';
import { KOREAN_FRAMES } from './frames-ko.ts';
import { KOREAN_LETTER_FRAMES } from './frames-ko-letters.ts';
import { KOREAN_OTHER_FRAMES } from './frames-ko-others.ts';
import { KOREAN_POLITE_FRAMES } from './frames-ko-polite.ts';
import { hasHangul } from './normalize.ts';

/** What is said, as the source of a regular expression, and what is meant by it. */
export type FrameText = readonly [from: string, to: string];

interface Frame {
  readonly from: RegExp;
  readonly to: string;
}

const ENGLISH = [
  ...ENGLISH_LETTER_FRAMES,
  ...ENGLISH_ROUNDABOUT_FRAMES,
  ...ENGLISH_OTHER_FRAMES,
  ...ENGLISH_FRAMES,
  ...ENGLISH_QUESTION_FRAMES,
  ...ENGLISH_RECEIVER_FRAMES,
  ...ENGLISH_DEED_FRAMES,
].map(compile);
const KOREAN = [
  ...KOREAN_POLITE_FRAMES,
  ...KOREAN_LETTER_FRAMES,
  ...KOREAN_OTHER_FRAMES,
  ...KOREAN_FRAMES,
].map(compile);

function compile([from, to]: FrameText): Frame {
  return { from: new RegExp(from, 'gu'), to };
}

/** The same message without its frames; plain messages stay as they are. */
export function withoutFrames(text: string): string {
  const even = withoutCourtesies(
    text.replace(/ {2,}/gu, ' ').replace(/(?<=[a-z0-9가-힣])(?:\.{2,}|…) ?(?=[a-z가-힣])/gu, ', '),
  );
  const plain = /[a-z]/u.test(even) ? put(ENGLISH, even) : even;
  return hasHangul(plain) ? put(KOREAN, plain) : plain;
}

function put(frames: readonly Frame[], text: string): string {
  return frames.reduce((plain, { from, to }) => plain.replace(from, to), text);
}
