/** Korean spellings of the words that names of skills are made of, as data: English words written in Hangul, and their meanings. */
import { list } from './lexicon.ts';

/** One line each: the word, then how Koreans write or call it. */
const LINES = `
action 액션
agent 에이전트
alert 얼럿, 알럿
analysis 분석, 애널리시스
analyst 분석가, 애널리스트
analyzer 분석기, 애널라이저
api 에이피아이
archive 아카이브, 보관함
assistant 어시스턴트, 도우미
audit 오딧, 감사 도구
backup 백업
blog 블로그
board 보드
bot 봇
brand 브랜드
brief 브리프, 브리핑
budget 버짓, 예산
bug 버그
build 빌드
builder 빌더
calendar 캘린더, 달력
chart 차트
chat 챗, 채팅
check 체크
checker 체커, 검사기
checklist 체크리스트, 점검표
ci 씨아이
classifier 분류기
clean 클린
cleaning 클리닝, 정제
cleaner 클리너
cloud 클라우드
code 코드
coder 코더
compare 비교, 컴페어
compliance 컴플라이언스
contract 계약서, 컨트랙트
converter 컨버터, 변환기
csv 씨에스브이
dashboard 대시보드
data 데이터
db 디비
debug 디버그
debugger 디버거
deck 덱
decks 덱스
design 디자인
diagram 다이어그램
digest 다이제스트
doc 독
docker 도커
docs 독스
doctor 닥터
document 도큐먼트, 문서
documents 도큐먼츠, 문서
draft 드래프트, 초안
drafts 드래프트, 드래프츠, 초안
email 이메일, 메일
excel 엑셀
expense 경비
expenses 경비, 익스펜스
export 익스포트, 내보내기
extractor 추출기
faq 에프에이큐
figma 피그마
finance 파이낸스, 재무
finder 파인더
forecast 포캐스트
form 폼
forms 양식, 서식, 폼, 폼즈
gen 젠
generator 제너레이터, 생성기
git 깃
github 깃허브
glossary 글로서리, 용어집
grammar 그래머
graph 그래프
guide 가이드
guideline 가이드라인
guidelines 가이드라인
helm 헬름
helper 헬퍼
hr 에이치알
image 이미지
incident 인시던트, 장애
inspector 인스펙터
invoice 인보이스, 송장
jira 지라
json 제이슨
kubernetes 쿠버네티스, 쿠버
legal 리걸
linter 린터
log 로그
logs 로그
maker 메이커
manual 매뉴얼
map 맵
market 마켓
marketing 마케팅
meeting 미팅
memo 메모
metrics 메트릭
migration 마이그레이션
migrations 마이그레이션
minutes 미닛
mock 목
mocks 목스, 목
monitor 모니터
monthly 먼슬리, 월간
news 뉴스
newsletter 뉴스레터
note 노트
notes 노트, 노츠
ocr 오씨알
onboarding 온보딩
order 오더
pager 페이저
paper 페이퍼
parser 파서
pdf 피디에프
perf 퍼포먼스
performance 퍼포먼스
photo 포토
plan 플랜
planner 플래너
plus 플러스
poll 폴
postmortem 포스트모템
powerpoint 파워포인트, 파포
pricing 프라이싱
pro 프로
profiler 프로파일러
project 프로젝트
prompt 프롬프트
python 파이썬
quality 퀄리티
query 쿼리
quiz 퀴즈
reader 리더
recipe 레시피
release 릴리스, 릴리즈
replies 리플라이, 답변
report 리포트, 레포트
research 리서치
resume 이력서
review 리뷰
reviewer 리뷰어
risk 리스크
roadmap 로드맵
runner 러너
sales 세일즈
schema 스키마
scraper 스크레이퍼
search 검색, 서치
security 시큐리티, 보안
server 서버
sheet 시트
sheets 시트
slack 슬랙
slide 슬라이드
slides 슬라이드
spec 스펙
sprint 스프린트
sql 에스큐엘
stats 스탯, 스탯츠
style 스타일
summarizer 요약기
summary 서머리, 써머리
support 서포트
survey 서베이
table 테이블
task 태스크
template 템플릿
terraform 테라폼
test 테스트
ticket 티켓
tickets 티켓
todo 투두
tone 톤
toolbox 툴박스, 도구 상자
toolkit 툴킷
tools 도구, 툴, 툴즈, 도구들
tracker 트래커
translate 번역
translator 번역기
travel 트래블
triage 트리아지, 트리아쥐
tutor 튜터
unit 유닛, 단위
validator 검증기
video 비디오
voice 보이스
weather 날씨
web 웹
weekly 위클리, 주간
wiki 위키
word 워드
writer 라이터
`;

export const KOREAN_SPELLINGS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  LINES.trim()
    .split('\n')
    .map((line) => [line.slice(0, line.indexOf(' ')), list(line.slice(line.indexOf(' ') + 1))]),
);
