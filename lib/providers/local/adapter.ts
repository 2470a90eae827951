/** Skills as folders on this machine's disk, where coding agents look for them. */
import { join } from 'node:path';
import type {
  Call,
  Connection,
  InstallRequest,
  InstallResult,
  ListedPage,
  ListedSkill,
  ProviderAdapter,
  RemoteSkill,
  RemoteStatus,
  UninstallResult,
  VerifyResult,
} from '../adapter.ts';
import { installMarker, isInWindow } from '../adopt.ts';
import { DOWNLOAD_LIMITS } from '../archive.ts';
import { brokenRules, type SkillOutline } from '../capabilities.ts';
import { afterChange, done, notAsSent, stillThere } from '../steps.ts';
import { onDisk, refusal, stopIfAborted } from './disk-error.ts';
import { readRecord, removeRecord, writeRecord } from './record.ts';
import {
  discard,
  type Found,
  moveAway,
  pathProblem,
  readSkillFolder,
  skillFolders,
  swapIn,
  sweepLeftovers,
  writeAside,
} from './skill-folder.ts';
import { checkSkillsRoot, Config, makeSkillsRoot, probeWriting, syncFolder } from './skills-root.ts';

export const localAdapter: ProviderAdapter = {
  kind: 'local',
  label: 'a local folder',
  capabilities: {
    reach: 'disk',
    idOwner: 'caller',
    versionModel: 'replace',
    pinning: 'none',
    isAsync: false,
    canDownload: true,
    listing: { names: true, versions: true, marks: true },
    limits: {
      maxBytes: DOWNLOAD_LIMITS.maxTotalBytes,
      maxArchiveBytes: null,
      maxFiles: DOWNLOAD_LIMITS.maxFiles,
      maxFileBytes: DOWNLOAD_LIMITS.maxFileBytes,
      maxDepth: null,
      maxDescription: null,
      maxLicense: null,
    },
    // Whatever a folder may be called; `refusals` knows what that is.
    names: { pattern: null, rule: null, reservedWords: [], there: 'same' },
  },
  config: Config,
  credentials: null,
  baseUrl: () => null,
  isOfficialHost: () => false,
  credentialHint: () => '',
  refusals,
  verify,
  install,
  // Nothing is ever pending here, so there is nothing but the install itself to continue.
  resume: async (connection, _token, request, call) => await install(connection, request, call),
  status,
  list,
  uninstall,
};

function refusals(skill: SkillOutline): string[] {
  const paths = [skill.name, ...skill.files.map(({ path }) => path)];
  return [
    ...(isSkillName(skill.name) ? [] : [`${JSON.stringify(skill.name)} cannot be the name of a folder`]),
    ...brokenRules('a local folder', localAdapter.capabilities, skill),
    ...paths.flatMap((path) => {
      const problem = pathProblem(path);
      return problem === null ? [] : [`${JSON.stringify(path)} ${problem}`];
    }),
  ];
}

/** One name, not hidden: what begins with a dot is not ours to give to a skill. */
function isSkillName(name: string): boolean {
  return pathProblem(name) === null && !name.includes('/') && !name.startsWith('.');
}

async function verify(connection: Connection, call: Call): Promise<VerifyResult> {
  const startedAt = performance.now();
  stopIfAborted(call);
  const root = await makeSkillsRoot(connection);
  await probeWriting(root);
  await onDisk(root, async () => await sweepLeftovers(root, new Date()));
  return { latencyMs: Math.round(performance.now() - startedAt), providerRequestId: null };
}

async function install(connection: Connection, request: InstallRequest, call: Call): Promise<InstallResult> {
  const { name, digest } = request.package;
  const { root, place } = await locate(connection, name);
  const found = await onDisk(place, async () => await readSkillFolder(place, call));
  if (found && !(await isOurs(root, found, request))) throw foreign(place, found);
  if (found?.digest === digest) return await keep(connection, root, request, call);

  const replaces = found !== null || (await wasReplacing(root, request));
  await call.beforeMutation(replaces ? 'create_version' : 'create');
  await makeSkillsRoot(connection);
  const aside = await onDisk(root, async () => await writeAside(root, request.package.files, call));
  const replaced = await onDisk(place, async () => {
    try {
      stopIfAborted(call);
      // Recorded first: after a crash in between, what is there is known to be ours to replace.
      await writeRecord(root, { skill: name, digest, replaces });
      return await swapIn(root, aside, place);
    } finally {
      await discard(aside);
    }
  });
  const effect = replaces ? 'updated' : 'created';
  return await afterChange(call, { externalId: name, externalVersion: digest, effect }, async () => {
    await onDisk(root, async () => await syncFolder(root));
    const read = await onDisk(place, async () => await readSkillFolder(place, call));
    if (read?.digest !== digest) throw notAsSent(`${place} does not hold what was written into it`);
    if (replaced !== null) await onDisk(replaced, async () => await discard(replaced));
    return done(effect, { externalId: name, externalVersion: digest }, digest, null);
  });
}

