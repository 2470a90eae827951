/** What chat says in Korean. */
import type { Connection, Installation } from '../../connections/schema.ts';
import type { Run } from '../../runs/schema.ts';
import { isTerminal, type RunStatus } from '../../runs/states.ts';
import type { Facts } from '../acting/deed.ts';
import type { Intent } from '../interpret.ts';
import type { Action } from '../lexicon.ts';
import { KOREAN_REFUSALS } from './korean-refusals.ts';
import { KOREAN_SURFACES } from './korean-surfaces.ts';
import { withParticle } from './particle.ts';
import type { Replies, Work } from './reply.ts';
import { grouped, named, type Target, targetOfInstallation, targetOfRun, versionName } from './targets.ts';

/** The particle behind the connection, and the noun of what is done. */
const DEEDS: Readonly<Partial<Record<Action, readonly [string, string]>>> = {
  install: ['에', '설치'],
  upgrade: ['의', '업그레이드'],
  uninstall: ['에서', '제거'],
  rollback: ['의', '롤백'],
  cancel: ['의', '취소'],
  retry: ['의', '재시도'],
};

const DRIFT: Readonly<Partial<Record<Installation['drift'], string>>> = {
  outdated: '새 버전 있음',
  modified: '프로바이더에서 변경됨',
  missing: '프로바이더에서 사라짐',
  unknown: '확실하지 않음',
};

const STATUS: Readonly<Record<RunStatus, string>> = {
  queued: '대기 중',
  running: '진행 중',
  success: '성공',
  failed: '실패',
  partial_failed: '일부 실패',
  canceled: '취소됨',
};

const ACTION: Readonly<Record<Run['action'], string>> = { install: '설치', uninstall: '제거' };

export const korean: Replies = {
  planned(work) {
    if (work.targets.length === 0) return '해당하는 작업이 없습니다. 바뀐 것은 없습니다.';
    return `${doing(work)}하게 됩니다. 바뀐 것은 없습니다.`;
  },
  started(work) {
    if (work.targets.length === 0) return '마지막에 실패한 작업이 없어 다시 할 것이 없습니다.';
    if (work.reused === work.targets.length) return `이미 진행 중입니다: ${doing(work)}.${follow(work)}`;
    const shared = work.reused === 0 ? '' : ` 그중 ${work.reused}건은 이미 진행 중입니다.`;
    return `${doing(work)}하는 작업 ${work.targets.length}건을 대기열에 넣었습니다.${shared}${follow(work)}`;
  },
  canceled(targets) {
    if (targets.length === 0) return '대기 중이거나 진행 중인 작업이 없어 취소할 것이 없습니다.';
    return `작업 ${targets.length}건을 취소합니다: ${listed(targets)}.`;
  },
  toConfirm(work) {
    const what = work.targets.length === 0 ? '해당하는 작업이 없습니다.' : `${doing(work)}하게 됩니다.`;
    return `${what} 아직 실행하지 않았습니다. 10분 안에 확인해 주시면 실행합니다.`;
  },
  state,
  list,
  help: () =>
    [
      '동료에게 말하듯 한 번에 하나씩 써 주세요. 예:',
      '"pdf-tools 클로드에 설치해줘", "openai-prod의 docx를 2.1.0으로 올려줘", "claude-prod에서 csv 빼줘",',
      '"openai-prod의 docx 되돌려줘", "pdf-tools 어디에 설치돼 있어?", "claude-prod에 뭐 있어?", "스킬 목록 보여줘",',
      '"docx 설치 취소해줘", "실패한 거 다시 돌려줘". 제거와 롤백, 모든 프로바이더에 대한 요청은 먼저 확인을 받습니다.',
    ].join(' '),
  refusals: KOREAN_REFUSALS,
  ...KOREAN_SURFACES,
  choice: (names) => `다음 중에서 골라 주세요: ${names}.`,
  known: (names) => `비슷한 이름: ${names}.`,
};

