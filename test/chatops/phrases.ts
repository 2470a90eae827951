/** Sentences put together from phrases with gaps and the names of a world, each with what it means. */
import { readFileSync } from 'node:fs';
import type { Labelled, World } from './evaluate.ts';

/** `install S P v`: an action with what fills the gaps of its targets; `!not_a_command`: a reason to refuse. */
export interface Phrase {
  readonly label: string;
  readonly language: string;
  readonly text: string;
}

/** Lines of label, language and text with gaps, separated by tabs. `{s1}` is a skill, `{p1}` a connection or all of a kind, `{q1}` one connection, `{v}` and `{v0}` versions, `{br}` a branch, `{tag}` a tag, `{cm}` a commit; `{s1:을}` takes the particle that fits. */
export function readPhrases(file: string): Phrase[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [label = '', language = '', text = ''] = line.split('\t');
      return { label, language, text: text.replaceAll(String.raw`\n`, '\n') };
    });
}

const GAP = /\{([a-z]+\d?)(?::([^}]+))?\}/gu;

interface Filling {
  readonly form: string;
  readonly slugs: readonly string[];
}

type Random = () => number;

/** The same for the same seed (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function compose({ label, language, text }: Phrase, whole: World, random: Random): Labelled {
  const world = { ...whole, skills: whole.skills.filter((skill) => canFill(text, skill)) };
  const filled = new Map<string, Filling>();
  const gaps = [...text.matchAll(GAP)].map(([, gap = '']) => gap);
  // A version belongs to the skill, wherever it stands.
  for (const gap of [...gaps.filter((one) => /^[spq]\d$/u.test(one)), ...gaps])
    if (!filled.has(gap)) filled.set(gap, filling(gap, filled, world, random));
  const sentence = text.replace(GAP, (_, gap: string, particle?: string) => {
    const form = filled.get(gap)?.form ?? '';
    return particle === undefined ? form : form + particleFor(form, particle);
  });
  return { id: text, lang: language, text: sentence, ...meaning(label, filled, world) };
}

function canFill(text: string, { tags, versions }: World['skills'][number]): boolean {
  return (!text.includes('{tag') || tags.length > 0) && (!text.includes('{v0') || versions.length > 1);
}

function filling(gap: string, filled: ReadonlyMap<string, Filling>, world: World, random: Random): Filling {
  const taken = new Set([...filled.values()].flatMap(({ slugs }) => slugs));
  const pick = <T>(some: readonly T[]): T => some[Math.floor(random() * some.length)] as T;
  if (gap.startsWith('s') || gap.startsWith('p') || gap.startsWith('q')) {
    const choices = gap.startsWith('s') ? skillChoices(world) : connectionChoices(world, gap.startsWith('p'));
    const words = new Set([...filled.values()].flatMap(({ form }) => wordsOf(form)));
    return pick(
      choices.filter(
        ({ slugs, form }) =>
          !slugs.some((slug) => taken.has(slug)) && !wordsOf(form).some((word) => words.has(word)),
      ),
    );
  }
  const skill = world.skills.find(({ slug }) => filled.get('s1')?.slugs[0] === slug);
  const versions = (skill?.versions ?? ['1.0.0']).filter((version) => !version.includes('-'));
  const last = versions.at(-1) ?? '1.0.0';
  const forms: Record<string, readonly string[]> = {
    v: versions.length > 1 ? versions.slice(1) : versions,
    v0: [versions[0] ?? last],
    br: skill?.branches ?? ['main'],
    tag: skill?.tags ?? [],
    cm: (skill?.commits ?? []).map((commit) => commit.slice(0, 10)),
  };
  return { form: pick(forms[gap] ?? []), slugs: [] };
}

/** "OpenAI Test Test Plan" would be hard for people too. */
function wordsOf(form: string): string[] {
  return form.toLowerCase().split(/[ -]/u);
}

function skillChoices({ skills }: World): Filling[] {
  return skills.flatMap(({ slug, displayName }) =>
    [slug, displayName].map((form) => ({ form, slugs: [slug] })),
  );
}

