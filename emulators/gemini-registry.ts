/** The skills of one Google project and location, and the long-running operations that change them. */
import { createHash } from 'node:crypto';
import { idMaker, type EmulatorOptions, type TakeTurns, turns } from './emulator.ts';
import { checkBundle } from './gemini-bundle.ts';
import { type Shelf, shelf } from './shelf.ts';
import type { EmulatorStore } from './store.ts';
import { BadBundle } from './zip.ts';

export interface SkillRecord {
  readonly id: string;
  readonly displayName: string;
  readonly description: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'CREATING' | 'ACTIVE' | 'DELETING';
  readonly createTime: string;
  readonly updateTime: string;
  /** The newest revision; 0 while the skill is being created. */
  readonly revision: number;
  readonly sha256: string | null;
  readonly license: string | null;
  /** The operation that works on it now. */
  readonly operation: string | null;
}

/** A snapshot of the skill as it was then. */
export interface RevisionRecord {
  readonly revision: number;
  readonly createTime: string;
  readonly displayName: string;
  readonly description: string;
  readonly sha256: string;
}

export interface Content {
  /** Base64 of the zip, as it was uploaded. */
  readonly zippedFilesystem: string;
}

export interface Change {
  readonly displayName?: string;
  readonly description?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly zippedFilesystem?: string;
}

export interface OperationRecord {
  readonly id: string;
  readonly skillId: string;
  readonly kind: 'Create' | 'Update' | 'Delete';
  readonly pollsLeft: number;
  readonly createTime: string;
  readonly updateTime: string;
  /** What is still to be applied; null once done, so that the bytes are kept once. */
  readonly change: Change | null;
  readonly outcome: 'pending' | 'done' | { readonly code: number; readonly message: string };
}

export interface Registry {
  readonly store: EmulatorStore;
  readonly scope: string;
  readonly skills: Shelf<SkillRecord, RevisionRecord, Content>;
  readonly polls: number;
  readonly takeTurn: TakeTurns;
  readonly makeId: (prefix: string) => string;
  readonly isoTime: () => string;
}

const INVALID_ARGUMENT = 3;

/** `scope` is `projects/{p}/locations/{l}`. */
export type OpenRegistry = (scope: string) => Registry;

export function registries(options: EmulatorOptions): OpenRegistry {
  const now = options.now ?? (() => new Date());
  const shared = {
    store: options.store,
    polls: options.operationPolls ?? 1,
    takeTurn: turns(),
    makeId: idMaker(now),
    isoTime: () => now().toISOString(),
  };
  return (scope) => ({ ...shared, scope, skills: shelf(options.store, `gemini/${scope}`) });
}

/** Revisions are kept under a key whose bytewise order is their order. */
export function revisionKey(revision: number): string {
  return String(revision).padStart(9, '0');
}

export async function operationOf(registry: Registry, id: string): Promise<OperationRecord | undefined> {
  return (await registry.store.get(operationKey(registry, id))) as OperationRecord | undefined;
}

function operationKey(registry: Registry, id: string): string {
  return `gemini/${registry.scope}/operation/${id}`;
}

/** Begins an operation on a skill whose record shows it at once; must be called in a turn. */
export async function startOperation(
  registry: Registry,
  kind: OperationRecord['kind'],
  skill: SkillRecord,
  change: Change,
): Promise<OperationRecord> {
  const time = registry.isoTime();
  const operation: OperationRecord = {
    id: registry.makeId(''),
    skillId: skill.id,
    kind,
    pollsLeft: registry.polls,
    createTime: time,
    updateTime: time,
    change,
    outcome: 'pending',
  };
  await putOperation(registry, operation);
  await registry.skills.putSkill(skill.id, { ...skill, operation: operation.id });
  return operation.pollsLeft === 0 ? await finishOperation(registry, operation) : operation;
}

/** One look at an operation brings it one poll nearer to its end; must be called in a turn. */
export async function lookAtOperation(
  registry: Registry,
  operation: OperationRecord,
): Promise<OperationRecord> {
  if (operation.outcome !== 'pending') return operation;
  const looked = { ...operation, pollsLeft: Math.max(0, operation.pollsLeft - 1) };
  if (looked.pollsLeft === 0) return await finishOperation(registry, looked);
  await putOperation(registry, looked);
  return looked;
}