function doing({ action, targets }: Work): string {
  const [particle, noun] = DEEDS[action] ?? ['', '처리'];
  const isMoved = action === 'upgrade' || action === 'rollback';
  return grouped(targets)
    .map(({ skills, providers }) => {
      const moved = skills.map(({ name, version }) =>
        isMoved && version !== null
          ? `${withParticle(name, '을/를')} ${withParticle(version, '으로/로')}`
          : withVersion(name, version),
      );
      const what = named(moved, more);
      const isObject = !isMoved || skills.at(-1)?.version == null;
      return `${named(providers, more)}${particle} ${isObject ? withParticle(what, '을/를') : what} ${noun}`;
    })
    .join(', ');
}

function listed(targets: readonly Target[]): string {
  return grouped(targets)
    .map(({ skills, providers }) => {
      const names = skills.map(({ name, version }) => withVersion(name, version));
      return `${named(providers, more)}의 ${named(names, more)}`;
    })
    .join('; ');
}

function follow({ batchIds }: Work): string {
  return batchIds.map((id) => ` 진행 상황은 /api/install-batches/${id}에서 볼 수 있습니다.`).join('');
}

function state({ skills, providers }: Intent, facts: Facts): string {
  const sentences: string[] = [];
  for (const skill of skills) sentences.push(whereIs(skill, providers, facts));
  for (const connection of facts.connections ?? []) sentences.push(stateOf(connection));
  sentences.push(runsToldOf(facts.runs ?? []));
  return sentences.join(' ');
}

function whereIs(skill: string, providers: readonly string[], facts: Facts): string {
  const there = (facts.installations ?? []).filter((installation) => installation.skill?.name === skill);
  const subject = withParticle(skill, '은/는');
  if (there.length === 0) {
    const where = providers.length === 0 ? '어디에도' : `${providers.join(', ')}에`;
    return `${subject} ${where} 설치되어 있지 않습니다.`;
  }
  const places = there.map(({ provider, version, drift }) => {
    const notes = [versionName(version), DRIFT[drift]].filter((note) => note != null);
    return notes.length === 0 ? provider.slug : `${provider.slug}(${notes.join(', ')})`;
  });
  const others = providers.filter((slug) => !there.some(({ provider }) => provider.slug === slug));
  const missing = others.length === 0 ? '' : ` ${others.join(', ')}에는 없습니다.`;
  return `${subject} ${named(places, more)}에 설치되어 있습니다.${missing}`;
}

function stateOf({ slug, status, connection: { error } }: Connection): string {
  const subject = withParticle(slug, '은/는');
  if (status === 'active') return `${subject} 정상입니다.`;
  if (status === 'inactive') return `${subject} 비활성 상태입니다.`;
  return `${subject} 연결에 문제가 있습니다: ${error?.message ?? '원인 불명'}.`;
}

function runsToldOf(runs: readonly Run[]): string {
  const [last] = runs;
  if (last === undefined) return '관련된 작업이 아직 없습니다.';
  const atWork = runs.filter(({ status }) => !isTerminal(status)).length;
  const why = last.error === null ? '' : `(${last.error.code})`;
  const waiting = atWork === 0 ? '' : ` 대기 중이거나 진행 중인 작업이 ${atWork}건 있습니다.`;
  return `마지막 작업은 ${last.provider.slug}의 ${last.skill.name} ${ACTION[last.action]}, 상태는 ${STATUS[last.status]}${why}입니다.${waiting}`;
}

function list({ providers }: Intent, facts: Facts): string {
  const { skills, connections, installations, runs } = facts;
  const names =
    skills?.map(({ name }) => name) ??
    connections?.map(({ slug, status }) => (status === 'active' ? slug : `${slug}(${status})`)) ??
    runs?.map((run) => `${listed([targetOfRun(run)])} ${STATUS[run.status]}`);
  if (names !== undefined) {
    const what = skills ? '스킬' : connections ? '연결' : '작업';
    if (names.length === 0) return `아직 ${withParticle(what, '이/가')} 없습니다.`;
    return `${what} ${names.length}개${facts.hasMore ? ' 이상' : ''}: ${named(names, more)}.`;
  }
  if (installations === undefined || installations.length === 0)
    return `${providers.join(', ')}에 설치된 스킬이 없습니다.`;
  return `설치된 스킬: ${listed(installations.map(targetOfInstallation))}${facts.hasMore ? ' 외' : ''}.`;
}

function withVersion(name: string, version: string | null): string {
  return version === null ? name : `${name} ${version}`;
}

function more(number: number): string {
  return `외 ${number}개`;
}
