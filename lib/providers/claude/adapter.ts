/** Skills at Claude: the newest version is the served one, ids are the server's, our mark is in the shown name. */
import type {
  Call,
  Connection,
  InstallRequest,
  InstallResult,
  ListedPage,
  ModelQuestion,
  ProviderAdapter,
  RemoteSkill,
  RemoteStatus,
  SkillPackage,
  UninstallResult,
  VerifyResult,
} from '../adapter.ts';
import { isInWindow, oldestOwn } from '../adopt.ts';
import { brokenRules, MEGABYTE, type SkillOutline } from '../capabilities.ts';
import { withoutTrailingSlash } from '../limits.ts';
import { afterChange, done, notAsSent, orNullIfMissing, stillThere } from '../steps.ts';
import { displayNameFor, isMarkedFor, markIn } from './display-name.ts';
import {
  Config,
  createMessage,
  createSkill,
  createVersion,
  Credentials,
  deleteSkill,
  digestOfVersion,
  listSkills,
  retrieveSkill,
  retrieveVersion,
  type Session,
} from './requests.ts';
import type { Skill } from './wire.ts';

const MAX_PAGES = 200;

export const claudeAdapter: ProviderAdapter = {
  kind: 'claude',
  label: 'Claude',
  capabilities: {
    reach: 'http',
    idOwner: 'server',
    versionModel: 'newest',
    pinning: 'reference',
    isAsync: false,
    canDownload: true,
    listing: { names: false, versions: true, marks: true },
    limits: {
      // Less than 30 MB.
      maxBytes: 30 * MEGABYTE - 1,
      maxArchiveBytes: null,
      // Claude states no number; this is our own.
      maxFiles: 500,
      maxFileBytes: null,
      maxDepth: null,
      maxDescription: null,
      maxLicense: null,
    },
    names: {
      pattern: '^[a-z0-9-]{1,64}$',
      rule: 'a-z, 0-9 and hyphens, at most 64 characters',
      reservedWords: ['anthropic', 'claude'],
      there: 'same',
    },
  },
  config: Config,
  credentials: Credentials,
  baseUrl: (config) => withoutTrailingSlash(Config.parse(config).baseUrl ?? 'https://api.anthropic.com'),
  isOfficialHost: (hostname) => hostname === 'api.anthropic.com',
  credentialHint: (credentials) => Credentials.parse(credentials).apiKey.slice(-4),
  refusals,
  verify,
  askModel,
  install,
  // Nothing is ever pending here, so there is nothing but the install itself to continue.
  resume: async (connection, _token, request, call) => await install(connection, request, call),
  status,
  list,
  uninstall,
};

function refusals(skill: SkillOutline): string[] {
  const hasTag = /<\/?[a-z][^>]*>/i.test(skill.description);
  return [
    ...brokenRules('Claude', claudeAdapter.capabilities, skill),
    ...(hasTag ? ['Claude does not take XML tags in a description'] : []),
  ];
}

async function verify(connection: Connection, call: Call): Promise<VerifyResult> {
  const { latencyMs, requestId } = await listSkills({ connection, call }, null, 1);
  return { latencyMs, providerRequestId: requestId };
}

async function install(connection: Connection, request: InstallRequest, call: Call): Promise<InstallResult> {
  const session = { connection, call };
  const { prior, openIntent } = request;
  const known = prior && (await orNullIfMissing(retrieveSkill(session, prior.externalId)));
  if (known) return await bringUpToDate(session, known.value, request);
  const left = await findLeftBehind(session, request.package.name, openIntent?.since ?? null);
  // What an unanswered create left behind, or an installation we lost the record of, may hold other content.
  if (left) return await bringUpToDate(session, left, request);
  return await createAnew(session, request.package);
}

async function createAnew(session: Session, skill: SkillPackage): Promise<InstallResult> {
  const displayName = displayNameFor(session.connection.id, skill);
  const { value: created, requestId } = await createSkill(session, skill, displayName);
  const remote = remoteOf(created);
  return await afterChange(session.call, { ...remote, effect: 'created' }, async () => {
    const read = await digestOfVersion(session, created.id, created.latest_version_id);
    if (read.value !== skill.digest) throw notAsSent('the provider keeps other content than was sent');
    return done('created', remote, read.value, requestId);
  });
}

