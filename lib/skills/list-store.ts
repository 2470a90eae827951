/** The SQL of lists of skills: filters, and pages in an order whose cost does not grow with the table. */
import { type RawBuilder, sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import type { ProviderKind } from '../providers/adapter.ts';
import { SEVERITIES, type Severity } from './scan/rule.ts';
import { type SkillRow, skillsWithLatest } from './store.ts';

/** Rows looked at in the order of the list, in the hope that a page is among them. */
const WALK = 500;
/** The same once the first rows held some: then a page is not far. */
const LONG_WALK = 5000;
const ENOUGH_TO_WALK_ON = 6;
/** More matches than this are not put in order: then the order is walked until the page is full. */
export const MOST_SORTED = 1500;

/** The same condition twice: cheap to check on one row of `skill`, and as an index finds its rows. */
export interface Condition {
  readonly check: RawBuilder<unknown>;
  readonly find: RawBuilder<unknown>;
  /** True when the indexes of both orders begin with it, so that a walk meets no other rows. */
  readonly isIndexed?: boolean;
}

export interface SkillConditions {
  readonly tag: string | undefined;
  readonly status: 'active' | 'archived' | undefined;
  readonly providerId: string | undefined;
  readonly kind: ProviderKind | undefined;
  /** Of the worst finding in the latest version; `none` for one that was scanned and is clean. */
  readonly severity: Severity | 'none' | undefined;
}

export interface PickedSkill {
  readonly id: string;
  readonly name: string;
  readonly updated_at: Date;
}

export interface SkillOrder {
  readonly by: 'name' | '-updatedAt';
  /** Name, or time and id, of the last row seen. */
  readonly after: readonly string[] | null;
  /** Only names that begin so; with `by: 'name'`. */
  readonly prefix?: string;
}

export function filterConditions(filter: SkillConditions): Condition[] {
  const conditions: Condition[] = [];
  const both = (condition: RawBuilder<unknown>) => conditions.push({ check: condition, find: condition });
  if (filter.status !== undefined) {
    const hasStatus = sql`skill.status = ${filter.status}`;
    conditions.push({ check: hasStatus, find: hasStatus, isIndexed: true });
  }
  if (filter.tag !== undefined) both(sql`skill.tags @> array[${filter.tag}]::text[]`);
  if (filter.kind !== undefined) both(sql`skill.compatible_kinds @> array[${filter.kind}]::text[]`);
  if (filter.providerId !== undefined) {
    // A subquery with a limit is asked row by row; another one might read all that the provider holds.
    conditions.push({
      check: sql`(select true from installations installation where installation.skill_id = skill.id
        and installation.provider_id = ${filter.providerId} limit 1)`,
      find: sql`skill.id in (select skill_id from installations
        where provider_id = ${filter.providerId} and skill_id is not null)`,
    });
  }
  if (filter.severity !== undefined) conditions.push(severityCondition(filter.severity));
  return conditions;
}

function severityCondition(severity: Severity | 'none'): Condition {
  const counted = severity === 'none' ? SEVERITIES : SEVERITIES.slice(0, SEVERITIES.indexOf(severity));
  const worse = counted.map((other) => sql`scan.${sql.ref(other)} = 0`);
  const itself = severity === 'none' ? sql`scan.status = 'done'` : sql`scan.${sql.ref(severity)} > 0`;
  const scanned = sql`from skill_versions version join skill_scans scan on scan.digest = version.digest
    where ${all([...worse, itself])}`;
  return {
    check: sql`(select true ${scanned} and version.id = skill.latest_version_id limit 1)`,
    find: sql`skill.latest_version_id in (select version.id ${scanned})`,
  };
}

export function all(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`;
}

/**
 * The first `limit` skills in this order that meet every condition. What many rows meet is soon met by walking the
 * order; what few rows meet is found by its index and sorted.
 */
export async function pickSkills(
  ctx: Context,
  order: SkillOrder,
  conditions: readonly Condition[],
  limit: number,
): Promise<PickedSkill[]> {
  if (conditions.every(({ isIndexed }) => isIndexed)) return await walk(ctx, order, conditions, limit, limit);
  const walked = await walk(ctx, order, conditions, limit, WALK);
  if (walked.length === limit || !(await hasMoreThan(ctx, order, conditions, WALK))) return walked;
  if (walked.length >= ENOUGH_TO_WALK_ON) {
    const further = await walk(ctx, order, conditions, limit, LONG_WALK);
    if (further.length === limit) return further;
  }
  return (await findAndSort(ctx, order, conditions, limit)) ?? (await plain(ctx, order, conditions, limit));
}

/** True when the order goes on behind so many rows. */
async function hasMoreThan(
  ctx: Context,
  order: SkillOrder,
  conditions: readonly Condition[],
  rows: number,
): Promise<boolean> {
  const found = await run(
    ctx,
    sql`select 1 from skills skill where skill.deleted_at is null and ${withinOrder(order, conditions)}
      order by ${orderBy(order)} offset ${rows}::integer limit 1`,
  );
  return found.length > 0;
}

async function walk(
  ctx: Context,
  order: SkillOrder,
  conditions: readonly Condition[],
  limit: number,
  most: number,
): Promise<PickedSkill[]> {
  const checks = all(conditions.map(({ check }) => check));
  return await run(
    ctx,
    sql`select id, name, updated_at from (
        select * from skills skill where skill.deleted_at is null and ${withinOrder(order, conditions)}
        order by ${orderBy(order)} limit ${most}::integer
      ) skill where ${checks} limit ${limit}::integer`,
  );
}

/** Null when too many rows meet the conditions. */
async function findAndSort(
  ctx: Context,
  order: SkillOrder,
  conditions: readonly Condition[],
  limit: number,
): Promise<PickedSkill[] | null> {
  const found = all(conditions.map(({ find }) => find));
  const rows = await run<PickedSkill & { found: number }>(
    ctx,
    sql`with found as materialized (
        select id, name, updated_at from skills skill where skill.deleted_at is null and ${found} limit ${MOST_SORTED + 1}::integer
      )
      select skill.id, skill.name, skill.updated_at, counted.found
      from (select count(*)::integer as found from found) counted left join found skill on ${withinOrder(order)}
      order by ${orderBy(order)} limit ${limit}::integer`,
  );
  if ((rows[0]?.found ?? 0) > MOST_SORTED) return null;
  return rows.filter(({ id }) => id !== null);
}

async function plain(
  ctx: Context,
  order: SkillOrder,
  conditions: readonly Condition[],
  limit: number,
): Promise<PickedSkill[]> {
  const found = all(conditions.map(({ find }) => find));
  return await run(
    ctx,
    sql`select id, name, updated_at from skills skill where skill.deleted_at is null and ${found} and ${withinOrder(order)}
      order by ${orderBy(order)} limit ${limit}::integer`,
  );
}

function withinOrder(
  { by, after, prefix }: SkillOrder,
  conditions: readonly Condition[] = [],
): RawBuilder<unknown> {
  const bounds = conditions.filter(({ isIndexed }) => isIndexed).map(({ check }) => check);
  if (prefix !== undefined)
    bounds.push(sql`skill.name >= ${prefix} and skill.name < ${`${prefix}\u{10FFFF}`}`);
  if (after !== null && by === 'name') bounds.push(sql`skill.name > ${after[0]}`);
  if (after !== null && by === '-updatedAt')
    bounds.push(sql`(skill.updated_at, skill.id) < (${after[0]}::timestamptz, ${after[1]}::text)`);
  return all(bounds);
}

function orderBy({ by }: SkillOrder): RawBuilder<unknown> {
  return by === 'name' ? sql`skill.name` : sql`skill.updated_at desc, skill.id desc`;
}

export async function run<Row>(ctx: Context, statement: RawBuilder<unknown>): Promise<Row[]> {
  return (await (statement as RawBuilder<Row>).execute(query(ctx))).rows;
}

/** Whole rows in the order of the ids. */
export async function selectSkillsInOrder(ctx: Context, ids: readonly string[]): Promise<SkillRow[]> {
  if (ids.length === 0) return [];
  const rows = await skillsWithLatest(ctx).where('skill.id', 'in', ids).execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** The id of the provider with this id or slug. */
export async function selectProviderId(ctx: Context, nameOrId: string): Promise<string | undefined> {
  const row = await query(ctx)
    .selectFrom('providers')
    .select('id')
    .where((eb) => eb.or([eb('id', '=', nameOrId), eb('slug', '=', nameOrId)]))
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return row?.id;
}
