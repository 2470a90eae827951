/** Korean verbs for the interpreter, as data: nouns that take 하다, and native verbs in all their forms. */
import { NATIVE_PASSIVES, NATIVE_VERBS, type NativeVerb } from './lexicon-ko-native-verbs.ts';
import { PLAIN_VERBS } from './lexicon-ko-plain-verbs.ts';
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
  const told = TOLD_OF.map((ending) => `${declarative(verb.stem)}${ending}`);
  return [
    ...finite,
    { verb: verb.verb, mood: 'report', forms: told },
    { verb: verb.verb, mood: 'hypothetical', forms: [`${declarative(verb.stem)}면`] },
    { verb: verb.verb, mood: 'command', forms: [proposal(verb.stem)] },
    { verb: verb.verb, mood: 'participle', forms: verb.adnominal },
  ];
}

/** "지운다", "넣는다": said of somebody. */
const TOLD_OF = list(`
  고, 고 했어, 고 했어요, 고 했습니다, 고 합니다, 고 해요, 고 하네요, 고 하던데, 고 하셨어요, 고 들었어요, 며, 던데, 던데요, 더라, 더라고요, 더니, 네요, 는데, 는데요`);

/** 지우 → 지웁시다, 넣 → 넣읍시다. */
function proposal(stem: string): string {
  const code = (stem.codePointAt(stem.length - 1) ?? 0) - 0xac00;
  return code % 28 === 0
    ? `${stem.slice(0, -1)}${String.fromCodePoint(0xac00 + code + 17)}시다`
    : `${stem}읍시다`;
}

/** 지우 → 지운다, 넣 → 넣는다. */
function declarative(stem: string): string {
  const code = (stem.codePointAt(stem.length - 1) ?? 0) - 0xac00;
  return code % 28 === 0 ? `${stem.slice(0, -1)}${String.fromCodePoint(0xac00 + code + 4)}다` : `${stem}는다`;
}

