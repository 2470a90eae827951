/** Skills in Google's Skill Registry: ids chosen by us, every change an operation to wait for, newest is served. */
import {
  type Call,
  type Connection,
  type InstallRequest,
  type InstallResult,
  type ListedPage,
  type ProviderAdapter,
  ProviderError,
  type RemoteSkill,
  type RemoteStatus,
  type SkillPackage,
  type UninstallResult,
  type VerifyResult,
} from '../adapter.ts';
import { installMarker, isInWindow } from '../adopt.ts';
import { packZip } from '../archive.ts';
import { brokenRules, MEGABYTE, type SkillOutline } from '../capabilities.ts';
import type { Answered } from '../call.ts';
import { afterChange, done, notAsSent, orNullIfMissing, stillThere } from '../steps.ts';
import { credentialHint, Credentials } from './access-token.ts';
import { failureOf, type OpenOperation, pending, readToken, untilDone, whileOpen } from './operation.ts';
import {
  baseUrlOf,
  busy,
  Config,
  createSkill,
  deleteSkill,
  getOperation,
  getSkill,
  listOne,
  listSkills,
  openSession,
  readServed,
  type Served,
  type Session,
  updateSkill,
} from './requests.ts';
import { candidateIds } from './skill-id.ts';
import type { Operation } from './wire.ts';

const MAX_ZIP_BYTES = 10 * MEGABYTE;
const MAX_INSTRUCTIONS = 500_000;
/** In UTF-8: a text of more bytes than this for each character certainly has more characters. */
const MOST_BYTES_A_CHARACTER = 4;

export const geminiAdapter: ProviderAdapter = {
  kind: 'gemini',
  label: 'Gemini',
  capabilities: {
    reach: 'http',
    idOwner: 'caller',
    versionModel: 'newest',
    pinning: 'reference',
    isAsync: true,
    canDownload: true,
    listing: { names: false, versions: false, marks: true },
    limits: {
      maxBytes: 500 * MEGABYTE,
      maxArchiveBytes: MAX_ZIP_BYTES,
      maxFiles: 10_000,
      maxFileBytes: null,
      maxDepth: 8,
      maxDescription: 1024,
      maxLicense: 1024,
    },
    // Any name will do: an id is derived where the name cannot be one.
    names: { pattern: null, rule: null, reservedWords: [], there: 'derived' },
  },
  config: Config,
  credentials: Credentials,
  baseUrl: baseUrlOf,
  isOfficialHost: (hostname) => /^(?:[a-z0-9-]+-)?aiplatform\.googleapis\.com$/.test(hostname),
  credentialHint,
  refusals,
  verify,
  install,
  resume,
  status,
  list,
  uninstall,
};

function refusals(skill: SkillOutline): string[] {
  const instructions = skill.files.find(({ path }) => path === 'SKILL.md')?.size ?? 0;
  const isTooLong = instructions > MAX_INSTRUCTIONS * MOST_BYTES_A_CHARACTER;
  return [
    ...brokenRules('Gemini', geminiAdapter.capabilities, skill),
    ...(isTooLong
      ? [`Gemini takes instructions of at most ${MAX_INSTRUCTIONS} characters; SKILL.md has more`]
      : []),
  ];
}

/** Also proves the account's permission, the project and that the API is switched on there. */
async function verify(connection: Connection, call: Call): Promise<VerifyResult> {
  const startedAt = performance.now();
  const { requestId } = await listOne(await openSession(connection, call));
  return { latencyMs: Math.round(performance.now() - startedAt), providerRequestId: requestId };
}

async function install(connection: Connection, request: InstallRequest, call: Call): Promise<InstallResult> {
  const zip = await packForGoogle(request.package);
  const session = await openSession(connection, call);
  for (const id of candidateIds(request.package.name, request.prior?.externalId ?? null)) {
    const there = await readServed(session, id);
    if (there) return await bringUpToDate(session, id, there, request, zip);
    const started = await orNullIfTaken(createSkill(session, id, request.package, zip));
    if (started) return await follow(session, openedBy(started, id, 'created'), started, request);
    // Somebody was faster, or the id belonged to a deleted skill and is still reserved: then the next one.
    const appeared = await readServed(session, id);
    if (appeared) return await bringUpToDate(session, id, appeared, request, zip);
  }
  throw refused(
    'conflict:provider',
    'every id for this skill is reserved, as Google keeps ids of deleted skills for a day or longer; try later',
  );
}

async function packForGoogle(skill: SkillPackage): Promise<Uint8Array> {
  const zip = await packZip(skill.files);
  if (zip.byteLength <= MAX_ZIP_BYTES) return zip;
  throw refused('payload_too_large:provider', 'the skill is larger than 10 MB as a zip; take something out');
}

async function orNullIfTaken<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ProviderError && error.failure.code === 'conflict:provider') return null;
    throw error;
  }
}

