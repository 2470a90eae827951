/** The SQL of `skills`, `skill_versions` and `blobs`. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { StoredFile, StoredManifest } from '../db/tables.ts';
import type { Context, TxContext } from '../kernel/context.ts';

export interface NewVersion {
  readonly id: string;
  readonly skillId: string;
  readonly number: number;
  readonly label: string | null;
  readonly digest: string;
  readonly source: Record<string, unknown>;
  readonly manifest: StoredManifest;
  readonly files: readonly StoredFile[];
  readonly sizeBytes: number;
  readonly createdBy: string;
}

export interface NewSkill {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly latestVersionId: string;
  readonly createdBy: string;
}

export async function insertSkill(tx: TxContext, skill: NewSkill): Promise<void> {
  await query(tx)
    .insertInto('skills')
    .values({
      id: skill.id,
      name: skill.name,
      display_name: skill.displayName,
      description: skill.description,
      tags: [...skill.tags],
      latest_version_id: skill.latestVersionId,
      search_text: searchText(skill),
      created_by: skill.createdBy,
    })
    .execute();
}

export async function insertVersion(tx: TxContext, version: NewVersion): Promise<void> {
  await query(tx)
    .insertInto('skill_versions')
    .values({
      id: version.id,
      skill_id: version.skillId,
      number: version.number,
      label: version.label,
      digest: version.digest,
      source: JSON.stringify(version.source),
      manifest: JSON.stringify(version.manifest),
      files: JSON.stringify(version.files),
      size_bytes: version.sizeBytes,
      file_count: version.files.length,
      created_by: version.createdBy,
    })
    .execute();
}

/** Makes this the latest version; the skill takes over its description. */
export async function pointToVersion(
  tx: TxContext,
  skill: { id: string; name: string; displayName: string; tags: readonly string[] },
  version: { id: string; description: string },
): Promise<void> {
  await query(tx)
    .updateTable('skills')
    .set({
      latest_version_id: version.id,
      description: version.description,
      search_text: searchText({ ...skill, description: version.description }),
      revision: sql<number>`revision + 1`,
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', skill.id)
    .execute();
}

/** What `q` looks in: NFKC, lower case. */
function searchText(skill: {
  name: string;
  displayName: string;
  description: string;
  tags: readonly string[];
}): string {
  return [skill.name, skill.displayName, skill.description, ...skill.tags]
    .join('\n')
    .normalize('NFKC')
    .toLowerCase();
}

export interface Blob {
  readonly digest: string;
  readonly bytes: Uint8Array;
}

/** Stores bytes under their digest; those already there are left alone. In one order, or two uploads could wait in a circle. */
export async function insertBlobs(tx: TxContext, blobs: readonly Blob[]): Promise<void> {
  const byDigest = new Map(blobs.map((blob) => [blob.digest, blob]));
  const distinct = [...byDigest.values()].sort((one, other) => (one.digest < other.digest ? -1 : 1));
  if (distinct.length === 0) return;
  await query(tx)
    .insertInto('blobs')
    .values(
      distinct.map((blob) => ({ digest: blob.digest, size_bytes: blob.bytes.byteLength, bytes: blob.bytes })),
    )
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute();
}

export async function selectBlobs(
  ctx: Context,
  digests: readonly string[],
): Promise<Map<string, Uint8Array>> {
  if (digests.length === 0) return new Map();
  const rows = await query(ctx)
    .selectFrom('blobs')
    .select(['digest', 'bytes'])
    .where('digest', 'in', digests)
    .execute();
  return new Map(rows.map((row) => [row.digest, row.bytes]));
}

/** Skills with their latest version; the base of every read. */
function skillsWithLatest(ctx: Context) {
  return query(ctx)
    .selectFrom('skills as skill')
    .innerJoin('skill_versions as version', 'version.id', 'skill.latest_version_id')
    .select([
      'skill.id',
      'skill.name',
      'skill.display_name',
      'skill.description',
      'skill.tags',
      'skill.status',
      'skill.revision',
      'skill.created_at',
      'skill.updated_at',
      'version.id as version_id',
      'version.number',
      'version.label',
      'version.digest',
      'version.source',
      'version.manifest',
      'version.size_bytes',
      'version.file_count',
      'version.created_at as version_created_at',
    ]);
}

export type SkillRow = Awaited<ReturnType<typeof selectSkillsByName>>[number];

/** Skills with one of these ids or names. */
export async function selectSkillsByName(ctx: Context, names: readonly string[]) {
  if (names.length === 0) return [];
  return await skillsWithLatest(ctx)
    .where((eb) => eb.or([eb('skill.id', 'in', names), eb('skill.name', 'in', names)]))
    .execute();
}

/** Locks the skill's row, so that version numbers follow each other. */
export async function lockSkill(tx: TxContext, id: string): Promise<{ nextNumber: number }> {
  await query(tx)
    .selectFrom('skills')
    .select('id')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const newest = await query(tx)
    .selectFrom('skill_versions')
    .select((eb) => eb.fn.max('number').as('number'))
    .where('skill_id', '=', id)
    .executeTakeFirstOrThrow();
  return { nextNumber: newest.number + 1 };
}

export interface SkillPageFilter {
  readonly q: string | undefined;
  readonly tag: string | undefined;
  readonly status: 'active' | 'archived' | undefined;
}

export async function selectSkillPage(
  ctx: Context,
  filter: SkillPageFilter,
  sort: 'name' | '-updatedAt',
  limit: number,
  after: readonly string[] | null,
) {
  let rows = skillsWithLatest(ctx).limit(limit);
  if (filter.q !== undefined && filter.q !== '') {
    rows = rows.where(
      'skill.search_text',
      'like',
      `%${escapeLike(filter.q.normalize('NFKC').toLowerCase())}%`,
    );
  }
  if (filter.tag !== undefined)
    rows = rows.where('skill.tags', '@>', sql<string[]>`array[${filter.tag}]::text[]`);
  if (filter.status !== undefined) rows = rows.where('skill.status', '=', filter.status);
  if (sort === 'name') {
    if (after) rows = rows.where('skill.name', '>', after[0] ?? '');
    return await rows.orderBy('skill.name').execute();
  }
  if (after)
    rows = rows.where(
      sql<boolean>`(skill.updated_at, skill.id) < (${after[0]}::timestamptz, ${after[1]}::text)`,
    );
  return await rows.orderBy('skill.updated_at', 'desc').orderBy('skill.id', 'desc').execute();
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, (character) => `\\${character}`);
}

export type VersionRow = NonNullable<Awaited<ReturnType<typeof selectVersionByDigest>>>;

export async function selectVersionByDigest(ctx: Context, skillId: string, digest: string) {
  return await query(ctx)
    .selectFrom('skill_versions')
    .selectAll()
    .where('skill_id', '=', skillId)
    .where('digest', '=', digest)
    .executeTakeFirst();
}

export async function selectVersionsById(ctx: Context, ids: readonly string[]): Promise<VersionRow[]> {
  if (ids.length === 0) return [];
  return await query(ctx).selectFrom('skill_versions').selectAll().where('id', 'in', ids).execute();
}

/** Versions of these skills that a ref other than `latest` may mean. */
export async function selectVersionsByRef(
  ctx: Context,
  skillIds: readonly string[],
  ref: string,
): Promise<VersionRow[]> {
  const number = /^\d{1,9}$/.test(ref) ? Number(ref) : null;
  return await query(ctx)
    .selectFrom('skill_versions')
    .selectAll()
    .where('skill_id', 'in', skillIds)
    .where((eb) =>
      number === null
        ? eb.or([eb('label', '=', ref), eb('digest', '=', ref), eb('id', '=', ref)])
        : eb('number', '=', number),
    )
    .execute();
}

export async function selectVersionPage(
  ctx: Context,
  skillId: string,
  limit: number,
  beforeNumber: number | null,
) {
  let rows = query(ctx).selectFrom('skill_versions').selectAll().where('skill_id', '=', skillId);
  if (beforeNumber !== null) rows = rows.where('number', '<', beforeNumber);
  return await rows.orderBy('number', 'desc').limit(limit).execute();
}
