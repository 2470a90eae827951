/** Turns of phrase of both languages become plain words before anything is read. */
import { ENGLISH_FRAMES } from './frames-en.ts';
import { ENGLISH_DEED_FRAMES } from './frames-en-deeds.ts';
import { ENGLISH_QUESTION_FRAMES } from './frames-en-questions.ts';
import { ENGLISH_RECEIVER_FRAMES } from './frames-en-receivers.ts';
import { KOREAN_FRAMES } from './frames-ko.ts';
import { hasHangul } from './normalize.ts';

/** What is said, as the source of a regular expression, and what is meant by it. */
export type FrameText = readonly [from: string, to: string];

interface Frame {
  readonly from: RegExp;
  readonly to: string;
}

const ENGLISH = [
  ...ENGLISH_FRAMES,
  ...ENGLISH_QUESTION_FRAMES,
  ...ENGLISH_RECEIVER_FRAMES,
  ...ENGLISH_DEED_FRAMES,
].map(compile);
const KOREAN = KOREAN_FRAMES.map(compile);

function compile([from, to]: FrameText): Frame {
  return { from: new RegExp(from, 'gu'), to };
}

/** The same message without its frames; plain messages stay as they are. */
export function withoutFrames(text: string): string {
  const plain = /[a-z]/u.test(text) ? put(ENGLISH, text) : text;
  return hasHangul(plain) ? put(KOREAN, plain) : plain;
}

function put(frames: readonly Frame[], text: string): string {
  return frames.reduce((plain, { from, to }) => plain.replace(from, to), text);
}