async function bringUpToDate(
  session: Session,
  skill: Skill,
  request: InstallRequest,
): Promise<InstallResult> {
  const { digest } = request.package;
  const served = await digestOrNull(session, skill.id, skill.latest_version_id);
  if (served?.value === digest)
    return done(effectOfFinding(skill, request), remoteOf(skill), digest, served.requestId);
  return await addVersion(session, skill.id, request.package);
}

/** Content already in place came there by a request of ours whose answer was lost, or it never left. */
function effectOfFinding(
  skill: Skill,
  { prior, openIntent }: InstallRequest,
): 'created' | 'updated' | 'noop' {
  if (!openIntent) return 'noop';
  if (prior?.externalId !== skill.id) return 'created';
  return prior.externalVersion === skill.latest_version_id ? 'noop' : 'updated';
}

async function addVersion(session: Session, id: string, skill: SkillPackage): Promise<InstallResult> {
  const { value: made, requestId } = await createVersion(session, id, skill);
  const remote = { externalId: id, externalVersion: made.id };
  return await afterChange(session.call, { ...remote, effect: 'updated' }, async () => {
    const shown = await retrieveSkill(session, id);
    if (shown.value.latest_version_id !== made.id)
      throw notAsSent(`the provider serves version ${shown.value.latest_version_id}, not the one just made`);
    const read = await digestOfVersion(session, id, made.id);
    if (read.value !== skill.digest) throw notAsSent('the provider keeps other content than was sent');
    return done('updated', remote, read.value, requestId);
  });
}

/** Every create of ours carries the mark, so an object without it is somebody else's, however equal. */
async function findLeftBehind(session: Session, name: string, since: Date | null): Promise<Skill | null> {
  const { id: connectionId } = session.connection;
  const candidates = (await listAll(session)).map((skill) => ({
    skill,
    createdAt: new Date(skill.created_at),
  }));
  const own = await oldestOwn(
    candidates,
    async ({ skill, createdAt }) =>
      (since === null || isInWindow(createdAt, since)) && isMarkedFor(connectionId, name, skill.display_name),
  );
  return own?.skill ?? null;
}

/** Claude states no order of its list, so all of it is read. */
async function listAll(session: Session): Promise<Skill[]> {
  const found: Skill[] = [];
  let next: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { value }: Awaited<ReturnType<typeof listSkills>> = await listSkills(session, next);
    found.push(...value.data);
    if (value.next_page == null || value.next_page === next) return found;
    next = value.next_page;
  }
  return found;
}

async function status(connection: Connection, remote: RemoteSkill, call: Call): Promise<RemoteStatus> {
  const session = { connection, call };
  const found = await orNullIfMissing(retrieveSkill(session, remote.externalId));
  if (!found) return { present: false };
  const { id, latest_version_id } = found.value;
  const version = await orNullIfMissing(retrieveVersion(session, id, latest_version_id));
  const content = await digestOrNull(session, id, latest_version_id);
  const name = version?.value.name ?? null;
  return { present: true, name, digest: content?.value ?? null, ...remoteOf(found.value) };
}

async function list(connection: Connection, page: string | null, call: Call): Promise<ListedPage> {
  const { value } = await listSkills({ connection, call }, page);
  return {
    skills: value.data.map((skill) => ({
      ...remoteOf(skill),
      name: null,
      displayName: skill.display_name,
      createdAt: new Date(skill.created_at),
      mark: markIn(skill.display_name),
    })),
    next: value.next_page == null || value.next_page === page ? null : value.next_page,
  };
}

async function askModel(connection: Connection, question: ModelQuestion, call: Call): Promise<unknown> {
  const { value } = await createMessage({ connection, call }, question);
  return value.content.find(({ type }) => type === 'tool_use')?.input ?? null;
}

async function uninstall(connection: Connection, remote: RemoteSkill, call: Call): Promise<UninstallResult> {
  const session = { connection, call };
  const deleted = await orNullIfMissing(deleteSkill(session, remote.externalId));
  if (!deleted) return { effect: 'noop', providerRequestId: null };
  if (await orNullIfMissing(retrieveSkill(session, remote.externalId))) throw stillThere();
  return { effect: 'removed', providerRequestId: deleted.requestId };
}

function digestOrNull(session: Session, id: string, version: string) {
  return orNullIfMissing(digestOfVersion(session, id, version));
}

function remoteOf(skill: Skill): RemoteSkill {
  return { externalId: skill.id, externalVersion: skill.latest_version_id };
}
