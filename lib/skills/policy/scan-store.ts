/** The SQL of `skill_scans`. */
import { sql } from 'kysely';
import { query } from '../../db/database.ts';
import type { Context, TxContext } from '../../kernel/context.ts';
import type { ScanResult } from './scan-content.ts';
import type { Capabilities } from '../scan/report.ts';
import { SEVERITIES, type Severity } from '../scan/rule.ts';

/** How often a scan that does not end well is tried with one rule set. */
const MAX_TRIES = 4;

export async function isScanned(ctx: Context, digest: string, ruleSet: string): Promise<boolean> {
  const row = await query(ctx)
    .selectFrom('skill_scans')
    .select('digest')
    .where('digest', '=', digest)
    .where('rule_set', '=', ruleSet)
    .where('status', '=', 'done')
    .executeTakeFirst();
  return row !== undefined;
}

/** What is known of this content, kept from changing until the transaction ends. */
export async function lockScan(tx: TxContext, digest: string) {
  return await query(tx)
    .selectFrom('skill_scans')
    .selectAll()
    .where('digest', '=', digest)
    .forUpdate()
    .executeTakeFirst();
}

export type ScanRow = NonNullable<Awaited<ReturnType<typeof lockScan>>>;

/** Puts a result in the place of what was known before. */
export async function upsertScan(tx: TxContext, { digest, ruleSet, outcome }: ScanResult): Promise<void> {
  const report = outcome.status === 'done' ? outcome.report : null;
  const values = {
    rule_set: ruleSet,
    status: outcome.status,
    ...countFindings(report?.findings ?? []),
    findings: jsonText(report?.findings ?? []),
    capabilities: report && jsonText(report.capabilities),
    analyzability: report?.analyzability ?? null,
    claimed_until: null,
  };
  await query(tx)
    .insertInto('skill_scans')
    .values({ digest, ...values, tries: 1, scanned_at: sql<Date>`now()` })
    .onConflict((conflict) =>
      conflict.column('digest').doUpdateSet({
        ...values,
        tries: sql<number>`case when skill_scans.rule_set = excluded.rule_set then skill_scans.tries + 1 else 1 end`,
        scanned_at: sql<Date>`now()`,
      }),
    )
    .execute();
}

export function countFindings(
  findings: readonly { readonly severity: Severity }[],
): Record<Severity, number> {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const [critical, high, medium, low] = SEVERITIES;
  return { critical: count(critical), high: count(high), medium: count(medium), low: count(low) };
}

/** What stands in a file may hold what JSON in the database cannot: NUL and halves of characters. */
function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'string' ? member.replaceAll('\0', '').toWellFormed() : member,
  );
}

/**
 * Content to be scanned again: by other rules than these, `quietMs` or longer ago, or not to the end.
 * What is installed comes first, then the newest.
 */
export async function selectDueScans(
  ctx: Context,
  due: { readonly ruleSet: string; readonly quietMs: number; readonly limit: number },
): Promise<string[]> {
  const rows = await sql<{ digest: string }>`
    with due as materialized (
      select digest, created_at from skill_scans
      where (claimed_until is null or claimed_until < now())
        and ((rule_set < ${due.ruleSet}::text and ${isQuiet(due.quietMs)})
          or (rule_set > ${due.ruleSet}::text and ${isQuiet(due.quietMs)})
          or (status <> 'done' and tries < ${MAX_TRIES}::integer))
    )
    select digest from due
    where exists (select from skill_versions v where v.digest = due.digest)
    order by exists (select from skill_versions v join installations i on i.skill_version_id = v.id
      where v.digest = due.digest) desc, created_at desc, digest
    limit ${due.limit}::integer`.execute(query(ctx));
  return rows.rows.map((row) => row.digest);
}

function isQuiet(quietMs: number) {
  return sql`(scanned_at is null or scanned_at <= now() - make_interval(secs => ${quietMs / 1000}::double precision))`;
}

/** Those of these digests that nobody else scans now, and that still need it; they are ours for `claimMs`. */
export async function claimScans(
  ctx: Context,
  digests: readonly string[],
  claim: { readonly ruleSet: string; readonly claimMs: number },
): Promise<string[]> {
  if (digests.length === 0) return [];
  const rows = await sql<{ digest: string }>`
    with free as (
      select digest from skill_scans
      where digest in (${sql.join(digests)})
        and (claimed_until is null or claimed_until < now())
        and (rule_set <> ${claim.ruleSet}::text or (status <> 'done' and tries < ${MAX_TRIES}::integer))
      for update skip locked
    )
    update skill_scans s
    set claimed_until = now() + make_interval(secs => ${claim.claimMs / 1000}::double precision)
    from free where s.digest = free.digest
    returning s.digest`.execute(query(ctx));
  return rows.rows.map((row) => row.digest);
}

/** By digest; without those whose scan was not completed. */
export async function selectCapabilities(
  ctx: Context,
  digests: readonly string[],
): Promise<Map<string, Capabilities>> {
  const rows = await query(ctx)
    .selectFrom('skill_scans')
    .select(['digest', 'capabilities'])
    .where('digest', 'in', digests)
    .where('status', '=', 'done')
    .execute();
  return new Map(rows.flatMap((row) => (row.capabilities ? [[row.digest, row.capabilities] as const] : [])));
}
