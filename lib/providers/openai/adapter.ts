/** Skills at OpenAI: numbered versions behind a movable default pointer, ids chosen by the server. */
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
import {
  complete,
  Config,
  createSkill,
  createVersion,
  Credentials,
  deleteSkill,
  digestOfVersion,
  listSkills,
  retrieveSkill,
  type Session,
  setDefaultVersion,
} from './requests.ts';
import type { Skill } from './wire.ts';

const MAX_PAGES = 200;

export const openaiAdapter: ProviderAdapter = {
  kind: 'openai',
  label: 'OpenAI',
  capabilities: {
    reach: 'http',
    idOwner: 'server',
    versionModel: 'pointer',
    pinning: 'default',
    isAsync: false,
    canDownload: true,
    listing: { names: true, versions: true, marks: false },
    limits: {
      maxBytes: 50 * MEGABYTE,
      maxArchiveBytes: 50 * MEGABYTE,
      maxFiles: 500,
      maxFileBytes: 25 * MEGABYTE,
      maxDepth: null,
      maxDescription: null,
      maxLicense: null,
    },
    // As the Agent Skills specification has it, which OpenAI refers to.
    names: {
      pattern: '^[a-z0-9]+(?:-[a-z0-9]+)*$',
      rule: 'a-z, 0-9 and single hyphens',
      reservedWords: [],
      there: 'same',
    },
  },
  config: Config,
  credentials: Credentials,
  baseUrl: (config) => withoutTrailingSlash(Config.parse(config).baseUrl ?? 'https://api.openai.com/v1'),
  isOfficialHost: (hostname) =>
    hostname === 'api.openai.com' || /^[a-z]{2}\.api\.openai\.com$/.test(hostname),
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
  // Looked for in every folder and whatever its case.
  const second = skill.files.filter(({ path }) => path !== 'SKILL.md' && /(?:^|\/)skill\.md$/i.test(path));
  return [
    ...brokenRules('OpenAI', openaiAdapter.capabilities, skill),
    ...second.map(({ path }) => `OpenAI takes exactly one SKILL.md in a skill; ${path} is another`),
  ];
}

/** Also proves the permission for skills and the project, which listing models would not. */
async function verify(connection: Connection, call: Call): Promise<VerifyResult> {
  const { latencyMs, requestId } = await listSkills({ connection, call }, null, 1);
  return { latencyMs, providerRequestId: requestId };
}

async function install(connection: Connection, request: InstallRequest, call: Call): Promise<InstallResult> {
  const session = { connection, call };
  const { prior, openIntent } = request;
  const known = prior && (await orNullIfMissing(retrieveSkill(session, prior.externalId)));
  if (known) return await bringUpToDate(session, known.value, request);
  const left = openIntent && (await findLeftBehind(session, request.package, openIntent.since));
  // Our create had arrived although its answer did not.
  if (left) return done('created', remoteOf(left), request.package.digest, null);
  return await createAnew(session, request.package);
}

async function createAnew(session: Session, skill: SkillPackage): Promise<InstallResult> {
  const { value: created, requestId } = await createSkill(session, skill);
  const remote = remoteOf(created);
  return await afterChange(session.call, { ...remote, effect: 'created' }, async () => {
    const read = await digestOfVersion(session, created.id, created.default_version);
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
  const served = await digestOrNull(session, skill.id, skill.default_version);
  if (served?.value === digest) {
    // A pointer that moved under an open intent was moved by us.
    const isOurMove = request.openIntent && request.prior?.externalVersion !== skill.default_version;
    return done(isOurMove ? 'updated' : 'noop', remoteOf(skill), digest, served.requestId);
  }
  const version = (await newestIfEqual(session, skill, digest)) ?? (await upload(session, skill, request));
  return await serve(session, skill.id, version, digest);
}

/** An upload of ours whose answer was lost, or whose pointer was never moved: the same content needs no copy. */
async function newestIfEqual(session: Session, skill: Skill, digest: string): Promise<string | null> {
  if (skill.latest_version === skill.default_version) return null;
  const newest = await digestOrNull(session, skill.id, skill.latest_version);
  return newest?.value === digest ? skill.latest_version : null;
}

async function upload(session: Session, skill: Skill, request: InstallRequest): Promise<string> {
  return (await createVersion(session, skill.id, request.package)).value.version;
}

async function serve(session: Session, id: string, version: string, digest: string): Promise<InstallResult> {
  const remote = { externalId: id, externalVersion: version };
  return await afterChange(session.call, { ...remote, effect: 'updated' }, async () => {
    const { requestId } = await setDefaultVersion(session, id, version);
    const shown = await retrieveSkill(session, id);
    if (shown.value.default_version !== version)
      throw notAsSent(`the provider still serves version ${shown.value.default_version}`);
    const read = await digestOfVersion(session, id, version);
    if (read.value !== digest) throw notAsSent('the provider keeps other content than was sent');
    return done('updated', remote, digest, requestId);
  });
}

/** OpenAI has no field for a mark of ours: name, age and equal content together tell what is ours. */
async function findLeftBehind(session: Session, skill: SkillPackage, since: Date): Promise<Skill | null> {
  const candidates = await listSince(session, since);
  const named = candidates.filter(({ value }) => value.name === skill.name);
  const own = await oldestOwn(named, async ({ value }) => {
    const found = await digestOrNull(session, value.id, value.default_version);
    return found?.value === skill.digest;
  });
  return own?.value ?? null;
}

async function listSince(session: Session, since: Date): Promise<{ value: Skill; createdAt: Date }[]> {
  const found: { value: Skill; createdAt: Date }[] = [];
  let after: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { value }: Awaited<ReturnType<typeof listSkills>> = await listSkills(session, after);
    const dated = value.data.map((skill) => ({ value: skill, createdAt: new Date(skill.created_at * 1000) }));
    const recent = dated.filter(({ createdAt }) => isInWindow(createdAt, since));
    found.push(...recent);
    const last = value.data.at(-1);
    // Newest come first, so an older one ends the search.
    if (!value.has_more || !last || last.id === after || recent.length < dated.length) return found;
    after = last.id;
  }
  return found;
}

async function status(connection: Connection, remote: RemoteSkill, call: Call): Promise<RemoteStatus> {
  const session = { connection, call };
  const found = await orNullIfMissing(retrieveSkill(session, remote.externalId));
  if (!found) return { present: false };
  const { id, name, default_version } = found.value;
  const content = await digestOrNull(session, id, default_version);
  return { present: true, name, digest: content?.value ?? null, ...remoteOf(found.value) };
}

async function list(connection: Connection, page: string | null, call: Call): Promise<ListedPage> {
  const { value } = await listSkills({ connection, call }, page);
  const last = value.data.at(-1);
  return {
    skills: value.data.map((skill) => ({
      ...remoteOf(skill),
      name: skill.name,
      displayName: null,
      createdAt: new Date(skill.created_at * 1000),
      mark: null,
    })),
    next: value.has_more && last && last.id !== page ? last.id : null,
  };
}

async function askModel(connection: Connection, question: ModelQuestion, call: Call): Promise<unknown> {
  const { value } = await complete({ connection, call }, question);
  return jsonOrNull(value.choices[0]?.message.content ?? '');
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A model that says something else has not answered.
    return null;
  }
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
  return { externalId: skill.id, externalVersion: skill.default_version };
}
