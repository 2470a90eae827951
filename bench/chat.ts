/** What reading a chat message costs in a large catalogue, and what it costs to know the names that are in it. */
import { join } from 'node:path';
import { sql } from 'kysely';
import { interpret } from '../lib/chatops/interpret.ts';
import { liveVocabulary } from '../lib/chatops/live-vocabulary.ts';
import type { ProviderEntry, SkillEntry, Vocabulary } from '../lib/chatops/vocabulary.ts';
import { buildVocabulary } from '../lib/chatops/vocabulary-index.ts';
import { readSentences, readWorld } from '../test/chatops/evaluate.ts';
import { testContext } from '../test/support/context.ts';
import { loadSkills } from './catalogue-load.ts';
import { makeSkill } from './catalogue-words.ts';
import { type Engine, openNew } from './engines.ts';
import { milliseconds, quantile, ratio, type Table } from './table.ts';

const SKILLS = 20_000;
const PROVIDERS = 500;
const LOOKS = 200;
const WORLD = join(import.meta.dirname, '../test/chatops/world.json');
const CORPUS = join(import.meta.dirname, '../test/chatops/learn.jsonl');

export function benchInterpretation(): Table {
  const messages = readSentences(CORPUS).map(({ text }) => text);
  const small = readWorld(WORLD);
  const large = largeVocabulary(small);
  // Names with a slip, and names that are not there: what has to be looked for among all others.
  const slipped = Array.from(
    { length: 200 },
    (_, at) => `install ${slipIn(makeSkill(at * 97).name)} on claude-prod`,
  );
  const missing = Array.from(
    { length: 200 },
    (_, at) => `install ${slipIn(makeSkill(SKILLS + at).name)}x on claude-prod`,
  );
  const rows = (
    [
      ['sentences of the corpus', messages],
      ['names with a slip in them', slipped],
      ['names of nothing', missing],
    ] as const
  ).map(([what, texts]) => {
    const [few, many] = [took(texts, small), took(texts, large)];
    const of = (share: number) => [quantile(few, share), quantile(many, share)] as const;
    const [fewHalf, manyHalf] = of(0.5);
    const [, manyMost] = of(0.99);
    const worst = Math.max(...many);
    const shown = [fewHalf, manyHalf, manyMost, worst].map((time) => milliseconds(time, 2));
    return [what, ...shown, ratio(manyHalf, fewHalf)];
  });
  return {
    title: `Reading a message among ${SKILLS.toLocaleString('en')} skills and ${PROVIDERS} connections`,
    notes: [
      `Beside a catalogue of ${small.skills.size} skills, in one process; each message ten times, its median.`,
    ],
    head: ['messages', 'small p50', 'large p50', 'large p99', 'large worst', 'ratio of p50'],
    rows,
  };
}

export async function benchVocabulary(engines: readonly Engine[]): Promise<Table> {
  const rows: string[][] = [];
  for (const engine of engines) rows.push([engine.name, ...(await measureLooks(engine))]);
  return {
    title: `Knowing the names of ${SKILLS.toLocaleString('en')} skills before each message`,
    notes: [
      `${LOOKS} looks when nothing changed, ${LOOKS} after one skill changed; beside reading all names anew.`,
    ],
    head: ['database', 'unchanged p50', 'one changed p50', 'all anew', 'ratio of all anew to unchanged'],
    rows,
  };
}

function took(texts: readonly string[], vocabulary: Vocabulary): number[] {
  for (const text of texts) interpret(text, vocabulary);
  return texts.map((text) => {
    const times = Array.from({ length: 10 }, () => {
      const startedAt = performance.now();
      interpret(text, vocabulary);
      return performance.now() - startedAt;
    });
    return quantile(times, 0.5);
  });
}

function largeVocabulary(small: Vocabulary): Vocabulary {
  const skills = Array.from({ length: SKILLS }, (_, number): SkillEntry => {
    const { name, displayName } = makeSkill(number);
    const versions = ['1.0.0', '1.1.0', '2.0.0'];
    return { slug: name, displayName, versions, tags: ['stable'], branches: ['main'], commits: [] };
  });
  const regions = ['seoul', 'tokyo', 'eu', 'us', 'lab'];
  const kinds = ['openai', 'claude', 'gemini', 'local'];
  const providers = Array.from({ length: PROVIDERS }, (_, number): ProviderEntry => {
    const kind = kinds[number % kinds.length] ?? 'local';
    const slug = `${kind}-${regions[number % regions.length]}-team${number}`;
    return { slug, kind, displayName: `Team ${number} ${kind}`, active: number % 10 !== 0 };
  });
  return buildVocabulary({
    skills: [...small.skills.values(), ...skills],
    providers: [...small.providers.values(), ...providers],
  });
}

function slipIn(name: string): string {
  return `${name.slice(0, 3)}${name.slice(4)}`;
}

async function measureLooks(engine: Engine): Promise<string[]> {
  const { db, remove } = await openNew(engine);
  try {
    await loadSkills(db, SKILLS);
    const ctx = testContext(db);
    const anew: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      // Another handle on the same database remembers nothing.
      const stranger = { ...ctx, db: Object.create(db) as typeof db };
      anew.push(await timed(async () => await liveVocabulary(stranger)));
    }
    await liveVocabulary(ctx);
    const unchanged: number[] = [];
    const changed: number[] = [];
    for (let look = 0; look < LOOKS; look += 1) {
      unchanged.push(await timed(async () => await liveVocabulary(ctx)));
      await sql`update skills set display_name = ${`Renamed ${look}`} where id = (
        select id from skills where status = 'active' order by id offset ${look} limit 1)`.execute(db.kysely);
      changed.push(await timed(async () => await liveVocabulary(ctx)));
    }
    const half = (times: readonly number[]) => quantile(times, 0.5);
    const shown = [half(unchanged), half(changed), half(anew)];
    return [...shown.map((time) => milliseconds(time, 2)), ratio(half(anew), half(unchanged))];
  } finally {
    await remove();
  }
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await act();
  return performance.now() - startedAt;
}