function connectionChoices({ providers, kindNames = {} }: World, withKinds: boolean): Filling[] {
  const active = providers.filter(({ status }) => status === 'active');
  const single = active.flatMap(({ slug, displayName }) =>
    [slug, displayName].map((form) => ({ form, slugs: [slug] })),
  );
  const kinds = Object.entries(kindNames).map(([kind, names]) => ({
    form: names[0] ?? kind,
    slugs: active.filter((provider) => provider.kind === kind).map(({ slug }) => slug),
  }));
  return withKinds ? [...single, ...kinds.filter(({ slugs }) => slugs.length > 0)] : single;
}

const BATCHIM_DIGITS: Readonly<Record<string, number>> = { 0: 21, 1: 8, 3: 16, 6: 1, 7: 8, 8: 8 };
const BATCHIM_LETTERS: Readonly<Record<string, number>> = { l: 8, m: 16, n: 4, r: 8 };
/** Particles after a consonant and after a vowel. */
const PARTICLES: Readonly<Record<string, readonly [string, string]>> = {
  을: ['을', '를'],
  이: ['이', '가'],
  은: ['은', '는'],
  와: ['과', '와'],
  으로: ['으로', '로'],
  이랑: ['이랑', '랑'],
  이나: ['이나', '나'],
  이에요: ['이에요', '예요'],
};

function particleFor(word: string, particle: string): string {
  const [after = particle, plain = particle] = PARTICLES[particle] ?? [];
  const end = word.at(-1)?.toLowerCase() ?? '';
  const isHangul = end >= '가' && end <= '힣';
  const batchim = isHangul
    ? ((end.codePointAt(0) ?? 0) - 0xac00) % 28
    : (BATCHIM_DIGITS[end] ?? BATCHIM_LETTERS[end] ?? 0);
  // "로" stands behind ㄹ as well.
  return batchim === 0 || (particle === '으로' && batchim === 8) ? plain : after;
}

const REFUSED = {
  accepted: false,
  action: null,
  skills: [],
  providers: [],
  ref: null,
  needs_confirmation: false,
};
const CONFIRMED: ReadonlySet<string> = new Set(['uninstall', 'rollback']);
const ASKED_WHEN_ALL: ReadonlySet<string> = new Set(['install', 'upgrade', 'cancel', 'retry']);

function meaning(
  label: string,
  filled: ReadonlyMap<string, Filling>,
  { providers }: World,
): Pick<Labelled, 'expect' | 'reason'> {
  if (label.startsWith('!')) return { expect: { ...REFUSED }, reason: label.slice(1) };
  const [action = '', ...parts] = label.split(' ');
  const slugsOf = (gaps: readonly string[]): string[] => gaps.flatMap((gap) => filled.get(gap)?.slugs ?? []);
  const gapsLike = (pattern: RegExp): string[] => [...filled.keys()].filter((gap) => pattern.test(gap));
  const expect = {
    ...REFUSED,
    accepted: true,
    action,
    skills: [] as string[],
    providers: [] as string[],
    ref: null as string | null,
  };
  expect.needs_confirmation = CONFIRMED.has(action);
  for (const part of parts) {
    const named = part.split('=')[1]?.split(',');
    if (part.startsWith('S')) expect.skills = slugsOf(named ?? gapsLike(/^s/u));
    else if (part.startsWith('P')) expect.providers = slugsOf(named ?? gapsLike(/^[pq]/u));
    else if (part.startsWith('ALL')) {
      const left = new Set(slugsOf(part.split('-')[1]?.split(',') ?? []));
      expect.providers = providers
        .filter(({ slug, status }) => status === 'active' && !left.has(slug))
        .map(({ slug }) => slug);
      expect.needs_confirmation ||= ASKED_WHEN_ALL.has(action);
    } else expect.ref = filled.get(part)?.form ?? null;
  }
  return { expect, reason: null };
}