async function bringUpToDate(
  session: Session,
  id: string,
  there: Served,
  request: InstallRequest,
  zip: Uint8Array,
): Promise<InstallResult> {
  const { package: skill, prior, openIntent } = request;
  const { state } = there.skill;
  if (state === 'CREATING' || state === 'DELETING')
    throw busy(`Google is still ${state.toLowerCase()} the skill ${id}`);
  if (!isOurs(session, id, there, request)) {
    const message = `the skill ${id} was not installed from here; rename one of the two, or delete it at Google`;
    throw refused('conflict:provider', message);
  }
  if (there.digest === skill.digest) {
    // A revision that is new under an open intent was sent by us.
    const isOurChange = openIntent !== null && prior?.externalVersion !== there.revision;
    const effect = isOurChange ? (prior ? 'updated' : 'created') : 'noop';
    return done(effect, { externalId: id, externalVersion: there.revision }, skill.digest, there.requestId);
  }
  const started = await updateSkill(session, id, skill, zip);
  return await follow(session, openedBy(started, id, 'updated'), started, request);
}

/** A recorded id, our label, or equal content that appeared while an answer of ours was missing. */
function isOurs(session: Session, id: string, there: Served, request: InstallRequest): boolean {
  const { package: skill, prior, openIntent } = request;
  const { labels, createTime } = there.skill;
  if (prior?.externalId === id) return true;
  if (labels?.['skillconvoy'] === installMarker(session.connectionId, skill.name)) return true;
  if (openIntent === null || there.digest !== skill.digest) return false;
  return createTime === undefined || isInWindow(new Date(createTime), openIntent.since);
}

function openedBy(
  started: Answered<Operation>,
  skillId: string,
  effect: OpenOperation['effect'],
): OpenOperation {
  return { operation: started.value.name, skillId, effect, looks: 0 };
}

async function resume(
  connection: Connection,
  token: string,
  request: InstallRequest,
  call: Call,
): Promise<InstallResult> {
  const open = readToken(token);
  const session = await whileOpen(openSession(connection, call));
  const seen = await whileOpen(orNullIfMissing(getOperation(session, open.operation)));
  if (seen) return await follow(session, { ...open, looks: open.looks + 1 }, seen, request);
  const forgotten = busy('Google no longer knows the operation of this install').failure;
  return await settle(session, open, forgotten, request);
}

/** Where an operation leads: still at work, ended in an error, or done and read back. */
async function follow(
  session: Session,
  open: OpenOperation,
  seen: Answered<Operation>,
  request: InstallRequest,
): Promise<InstallResult> {
  if (!seen.value.done) return pending(open);
  const failure = failureOf(seen);
  if (failure?.effect === 'not_applied') throw new ProviderError(failure);
  if (failure) return await settle(session, open, failure, request);
  const { skillId, effect } = open;
  const made = { externalId: skillId, externalVersion: null, effect };
  return await afterChange(session.call, made, async () => {
    const served = await readServed(session, skillId);
    if (!served) throw notAsSent('Google does not show the skill that it said was done');
    if (served.digest !== request.package.digest)
      throw notAsSent('the provider keeps other content than was sent');
    const remote = { externalId: skillId, externalVersion: served.revision };
    return done(effect, remote, served.digest, seen.requestId);
  });
}

/** An operation that is over without saying whether it changed anything: what is served now tells. */
async function settle(
  session: Session,
  { skillId, effect }: OpenOperation,
  failure: OperationFailure,
  request: InstallRequest,
): Promise<InstallResult> {
  const served = await whileOpen(readServed(session, skillId));
  if (served?.digest !== request.package.digest)
    throw new ProviderError({ ...failure, effect: 'not_applied' });
  const remote = { externalId: skillId, externalVersion: served.revision };
  return done(effect, remote, served.digest, failure.providerRequestId);
}

type OperationFailure = ProviderError['failure'];

async function status(connection: Connection, remote: RemoteSkill, call: Call): Promise<RemoteStatus> {
  const { externalId } = remote;
  const served = await readServed(await openSession(connection, call), externalId);
  if (!served) return { present: false };
  const { skill, digest, revision: externalVersion } = served;
  return { present: true, name: skill.displayName ?? null, digest, externalId, externalVersion };
}

/** The list shows no revisions, so what is served has to be asked for each skill. */
async function list(connection: Connection, page: string | null, call: Call): Promise<ListedPage> {
  const { value } = await listSkills(await openSession(connection, call), page);
  const next = value.nextPageToken ?? '';
  return {
    skills: value.skills.map((skill) => ({
      externalId: skill.name.split('/').at(-1) ?? '',
      externalVersion: null,
      name: null,
      displayName: skill.displayName ?? null,
      createdAt: skill.createTime === undefined ? null : new Date(skill.createTime),
      mark: skill.labels?.['skillconvoy'] ?? null,
    })),
    next: next === '' || next === page ? null : next,
  };
}

async function uninstall(connection: Connection, remote: RemoteSkill, call: Call): Promise<UninstallResult> {
  const session = await openSession(connection, call);
  const started = await orNullIfMissing(deleteSkill(session, remote.externalId));
  if (!started) return { effect: 'noop', providerRequestId: null };
  const ended = await untilDone(session, started);
  const left = await whileOpen(orNullIfMissing(getSkill(session, remote.externalId)));
  if (!left) return { effect: 'removed', providerRequestId: started.requestId };
  const failure = failureOf(ended);
  // The operation has ended and the skill is there: nothing was removed.
  throw failure ? new ProviderError({ ...failure, effect: 'not_applied' }) : stillThere();
}

function refused(code: OperationFailure['code'], message: string): ProviderError {
  return new ProviderError({ ...notAsSent(message).failure, code });
}
