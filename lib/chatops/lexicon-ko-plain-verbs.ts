/** More native Korean verbs for the interpreter, as data: those without forms of their own to name things by. */
import type { NativeVerb } from './lexicon-ko-native-verbs.ts';
import type { Verb } from './lexicon.ts';

/** Infinitive, stem, past and future stem: 놔, 놓, 놨, 놓을. */
type Row = readonly [verb: Verb, infinitive: string, stem: string, past: string, future: string];

const ROWS: readonly Row[] = [
  ['unsupported', '합쳐', '합치', '합쳤', '합칠'],
  ['unsupported', '나눠', '나누', '나눴', '나눌'],
  ['unsupported', '막아', '막', '막았', '막을'],
  ['unsupported', '열어', '열', '열었', '열'],
  ['unsupported', '닫아', '닫', '닫았', '닫을'],
  ['unsupported', '숨겨', '숨기', '숨겼', '숨길'],
  ['install', '놔', '놓', '놨', '놓을'],
  ['install', '실어', '싣', '실었', '실을'],
  ['install', '달아', '달', '달았', '달'],
  ['install', '집어넣어', '집어넣', '집어넣었', '집어넣을'],
  ['install', '풀어', '풀', '풀었', '풀'],
  ['raise', '높여', '높이', '높였', '높일'],
  ['raise', '끌어올려', '끌어올리', '끌어올렸', '끌어올릴'],
  ['uninstall', '밀어', '밀', '밀었', '밀'],
  ['uninstall', '뽑아내', '뽑아내', '뽑아냈', '뽑아낼'],
  ['uninstall', '떼어내', '떼어내', '떼어냈', '떼어낼'],
  ['rollback', '물려', '물리', '물렸', '물릴'],
  ['retry', '한번 더 해', '한번 더 하', '한번 더 했', '한번 더 할'],
  ['retry', '한번 더 돌려', '한번 더 돌리', '한번 더 돌렸', '한번 더 돌릴'],
  ['retry', '또 해', '또 하', '또 했', '또 할'],
];

export const PLAIN_VERBS: readonly NativeVerb[] = ROWS.map(([verb, infinitive, stem, past, future]) => ({
  verb,
  infinitive,
  stem,
  past,
  future,
  adnominal: [],
}));
