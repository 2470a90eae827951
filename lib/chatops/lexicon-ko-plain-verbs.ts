/** More native Korean verbs for the interpreter, as data: those without forms of their own to name things by. */
import type { NativeVerb } from './lexicon-ko-native-verbs.ts';
import type { Verb } from './lexicon.ts';

/** Infinitive, stem, past and future stem: 놔, 놓, 놨, 놓을. */
type Row = readonly [verb: Verb, infinitive: string, stem: string, past: string, future: string];

const ROWS: readonly Row[] = [
  ['install', '놔', '놓', '놨', '놓을'],
  ['install', '놓아', '놓', '놓았', '놓을'],
  ['install', '실어', '싣', '실었', '실을'],
  ['install', '앉혀', '앉히', '앉혔', '앉힐'],
  ['install', '들여', '들이', '들였', '들일'],
  ['install', '갖다 놔', '갖다 놓', '갖다 놨', '갖다 놓을'],
  ['install', '붙여 놔', '붙여 놓', '붙여 놨', '붙여 놓을'],
  ['install', '달아', '달', '달았', '달'],
  ['install', '끼워 넣어', '끼워 넣', '끼워 넣었', '끼워 넣을'],
  ['install', '집어넣어', '집어넣', '집어넣었', '집어넣을'],
  ['install', '갖춰', '갖추', '갖췄', '갖출'],
  ['install', '풀어', '풀', '풀었', '풀'],
  ['install', '뿌려', '뿌리', '뿌렸', '뿌릴'],
  ['install', '깔아 놔', '깔아 놓', '깔아 놨', '깔아 놓을'],
  ['raise', '높여', '높이', '높였', '높일'],
  ['raise', '끌어올려', '끌어올리', '끌어올렸', '끌어올릴'],
  ['uninstall', '밀어', '밀', '밀었', '밀'],
  ['uninstall', '뽑아내', '뽑아내', '뽑아냈', '뽑아낼'],
  ['uninstall', '떼어내', '떼어내', '떼어냈', '떼어낼'],
  ['uninstall', '떼내', '떼내', '떼냈', '떼낼'],
  ['uninstall', '도려내', '도려내', '도려냈', '도려낼'],
  ['uninstall', '덜어내', '덜어내', '덜어냈', '덜어낼'],
  ['uninstall', '쓸어내', '쓸어내', '쓸어냈', '쓸어낼'],
  ['uninstall', '내다 버려', '내다 버리', '내다 버렸', '내다 버릴'],
  ['uninstall', '갖다 버려', '갖다 버리', '갖다 버렸', '갖다 버릴'],
  ['uninstall', '거둬', '거두', '거뒀', '거둘'],
  ['uninstall', '거둬들여', '거둬들이', '거둬들였', '거둬들일'],
  ['rollback', '물려', '물리', '물렸', '물릴'],
  ['rollback', '되물려', '되물리', '되물렸', '되물릴'],
  ['rollback', '되감아', '되감', '되감았', '되감을'],
  ['rollback', '되돌려 놔', '되돌려 놓', '되돌려 놨', '되돌려 놓을'],
  ['rollback', '끌어내려', '끌어내리', '끌어내렸', '끌어내릴'],
  ['cancel', '멈춰 세워', '멈춰 세우', '멈춰 세웠', '멈춰 세울'],
  ['cancel', '거둬들여', '거둬들이', '거둬들였', '거둬들일'],
  ['cancel', '집어치워', '집어치우', '집어치웠', '집어치울'],
  ['cancel', '때려치워', '때려치우', '때려치웠', '때려치울'],
  ['retry', '재도전해', '재도전하', '재도전했', '재도전할'],
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
