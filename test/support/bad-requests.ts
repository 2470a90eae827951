/** Requests that must be refused, each with what the refusal has to say. */
import type { EmulatedProviders } from './app.ts';
import { inlineSkill } from './skills.ts';

export interface BadRequest {
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly code: string;
  /** Each matches one issue, written `<path> <message>`, or the detail. */
  readonly says: readonly RegExp[];
}

const BAD = 'bad_request:api';
export const RUNS = '/api/install-runs';
export const target = { skill: 'known', providers: ['local-test'] };
const json = { 'content-type': 'application/json' };

function post(what: string, path: string, body: unknown, ...says: readonly RegExp[]): BadRequest {
  return { what, method: 'POST', path, body, status: 400, code: BAD, says };
}

export function get(what: string, path: string, ...says: readonly RegExp[]): BadRequest {
  return { what, method: 'GET', path, status: 400, code: BAD, says };
}

export function badShapes(): BadRequest[] {
  const { source } = inlineSkill('hostile') as { source: object };
  const deep = Buffer.from(`{"config":${'{"a":'.repeat(70)}1${'}'.repeat(71)}`);
  const wide = { skill: 'known', providers: ['x'.repeat(1100 * 1024)] };
  const plain = { 'content-type': 'text/plain' };
  return [
    post(
      'unknown fields',
      '/api/keys',
      { name: 'x', role: 'viewer', a: 1, b: 2 },
      /^\/a unknown/,
      /^\/b unknown/,
    ),
    post(
      'wrong types',
      RUNS,
      { skill: 5, providers: 'x', dryRun: 'yes' },
      /^\/skill /,
      /^\/providers /,
      /^\/dryRun /,
    ),
    post('no body', '/api/skills', undefined, /expected object/),
    post('a list as the body', RUNS, [], /expected object/),
    post('a body where none is taken', `${RUNS}/none/cancel`, { force: true }, /^\/force unknown field/),
    { ...post('malformed JSON', RUNS, Buffer.from('{"skill":'), /not valid JSON/), headers: json },
    { ...post('JSON nested too deeply', '/api/providers', deep, /deeper than 64/), headers: json },
    {
      ...post('text', RUNS, Buffer.from('x'), /takes application\/json/),
      headers: plain,
      status: 415,
      code: 'unsupported_media_type:api',
    },
    { ...post('too large a body', RUNS, wide, /larger than/), status: 413, code: 'payload_too_large:api' },
    post('the label latest', '/api/skills', { source, version: 'latest' }, /^\/version must not be `latest`/),
    post(
      'a number as a label',
      '/api/skills/known/versions',
      { source, version: '7' },
      /^\/version .*bare number/,
    ),
    post('21 tags', '/api/skills', { source, tags: Array.from({ length: 21 }, String) }, /^\/tags /),
    post('a source of no kind', '/api/skills', { source: { type: 'ftp', files: [] } }, /^\/source\/type /),
    post(
      'another skill as a version',
      '/api/skills/known/versions',
      { source },
      /^\/source name in SKILL\.md must be known/,
    ),
    {
      ...post('a name that is taken', '/api/skills', inlineSkill('known'), /known is already registered/),
      status: 409,
      code: 'conflict:skill',
    },
    post('a role that is none', '/api/keys', { name: 'x', role: 'root' }, /^\/role /),
    post('an empty message', '/api/chat-ops', { message: ' ' }, /^\/message /),
    post('too long a message', '/api/chat-ops', { message: 'x'.repeat(2001) }, /^\/message .*2000/),
  ];
}

export function badRuns(): BadRequest[] {
  const missing = (what: string, body: object, code: string, ...says: readonly RegExp[]) => ({
    ...post(what, RUNS, body, ...says),
    status: 404,
    code,
    headers: { ...json, 'idempotency-key': what.replaceAll(' ', '-') },
  });
  const unusable = (slug: string, ...says: readonly RegExp[]) => ({
    ...post(`the provider ${slug}`, RUNS, { ...target, providers: ['local-test', slug] }, ...says),
    status: 409,
    code: 'conflict:provider',
  });
  const keyed = (what: string, key: string) => ({
    ...post(what, RUNS, target, /^\/headers\/idempotency-key must be 1 to 255/),
    headers: { ...json, 'idempotency-key': key },
  });
  return [
    missing(
      'an unknown skill',
      { ...target, skill: 'unheard-of' },
      'not_found:skill',
      /^\/skill there is no/,
      /unheard-of/,
    ),
    missing(
      'an unknown provider',
      { ...target, providers: ['local-test', 'nowhere'] },
      'not_found:provider',
      /^\/providers\/1 /,
      /nowhere/,
    ),
    missing('an unknown ref', { ...target, ref: '99' }, 'not_found:skill', /^\/ref /, /no version 99/),
    unusable('switched-off', /^\/providers\/1 switched-off was switched off/),
    unusable('refused', /^\/providers\/1 the last check of refused failed/),
    post('skill and skills', RUNS, { ...target, skills: ['known'] }, /^\/skill give either/),
    post('neither skill nor skills', RUNS, { providers: ['local-test'] }, /^\/skill give either/),
    post(
      '51 skills',
      RUNS,
      { providers: ['local-test'], skills: Array.from({ length: 51 }, String) },
      /^\/skills /,
    ),
    post('no provider', RUNS, { ...target, providers: [] }, /^\/providers /),
    post('an action of its own', RUNS, { ...target, action: 'destroy' }, /^\/action /),
    keyed('too long an Idempotency-Key', 'k'.repeat(256)),
    keyed('an empty Idempotency-Key', '""'),
    keyed('an Idempotency-Key with spaces', 'one two'),
  ];
}

