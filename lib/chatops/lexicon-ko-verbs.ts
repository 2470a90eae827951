/** Korean verbs for the interpreter, as data: nouns that take 하다, and native verbs in all their forms. */
import { list, type Mood, type Verb, type VerbForms } from './lexicon.ts';
import {
  AFTER_FUTURE,
  AFTER_INFINITIVE,
  AFTER_PAST,
  AFTER_STEM,
  NOUN_REQUESTS,
  PASSIVE,
  type Endings,
} from './lexicon-ko-endings.ts';

interface NativeVerb {
  readonly verb: Verb;
  readonly infinitive: string;
  readonly stem: string;
  readonly past: string;
  readonly future: string;
  readonly adnominal: readonly string[];
}

const NATIVE_VERBS: readonly NativeVerb[] = [
  {
    verb: 'install',
    infinitive: '깔아',
    stem: '깔',
    past: '깔았',
    future: '깔',
    adnominal: ['깐', '까는', '깔려 있는', '깔린'],
  },
  {
    verb: 'install',
    infinitive: '넣어',
    stem: '넣',
    past: '넣었',
    future: '넣을',
    adnominal: ['넣은', '넣는', '들어 있는'],
  },
  { verb: 'install', infinitive: '붙여', stem: '붙이', past: '붙였', future: '붙일', adnominal: ['붙인'] },
  { verb: 'install', infinitive: '심어', stem: '심', past: '심었', future: '심을', adnominal: ['심은'] },
  { verb: 'install', infinitive: '얹어', stem: '얹', past: '얹었', future: '얹을', adnominal: ['얹은'] },
  {
    verb: 'raise',
    infinitive: '올려',
    stem: '올리',
    past: '올렸',
    future: '올릴',
    adnominal: ['올린', '올라간', '올라가 있는'],
  },
  { verb: 'lower', infinitive: '내려', stem: '내리', past: '내렸', future: '내릴', adnominal: ['내린'] },
  {
    verb: 'uninstall',
    infinitive: '지워',
    stem: '지우',
    past: '지웠',
    future: '지울',
    adnominal: ['지운', '지우는'],
  },
  { verb: 'uninstall', infinitive: '빼', stem: '빼', past: '뺐', future: '뺄', adnominal: ['빼는'] },
  { verb: 'uninstall', infinitive: '없애', stem: '없애', past: '없앴', future: '없앨', adnominal: ['없앤'] },
  { verb: 'uninstall', infinitive: '날려', stem: '날리', past: '날렸', future: '날릴', adnominal: ['날린'] },
  { verb: 'uninstall', infinitive: '떼어', stem: '떼', past: '뗐', future: '뗄', adnominal: ['뗀'] },
  {
    verb: 'rollback',
    infinitive: '되돌려',
    stem: '되돌리',
    past: '되돌렸',
    future: '되돌릴',
    adnominal: ['되돌린'],
  },
  {
    verb: 'rollback',
    infinitive: '돌려놔',
    stem: '돌려놓',
    past: '돌려놨',
    future: '돌려놓을',
    adnominal: ['돌려놓은'],
  },
  { verb: 'rollback', infinitive: '낮춰', stem: '낮추', past: '낮췄', future: '낮출', adnominal: ['낮춘'] },
  {
    verb: 'retry',
    infinitive: '다시 돌려',
    stem: '다시 돌리',
    past: '다시 돌렸',
    future: '다시 돌릴',
    adnominal: ['다시 돌린'],
  },
  {
    verb: 'retry',
    infinitive: '다시 해',
    stem: '다시 하',
    past: '다시 했',
    future: '다시 할',
    adnominal: ['다시 한'],
  },
  { verb: 'cancel', infinitive: '멈춰', stem: '멈추', past: '멈췄', future: '멈출', adnominal: ['멈춘'] },
  { verb: 'cancel', infinitive: '그만둬', stem: '그만두', past: '그만뒀', future: '그만둘', adnominal: [] },
  { verb: 'tell', infinitive: '알려', stem: '알리', past: '알렸', future: '알릴', adnominal: [] },
  { verb: 'attempt', infinitive: '돌려', stem: '돌리', past: '돌렸', future: '돌릴', adnominal: [] },
  { verb: 'tell', infinitive: '보여', stem: '보이', past: '보였', future: '보일', adnominal: [] },
  { verb: 'replace', infinitive: '바꿔', stem: '바꾸', past: '바꿨', future: '바꿀', adnominal: ['바꾼'] },
  { verb: 'replace', infinitive: '옮겨', stem: '옮기', past: '옮겼', future: '옮길', adnominal: ['옮긴'] },
  {
    verb: 'replace',
    infinitive: '갈아 끼워',
    stem: '갈아 끼우',
    past: '갈아 끼웠',
    future: '갈아 끼울',
    adnominal: [],
  },
  {
    verb: 'unsupported',
    infinitive: '만들어',
    stem: '만들',
    past: '만들었',
    future: '만들',
    adnominal: ['만든', '만드는'],
  },
  { verb: 'unsupported', infinitive: '꺼', stem: '끄', past: '껐', future: '끌', adnominal: ['끈'] },
  { verb: 'unsupported', infinitive: '켜', stem: '켜', past: '켰', future: '켤', adnominal: ['켠'] },
  {
    verb: 'unsupported',
    infinitive: '고쳐',
    stem: '고치',
    past: '고쳤',
    future: '고칠',
    adnominal: ['고친'],
  },
  {
    verb: 'unsupported',
    infinitive: '실행시켜',
    stem: '실행시키',
    past: '실행시켰',
    future: '실행시킬',
    adnominal: [],
  },
];

