/** What a search and a page of a list cost in a small catalogue and in one many times larger. */
import { sql } from 'kysely';
import type { Database } from '../lib/db/database.ts';
import { startApp, type TestApp } from '../test/support/app.ts';
import { loadSkills } from './catalogue-load.ts';
import { type Engine, openNew } from './engines.ts';
import { milliseconds, quantile, type Table } from './table.ts';

const SMALL = 1000;
const LARGE = { PostgreSQL: 100_000, PGlite: 10_000 } as const;
const REQUESTS = { PostgreSQL: 200, PGlite: 60 } as const;
const WARM_UP = 15;
const DEEP_PAGES = 20;

/** Query strings; the last part says to go many pages down first. */
const REQUESTED: readonly (readonly [string, string, 'deep'?])[] = [
  ['first page by name', 'sort=name'],
  ['deep page by name', 'sort=name', 'deep'],
  ['first page by time', 'sort=-updatedAt'],
  ['deep page by time', 'sort=-updatedAt', 'deep'],
  ['word of every skill', 'q=document'],
  ['the same, deep', 'q=document', 'deep'],
  ['the same by name', 'q=document&sort=name'],
  ['the same by time, deep', 'q=document&sort=-updatedAt', 'deep'],
  ['word of half of them', 'q=report'],
  ['the same, deep', 'q=report', 'deep'],
  ['two common words', 'q=report%20data'],
  ['rare word (1 in 1,000)', 'q=xylophones'],
  ['the same by time', 'q=xylophones&sort=-updatedAt'],
  ['a word of every skill and a rare one', 'q=document%20xylophones'],
  ['no such word', 'q=zeppelinesque'],
  ['misspelt rare word', 'q=xylohpones'],
  ['misspelt common word', 'q=documnet'],
  ['misspelt Korean word', `q=${encodeURIComponent('회이록')}`],
  ['Korean, two syllables', `q=${encodeURIComponent('회의')}`],
  ['the same, deep', `q=${encodeURIComponent('회의')}`, 'deep'],
  ['Korean, one syllable', `q=${encodeURIComponent('록')}`],
  ['part of a word', 'q=ylophon'],
  ['part of a common word', 'q=ocumen'],
  ['a common tag', 'tag=report'],
  ['a rare tag', 'tag=seldom'],
  ['a rare tag by time', 'tag=seldom&sort=-updatedAt'],
  ['archived', 'status=archived'],
  ['provider of a third', 'provider=dense'],
  ['the same, deep by time', 'provider=dense&sort=-updatedAt', 'deep'],
  ['provider of few', 'provider=sparse'],
  ['kind that refuses few', 'kind=claude'],
  ['word, tag and provider', 'q=data&tag=report&provider=dense'],
];

export async function benchSearch(engine: Engine): Promise<Table> {
  const small = await openLoaded(engine, SMALL);
  const large = await openLoaded(engine, LARGE[engine.name]);
  try {
    const rows: string[][] = [];
    for (const [label, query, deep] of REQUESTED) {
      const ask = async ({ app }: Loaded) => await asking(app, query, deep === 'deep');
      rows.push([label, ...(await compare(engine, await ask(small), await ask(large)))]);
    }
    const scan =
      ({ db }: Loaded) =>
      async () =>
        await scanFor(db, 'xylophones');
    rows.push(['plain SQL: ilike over all', ...(await compare(engine, scan(small), scan(large)))]);
    return {
      title: `Catalogue on ${engine.name}: GET /api/skills with ${SMALL.toLocaleString('en')} and ${LARGE[engine.name].toLocaleString('en')} skills`,
      notes: [
        `Three versions a skill. ${REQUESTS[engine.name]} requests each over HTTP, one after the other, the two catalogues in turns.`,
        `A deep page is the one after ${DEEP_PAGES} pages. ratio: p99 of the large catalogue to p99 of the small one.`,
      ],
      head: ['request', 'small p50', 'p99', 'large p50', 'p99', 'ratio p50', 'ratio'],
      rows,
    };
  } finally {
    await small.close();
    await large.close();
  }
}

interface Loaded {
  readonly db: Database;
  readonly app: TestApp;
  close(): Promise<void>;
}

async function openLoaded(engine: Engine, count: number): Promise<Loaded> {
  const { db, remove } = await openNew(engine);
  await loadSkills(db, count);
  const app = await startApp(db, { isWorking: false, settings: { logLevel: 'silent' } });
  return {
    db,
    app,
    async close() {
      await app.close();
      await remove();
    },
  };
}

async function asking(app: TestApp, query: string, isDeep: boolean): Promise<() => Promise<void>> {
  let cursor: string | null = null;
  const pages = isDeep ? DEEP_PAGES : 0;
  for (let page = 0; page < pages; page += 1) {
    const next: string | null = await ask(app, withCursor(query, cursor));
    cursor = next ?? cursor;
  }
  return async () => void (await ask(app, withCursor(query, cursor)));
}

function withCursor(query: string, cursor: string | null): string {
  return cursor === null ? query : `${query}&cursor=${encodeURIComponent(cursor)}`;
}

async function ask(app: TestApp, query: string): Promise<string | null> {
  const { status, body } = await app.call('GET', `/api/skills?${query}`);
  if (status !== 200) throw new Error(`${query} got ${status}: ${JSON.stringify(body)}`);
  return body['nextCursor'] as string | null;
}

async function scanFor(db: Database, word: string): Promise<void> {
  await sql`select id from skills where name || ' ' || display_name || ' ' || description || ' ' || array_to_string(tags, ' ')
    ilike ${`%${word}%`} order by name limit 20`.execute(db.kysely);
}

async function compare(
  engine: Engine,
  small: () => Promise<void>,
  large: () => Promise<void>,
): Promise<string[]> {
  const durations: [number[], number[]] = [[], []];
  for (let round = 0; round < WARM_UP + REQUESTS[engine.name]; round += 1) {
    for (const [index, act] of [small, large].entries()) {
      const startedAt = performance.now();
      await act();
      if (round >= WARM_UP) durations[index]?.push(performance.now() - startedAt);
    }
  }
  const [[a50, a99], [b50, b99]] = durations.map((all) => [quantile(all, 0.5), quantile(all, 0.99)]) as [
    [number, number],
    [number, number],
  ];
  const shown = [a50, a99, b50, b99].map((duration) => milliseconds(duration, 1));
  return [...shown, (b50 / a50).toFixed(2), (b99 / a99).toFixed(2)];
}