export function badProviders(urls: EmulatedProviders['urls']): BadRequest[] {
  const openai = (what: string, baseUrl: string, ...says: readonly RegExp[]) =>
    post(
      what,
      '/api/providers',
      { slug: 'x', kind: 'openai', config: { baseUrl }, credentials: { apiKey: 'a-key-of-nobody' } },
      ...says,
    );
  const local = { slug: 'x', kind: 'local', config: { path: '/tmp/never-made' } };
  const patch = (what: string, body: object, ...says: readonly RegExp[]) => ({
    ...post(what, '/api/providers/claude-test', body, ...says),
    method: 'PATCH',
  });
  return [
    openai(
      'a base URL elsewhere',
      'https://evil.example/v1',
      /^\/config\/baseUrl .*evil\.example list it in ALLOWED_HOSTS/,
    ),
    openai('a base URL by http', 'http://api.openai.com/v1', /^\/config\/baseUrl must be https/),
    openai('a base URL of the machine itself', 'http://169.254.169.254/', /^\/config\/baseUrl /),
    openai(
      'a password in the base URL',
      'http://user:password@127.0.0.1:1/v1',
      /^\/config\/baseUrl must have no user name/,
    ),
    openai('a base URL that is none', 'nonsense', /^\/config\/baseUrl /),
    post(
      'credentials for a folder',
      '/api/providers',
      { ...local, credentials: { apiKey: 'x' } },
      /^\/credentials .*takes no credentials/,
    ),
    post(
      'a folder that is not absolute',
      '/api/providers',
      { ...local, config: { path: 'x' } },
      /^\/config\/path /,
    ),
    post('no credentials', '/api/providers', { slug: 'x', kind: 'openai' }, /^\/credentials\/apiKey /),
    post(
      'an unknown setting',
      '/api/providers',
      { ...local, config: { ...local.config, x: 1 } },
      /^\/config(\/x)? .*(x|unknown)/i,
    ),
    post('a slug with spaces', '/api/providers', { ...local, slug: 'A B' }, /^\/slug use lowercase/),
    post('a kind of its own', '/api/providers', { ...local, kind: 'other' }, /^\/kind /),
    {
      ...post(
        'a slug that is taken',
        '/api/providers',
        { ...local, slug: 'local-test' },
        /already a provider named local-test/,
      ),
      status: 409,
      code: 'conflict:provider',
    },
    patch(
      'a new base URL without credentials',
      { config: { baseUrl: urls.openai } },
      /^\/credentials send the credentials/,
    ),
    patch('a status of its own', { status: 'error' }, /^\/status /),
    {
      ...patch('a change of what has changed', { displayName: 'X' }, /changed since it was read/),
      headers: { ...json, 'if-match': '"old"' },
      status: 412,
      code: 'precondition_failed:api',
    },
  ];
}

export const LISTS = [
  '/api/skills',
  '/api/skills?sort=-updatedAt',
  '/api/skills/known/versions',
  '/api/providers',
  RUNS,
  '/api/chat-ops',
  '/api/audit-logs',
  '/api/keys',
  '/api/providers/local-test/installations',
  '/api/installations',
];

export function badQueries(): BadRequest[] {
  return [
    ...LISTS.flatMap((list) => {
      const and = list.includes('?') ? '&' : '?';
      return [
        get(`limit 0 of ${list}`, `${list}${and}limit=0`, /^\/limit /),
        get(`limit 101 of ${list}`, `${list}${and}limit=101`, /^\/limit .*100/),
        get(`a bad cursor of ${list}`, `${list}${and}cursor=nonsense`, /^\/cursor /),
        get(`an unknown filter of ${list}`, `${list}${and}nope=1`, /^\/nope unknown field/),
      ];
    }),
    get(
      'a number that no sequence reaches',
      `${RUNS}/none/events?after=99999999999`,
      /^\/after must be at most/,
    ),
    {
      ...get(
        'a version number that no skill reaches',
        '/api/skills/known/versions/99999999999',
        /no version 99999999999/,
      ),
      status: 404,
      code: 'not_found:skill',
    },
    {
      ...get('an unknown skill in the path', '/api/skills/none', /^\/skill there is no/),
      status: 404,
      code: 'not_found:skill',
    },
    get('a number below what there is', `${RUNS}/none/events?after=-1`, /^\/after /),
    get('a filter given twice', `${RUNS}?status=queued&status=failed`, /^\/status /),
    get('NUL in a filter', '/api/skills?q=a%00b', /^\/q must not contain NUL/),
    get('NUL in the path', '/api/skills/a%00b', /^\/skill must not contain NUL/),
    get('too long a name in the path', `/api/skills/${'x'.repeat(201)}`, /^\/skill .*200/),
    get('no date', '/api/audit-logs?from=yesterday', /^\/from /),
  ];
}