function join(heads: readonly (readonly [string, Endings])[]): Record<Mood, string[]> {
  const forms: Partial<Record<Mood, string[]>> = {};
  for (const [head, endings] of heads) {
    for (const [mood, tails] of Object.entries(endings) as [Mood, readonly string[]][]) {
      const known = (forms[mood] ??= []);
      for (const tail of tails) known.push(tail === '-' ? head : `${head} ${tail}`);
    }
  }
  return forms as Record<Mood, string[]>;
}

function conjugate(verb: NativeVerb): VerbForms[] {
  const forms = join([
    [verb.infinitive, AFTER_INFINITIVE],
    [verb.stem, AFTER_STEM],
    [verb.past, AFTER_PAST],
    [verb.future, AFTER_FUTURE],
  ]);
  const finite = (Object.entries(forms) as [Mood, string[]][]).map(([mood, list]) => ({
    verb: verb.verb,
    mood,
    forms: list,
  }));
  return [...finite, { verb: verb.verb, mood: 'participle', forms: verb.adnominal }];
}

function lightEndings(): Record<Mood, string[]> {
  const forms = join([
    ['해', AFTER_INFINITIVE],
    ['하', AFTER_STEM],
    ['했', AFTER_PAST],
    ['할', AFTER_FUTURE],
    ['', PASSIVE],
  ]);
  const participle = [...forms.participle, '한', '하던', '하는', '했던', '할', '된'];
  return {
    ...forms,
    participle,
    command: [...forms.command, ...NOUN_REQUESTS, '하여 주세요', '하여 주십시오', '하여 주시기 바랍니다'],
    report: [
      ...forms.report,
      '합니다',
      '한다',
      '중',
      '중이야',
      '중입니다',
      '완료',
      '예정',
      '예정입니다',
      '한대',
      '한다고',
      '하재',
    ],
    hypothetical: [
      ...forms.hypothetical,
      '후',
      '후에',
      '전에',
      '시에',
      '한 뒤',
      '한 다음',
      '한 후',
      '한 후에',
      '할 시',
    ],
  };
}

/** Nouns that become verbs with 하다. */
const ACTION_NOUNS: readonly { readonly verb: Verb; readonly forms: readonly string[] }[] = [
  {
    verb: 'install',
    forms: list(`
      설치, 추가, 배포, 인스톨, 셋업, 세팅, 적용, 탑재, 디플로이, 인스톨 좀, 신규 설치`),
  },
  { verb: 'upgrade', forms: ['업데이트', '업그레이드', '갱신', '최신화', '버전업', '판올림'] },
  { verb: 'uninstall', forms: ['삭제', '제거', '언인스톨', '철거', '설치 해제', '설치 제거', '정리해'] },
  { verb: 'rollback', forms: ['롤백', '다운그레이드', '원복', '복원', '복구', '원상 복구'] },
  { verb: 'status', forms: ['상태', '현황', '진행 상황', '진행 상태', '진행률', '결과', '여부', '진척'] },
  { verb: 'tell', forms: ['확인', '체크', '조회', '점검', '알림', '공유 좀', '파악'] },
  { verb: 'list', forms: ['목록', '리스트', '카탈로그'] },
  { verb: 'cancel', forms: ['취소', '중단', '중지', '정지', '스톱'] },
  { verb: 'retry', forms: ['재시도', '재실행', '다시 시도', '다시 실행', '재시작'] },
  {
    verb: 'help',
    forms: ['도움말', '사용법', '도움', '뭐 할 수 있어', '할 수 있는 일', '사용 방법', '명령어'],
  },
  {
    verb: 'replace',
    forms: ['교체', '재설치', '이전', '이동', '마이그레이션', '대체', '다시 설치', '다시 배포', '다시 추가'],
  },
  { verb: 'rotate', forms: ['변경', '재발급', '폐기', '키 교체'] },
  {
    verb: 'unsupported',
    forms: list(`
      생성, 편집, 수정, 이름 변경, 실행, 활성화, 비활성화, 등록, 예약, 복사, 복제, 공유, 작성, 연결해, 업로드, 다운로드, 테스트, 승인, 권한, 해지, 연결 해제, 고정`),
  },
];

export const KOREAN_VERBS: readonly VerbForms[] = [
  ...ACTION_NOUNS.map(({ verb, forms }) => ({ verb, mood: 'base' as const, forms })),
  ...NATIVE_VERBS.flatMap(conjugate),
];

export const KOREAN_LIGHTS: Readonly<Record<Mood, readonly string[]>> = lightEndings();