/** A look at a skill counts as one at its operation, so that work nobody polls for also ends. */
export async function lookAtSkill(registry: Registry, id: string): Promise<SkillRecord | undefined> {
  const skill = await registry.skills.skill(id);
  const operation = skill?.operation ? await operationOf(registry, skill.operation) : undefined;
  if (!operation) return skill;
  await lookAtOperation(registry, operation);
  return await registry.skills.skill(id);
}

async function putOperation(registry: Registry, operation: OperationRecord): Promise<void> {
  await registry.store.put(operationKey(registry, operation.id), operation);
}

/** Every step may be repeated: a restart in the middle applies the change again with the same end. */
async function finishOperation(registry: Registry, operation: OperationRecord): Promise<OperationRecord> {
  const done = {
    ...operation,
    change: null,
    updateTime: registry.isoTime(),
    outcome: await outcomeOf(registry, operation),
  };
  await putOperation(registry, done);
  return done;
}

async function outcomeOf(
  registry: Registry,
  operation: OperationRecord,
): Promise<OperationRecord['outcome']> {
  try {
    if (operation.kind === 'Delete') await applyDelete(registry, operation.skillId);
    else await applyChange(registry, operation.skillId, operation.change ?? {});
    return 'done';
  } catch (error) {
    if (!(error instanceof BadBundle)) throw error;
    await forgetChange(registry, operation);
    return { code: INVALID_ARGUMENT, message: `Skill validation failed: ${error.message}.` };
  }
}

async function applyChange(registry: Registry, id: string, change: Change): Promise<void> {
  const skill = await registry.skills.skill(id);
  if (!skill) return;
  const updateTime = registry.isoTime();
  const displayName = change.displayName ?? skill.displayName;
  const description = change.description ?? skill.description;
  const changed = {
    ...skill,
    displayName,
    description,
    labels: change.labels ?? skill.labels,
    updateTime,
    state: 'ACTIVE',
    operation: null,
  } as const;
  if (change.zippedFilesystem === undefined) return await registry.skills.putSkill(id, changed);

  const zip = Buffer.from(change.zippedFilesystem, 'base64');
  const { license } = await checkBundle(zip);
  const sha256 = createHash('sha256').update(zip).digest('hex');
  const revision = sha256 === skill.sha256 ? skill.revision : skill.revision + 1;
  if (revision !== skill.revision) {
    const record = { revision, createTime: updateTime, displayName, description, sha256 };
    const content = { zippedFilesystem: change.zippedFilesystem };
    await registry.skills.putVersion(id, revisionKey(revision), record, content);
  }
  await registry.skills.putSkill(id, { ...changed, revision, sha256, license });
}

/** A refused create leaves nothing behind; a refused update leaves the skill as it was. */
async function forgetChange(registry: Registry, { kind, skillId }: OperationRecord): Promise<void> {
  if (kind === 'Create') return await registry.skills.removeSkill(skillId);
  const skill = await registry.skills.skill(skillId);
  if (skill) await registry.skills.putSkill(skillId, { ...skill, operation: null });
}

async function applyDelete(registry: Registry, id: string): Promise<void> {
  await registry.store.put(reservedKey(registry, id), { deleteTime: registry.isoTime() });
  await registry.skills.removeSkill(id);
}

const RESERVED_MS = 24 * 60 * 60 * 1000;

/** The id of a deleted skill cannot be used again for a day. */
export async function isReserved(registry: Registry, id: string): Promise<boolean> {
  const reserved = (await registry.store.get(reservedKey(registry, id))) as
    | { deleteTime: string }
    | undefined;
  if (!reserved) return false;
  return Date.parse(registry.isoTime()) - Date.parse(reserved.deleteTime) < RESERVED_MS;
}

function reservedKey(registry: Registry, id: string): string {
  return `gemini/${registry.scope}/reserved/${id}`;
}