/** An attempt that took the old one away and did not live to put the new one there had recorded the new one. */
async function wasReplacing(root: string, { package: skill, openIntent }: InstallRequest): Promise<boolean> {
  if (openIntent === null) return false;
  const record = await onDisk(root, async () => await readRecord(root, skill.name));
  return record !== null && record.replaces && record.digest === skill.digest;
}

/** The place of a skill, after checking that no link leads elsewhere and the name is one. */
async function locate(connection: Connection, name: string): Promise<{ root: string; place: string }> {
  if (!isSkillName(name))
    throw refusal('unprocessable:provider', 'the name of the skill cannot be the name of a folder');
  const root = await checkSkillsRoot(connection);
  return { root, place: join(root, name) };
}

/** Equal content is ours to keep; a link or a file never is, as we put none there. */
async function isOurs(root: string, found: Found, request: InstallRequest): Promise<boolean> {
  const { package: skill, prior, openIntent } = request;
  if (found.kind !== 'folder') return false;
  if (found.digest === skill.digest || prior?.externalId === skill.name) return true;
  if (openIntent && isInWindow(found.changedAt, openIntent.since)) return true;
  return (await onDisk(root, async () => await readRecord(root, skill.name))) !== null;
}

function foreign(place: string, found: Found) {
  const what = { folder: 'a skill', link: 'a symbolic link', file: 'a file' }[found.kind];
  return refusal(
    'conflict:provider',
    `${place} is ${what} that was not installed from here; move it away or give the provider another path`,
  );
}

/** The content is there already: an install of ours whose end was lost, or equal files that we now record. */
async function keep(
  connection: Connection,
  root: string,
  request: InstallRequest,
  call: Call,
): Promise<InstallResult> {
  const { package: skill, prior, openIntent } = request;
  const record = await onDisk(root, async () => await readRecord(root, skill.name));
  if (record?.digest !== skill.digest) {
    await call.beforeMutation('create_version');
    await makeSkillsRoot(connection);
    await onDisk(
      root,
      async () => await writeRecord(root, { skill: skill.name, digest: skill.digest, replaces: true }),
    );
  }
  const isOurChange = openIntent !== null && prior?.externalVersion !== skill.digest;
  const effect = isOurChange ? (prior ? 'updated' : 'created') : 'noop';
  return done(effect, { externalId: skill.name, externalVersion: skill.digest }, skill.digest, null);
}

async function status(connection: Connection, remote: RemoteSkill, call: Call): Promise<RemoteStatus> {
  const { externalId } = remote;
  const { place } = await locate(connection, externalId);
  const found = await onDisk(place, async () => await readSkillFolder(place, call));
  if (!found) return { present: false };
  const { digest } = found;
  return { present: true, name: externalId, digest, externalId, externalVersion: digest };
}

const PAGE_SIZE = 50;

/** Folders with a SKILL.md, by name; a page begins after the name given. */
async function list(connection: Connection, page: string | null, call: Call): Promise<ListedPage> {
  const root = await checkSkillsRoot(connection);
  const names = (await onDisk(root, async () => await skillFolders(root))).filter(
    (name) => page === null || name > page,
  );
  const skills: ListedSkill[] = [];
  for (const name of names.slice(0, PAGE_SIZE)) {
    const place = join(root, name);
    const found = await onDisk(place, async () => await readSkillFolder(place, call));
    const record = await onDisk(root, async () => await readRecord(root, name));
    if (found?.kind !== 'folder') continue;
    skills.push({
      externalId: name,
      externalVersion: found.digest,
      name,
      displayName: null,
      createdAt: found.changedAt,
      mark: record === null ? null : installMarker(connection.id, name),
    });
  }
  return { skills, next: names.length > PAGE_SIZE ? (names[PAGE_SIZE - 1] ?? null) : null };
}

async function uninstall(connection: Connection, remote: RemoteSkill, call: Call): Promise<UninstallResult> {
  const { externalId: name, externalVersion } = remote;
  const { root, place } = await locate(connection, name);
  const found = await onDisk(place, async () => await readSkillFolder(place, call));
  if (!found) return { effect: 'noop', providerRequestId: null };
  const record = await onDisk(root, async () => await readRecord(root, name));
  const isOurs = found.kind === 'folder' && (record !== null || found.digest === externalVersion);
  if (!isOurs) throw foreign(place, found);

  await call.beforeMutation('delete');
  await makeSkillsRoot(connection);
  const removed = await onDisk(place, async () => await moveAway(root, place));
  await onDisk(
    root,
    async () => {
      await removeRecord(root, name);
      if (removed !== null) await discard(removed);
    },
    'unknown',
  );
  if (await onDisk(place, async () => await readSkillFolder(place, call))) throw stillThere();
  return { effect: 'removed', providerRequestId: null };
}
