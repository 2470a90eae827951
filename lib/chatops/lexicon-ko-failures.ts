/** Korean for things gone wrong, as data: each way to say it in all its forms. */
import { list } from './lexicon.ts';

const STEMS = list(
  '실패했, 실패 났, 실패났, 에러 났, 에러났, 오류 났, 오류났, 오류가 났, 에러가 났, 터졌, 죽었, 뻗었, 깨졌, 멈췄, 막혔, 걸렸, 끊겼, 튕겼, 망했, 꼬였, 엎어졌, 자빠졌, 고장 났, 고장났',
);
const ENDINGS = list(
  '어, 어요, 습니다, 네, 네요, 음, 더라, 더라고요, 더라구요, 던데, 던데요, 는데, 는데요, 지만, 던, 던 거, 던거, 던 것, 던 것들, 나, 나요, 니, 냐, 습니까, 는지, 으니, 으니까, 거든요, 다',
);

/** "안 된 설치": before the noun it is said of. */
const BEFORE_NOUNS = list(
  '안 된, 안된, 안 됐던, 안됐던, 안 되던, 못 한, 못했던, 덜 된, 안 끝난, 못 끝난, 못 끝낸, 제대로 안 된, 제대로 안 됐던, 잘 안 된, 잘 안 됐던, 끝까지 안 된, 처리 안 된, 완료 안 된, 완료되지 않은, 완료되지 못한, 끝나지 않은, 되지 않은, 성공하지 못한',
);

export const KOREAN_FAILURES: readonly string[] = [
  ...STEMS.flatMap((stem) => ENDINGS.map((ending) => `${stem}${ending}`)),
  ...BEFORE_NOUNS,
];