function passives({ verb, infinitive, past }: (typeof NATIVE_PASSIVES)[number]): VerbForms[] {
  const forms = (tails: readonly string[], head: string): string[] => tails.map((tail) => `${head} ${tail}`);
  return [
    {
      verb,
      mood: 'question',
      forms: [
        ...forms(
          list('있나, 있나요, 있니, 있냐, 있습니까, 있는지, 있을까, 있을까요, 있는가, 있음'),
          infinitive,
        ),
        ...forms(list('나, 나요, 니, 냐, 습니까, 는지, 을까, 을까요'), past),
      ],
    },
    {
      verb,
      mood: 'state',
      forms: [...forms(list('있어, 있어요, 있지, 있죠'), infinitive), ...forms(list('어, 어요'), past)],
    },
    {
      verb,
      mood: 'report',
      forms: [
        ...forms(list('있다, 있네, 있네요, 있습니다'), infinitive),
        ...forms(list('다, 네, 습니다'), past),
      ],
    },
    { verb, mood: 'participle', forms: forms(list('있는, 있던'), infinitive) },
  ];
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
    command: [
      ...forms.command,
      ...NOUN_REQUESTS,
      '하여 주세요',
      '하여 주시면',
      '하여 주실 수 있을까요',
      '하여 주시길 바랍니다',
      '하여 주시기를 바랍니다',
      '하여 주십시오',
      '하여 주시기 바랍니다',
    ],
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
      설치, 추가, 배포, 깔기, 반영, 올리기, 인스톨, 셋업, 세팅, 적용, 탑재, 디플로이, 인스톨 좀, 신규 설치, 투입, 장착, 도입, 구축, 구비, 비치, 롤아웃, 릴리스, 릴리즈, 셋팅`),
  },
  {
    verb: 'upgrade',
    forms: [
      '업데이트',
      '업뎃',
      '업뎃 좀',
      '업글',
      '업',
      '패치',
      '업데이투',
      '업그레이드',
      '갱신',
      '최신화',
      '버전업',
      '상향',
      '버전 상향',
      '승급',
      '판올림',
      '버전 업',
      '버젼업',
      '버전 올림',
      '업데이트 적용',
      '최신 반영',
    ],
  },
  {
    verb: 'uninstall',
    forms: [
      '삭제',
      '제거',
      '언인스톨',
      '언인스톨',
      '해제',
      '걷어내기',
      '지우기',
      '빼기',
      '철거',
      '설치 해제',
      '설치 제거',
      '정리해',
      '퇴출',
      '소거',
      '말소',
      '회수',
      '딜리트',
      '리무브',
    ],
  },
  {
    verb: 'rollback',
    forms: [
      '롤백',
      '다운그레이드',
      '하향',
      '버전 하향',
      '원위치',
      '되돌리기',
      '원상복구',
      '다운',
      '환원',
      '원복',
      '복원',
      '복구',
      '원상 복구',
    ],
  },
  { verb: 'status', forms: ['상태', '현황', '진행 상황', '진행 상태', '진행률', '결과', '여부', '진척'] },
  { verb: 'tell', forms: ['확인', '체크', '조회', '점검', '알림', '안내', '공유', '파악', '답변', '회신'] },
  { verb: 'list', forms: ['목록', '리스트', '카탈로그', '리스트업', '나열', '현황표', '종류', '명단'] },
  {
    verb: 'cancel',
    forms: ['취소', '중단', '중지', '정지', '스톱', '스탑', '캔슬', '철회', '강제 종료', '강제 중단'],
  },
  {
    verb: 'retry',
    forms: [
      '재시도',
      '리트라이',
      '재시행',
      '재개',
      '재설치 시도',
      '재실행',
      '다시 시도',
      '다시 실행',
      '재시작',
    ],
  },
  {
    verb: 'help',
    forms: list(`
      무슨 명령, 무슨 명령을, 어떤 명령을, 어떤 명령, 무슨 명령어, 어떤 명령어, 뭐 하는 봇, 뭐하는 봇, 뭘 하는 봇, 무슨 봇, 어떤 봇, 무엇을 하는 봇, 뭐 하는 애, 뭐 하는 녀석, 뭐 해주는, 뭘 해주는, 뭐 해 줄 수, 뭘 해 줄 수, 무엇을 해 줄 수, 뭐 시킬 수, 뭘 시킬 수, 무엇을 시킬 수, 시킬 수 있는 일, 시킬 수 있는 거, 시킬 수 있는 게, 부탁할 수 있는 일, 부탁할 수 있는 거, 부탁할 수 있는 게, 요청할 수 있는 일, 요청할 수 있는 거, 뭘 도와, 뭐 도와, 무엇을 도와, 어떻게 쓰는, 어떻게 써, 어떻게 써요, 어떻게 쓰나요, 어떻게 쓰면, 어떻게 사용, 어떻게 사용하는, 어떻게 이용, 어케 써, 어케 쓰는, 이용법, 활용법, 활용 방법, 명령 방법, 요청 방법, 가능한 작업, 가능한 일, 할 수 있는 작업, 할 수 있는 거, 기능 목록, 기능이 뭐, 기능 알려, 기능 소개, 기능 안내, 네 기능, 니 기능, 너 기능, 봇 기능, 쓰는 방식, 뭐 할수있어, 뭐 할수 있어, 뭘 할수있어,
      도움말, 사용법, 도움, 헬프, 뭘 할 수 있는지, 뭘 할 수 있어요, 뭐 할 수 있어요, 뭘 할 수 있죠, 뭐 할 수 있죠, 뭘 할 수 있습니까, 무엇을 할 수 있습니까, 뭘 할 수 있을까요, 뭐 할 수 있을까요, 뭐 할 수 있는지, 무엇을 할 수 있는지, 뭘 도와줄 수 있는지, 뭘 부탁할 수 있는지, 뭐 할 수 있어, 뭘 할 수 있어, 뭐 할 수 있는데, 뭘 할 수 있는데, 뭐 할 줄 알아, 뭘 할 줄 알아, 뭐 할 줄 아냐, 뭐 할 줄 아니, 뭐 할 수 있니, 뭐 할 수 있나요, 뭘 할 수 있나요, 무엇을
      할 수 있나요, 무엇을 할 수 있어요, 무슨 일을 할 수, 뭐가 가능해, 뭐가 가능한가요, 할 수 있는 일, 할 수 있는 것, 할 수 있는 게, 할 수 있는 명령, 가능한 명령, 사용 방법, 쓰는 법, 쓰는 방법, 사용하는 법, 사용하는 방법, 이용 방법,
      명령어, 명령어 목록, 튜토리얼, 매뉴얼, 사용 설명서, 사용설명서, 설명서, 사용법 안내, 사용 예시, 예시, 기능 설명, 어떤 기능, 무슨 기능, 도움이 필요해, 도움이 필요합니다, 도와줘, 도와줘요, 도와주세요, 도와주실래요, 도와주실 수 있나요, 도와달라고, 가이드 좀, 안내 좀`),
  },
  {
    verb: 'replace',
    forms: ['교체', '재설치', '이전', '이동', '마이그레이션', '대체', '다시 설치', '다시 배포', '다시 추가'],
  },
  { verb: 'rotate', forms: ['변경', '재발급', '폐기', '키 교체'] },
  {
    verb: 'unsupported',
    forms: list(`
      생성, 부여, 권한 부여, 권한 회수, 수여, 발급, 초대, 차단, 잠금, 개설, 개명, 편집, 수정, 이름 변경, 실행, 활성화, 비활성화, 등록, 예약, 복사, 복제, 작성, 연결해, 업로드, 다운로드, 테스트, 승인, 권한, 해지, 연결 해제, 고정`),
  },
];

export const KOREAN_VERBS: readonly VerbForms[] = [
  ...ACTION_NOUNS.map(({ verb, forms }) => ({ verb, mood: 'base' as const, forms })),
  ...[...NATIVE_VERBS, ...PLAIN_VERBS].flatMap(conjugate),
  ...NATIVE_PASSIVES.flatMap(passives),
];

export const KOREAN_LIGHTS: Readonly<Record<Mood, readonly string[]>> = lightEndings();
