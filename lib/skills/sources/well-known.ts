/** A site that publishes its skills under /.well-known/agent-skills → the one asked for, with the digest its index names. */
import { z } from 'zod';
import type { Context } from '../../kernel/context.ts';
import { MAX_FILE_BYTES, MAX_SOURCE_BYTES } from '../bundle/limits.ts';
import { badGateway, fetchRemote, type Remote, refusedAt, shownUrl, withRemote } from './fetch-remote.ts';
import { digestOf } from './remote-archive.ts';

export interface WellKnownSource {
  readonly type: 'well_known';
  /** The origin of the site. */
  readonly url: string;
  readonly name: string;
}

export interface Published {
  readonly kind: 'archive' | 'skill-md';
  readonly bytes: Uint8Array;
  readonly origin: {
    readonly type: 'well_known';
    readonly url: string;
    readonly name: string;
    readonly digest: string;
  };
}

const INDEX_PATH = '/.well-known/agent-skills/index.json';
const MAX_INDEX_BYTES = 4 * 1024 * 1024;
const KNOWN_SCHEMA = 'https://schemas.agentskills.io/discovery/0.2.0/schema.json';

const Entry = z.object({
  name: z.string(),
  type: z.enum(['archive', 'skill-md']),
  description: z.string(),
  url: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});
/** Entries are read one by one: a broken one of another skill is no reason to refuse this one. */
const Index = z.object({ $schema: z.string().optional(), skills: z.array(z.unknown()) });

/** Throws `bad_request:api` at `/source/name` for a skill that is not published, `bad_gateway:skill` or `timeout:skill`. */
export async function fetchPublished(ctx: Context, source: WellKnownSource): Promise<Published> {
  return await withRemote(ctx, async (remote) => await fetchFrom(remote, source));
}

async function fetchFrom(remote: Remote, source: WellKnownSource): Promise<Published> {
  const { entry, indexUrl } = await findEntry(remote, source);
  if (!URL.canParse(entry.url, indexUrl)) throw badGateway(indexUrl, 'names no valid address for the skill');
  const { bytes } = await fetchRemote(remote, new URL(entry.url, indexUrl).href, {
    maxBytes: entry.type === 'archive' ? MAX_SOURCE_BYTES : MAX_FILE_BYTES,
  });
  if (digestOf(bytes) !== entry.digest) {
    throw badGateway(indexUrl, 'what it serves has not the digest its index names');
  }
  const { name } = source;
  return {
    kind: entry.type,
    bytes,
    origin: { type: 'well_known', url: shownUrl(source.url), name, digest: entry.digest },
  };
}

async function findEntry(
  remote: Remote,
  source: WellKnownSource,
): Promise<{ entry: z.infer<typeof Entry>; indexUrl: string }> {
  const answer = await fetchRemote(remote, new URL(INDEX_PATH, source.url).href, {
    maxBytes: MAX_INDEX_BYTES,
    headers: { accept: 'application/json' },
  });
  const index = Index.safeParse(parseJson(answer.bytes));
  if (!index.success) throw badGateway(answer.url, 'its index of skills is not valid');
  if (index.data.$schema !== KNOWN_SCHEMA) {
    throw badGateway(answer.url, `its index of skills is not of ${KNOWN_SCHEMA}`);
  }
  const found = index.data.skills.find((entry) => nameOf(entry) === source.name);
  if (found === undefined) {
    throw refusedAt('/source/name', 'the site publishes no skill of this name');
  }
  const entry = Entry.safeParse(found);
  if (!entry.success) throw badGateway(answer.url, 'its index describes this skill incompletely');
  return { entry: entry.data, indexUrl: answer.url };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function nameOf(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : undefined;
}
