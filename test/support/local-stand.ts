/** What the tests of the local adapter stand on: a temporary folder, and the parts of a call. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentDigest } from '../../lib/kernel/content-digest.ts';
import {
  type Call,
  type Connection,
  type InstallRequest,
  type Mutation,
  ProviderError,
  type ProviderFailure,
  type SkillPackage,
} from '../../lib/providers/adapter.ts';
import { localAdapter } from '../../lib/providers/local/adapter.ts';

/** A folder for skills that does not exist yet, in a parent that does. */
export class LocalStand {
  readonly mutations: Mutation[] = [];
  parent = '';

  async open(): Promise<void> {
    this.parent = await mkdtemp(join(tmpdir(), 'local-adapter-'));
  }

  async close(): Promise<void> {
    await rm(this.parent, { recursive: true, force: true });
  }

  get path(): string {
    return join(this.parent, 'skills');
  }

  connection(config: Record<string, unknown> = {}): Connection {
    return {
      kind: 'local',
      id: 'prv_disk',
      config: { path: this.path, ...config },
      baseUrl: null,
      credentials: null,
    };
  }

  call(changes: Partial<Call> = {}): Call {
    return {
      fetch: () => assert.fail('the disk needs no network'),
      signal: new AbortController().signal,
      timeoutMs: 1000,
      beforeRequest: async () => {},
      beforeMutation: async (mutation) => void this.mutations.push(mutation),
      onExchange: () => {},
      ...changes,
    };
  }

  install(skill: SkillPackage, known: Partial<InstallRequest> = {}, using = this.call()) {
    const request = { package: skill, prior: null, openIntent: null, ...known };
    return localAdapter.install(this.connection(), request, using);
  }

  /** What an interrupted or finished call left in our own folder beside its records. */
  async leftovers(): Promise<string[]> {
    const names = await readdir(join(this.path, '.skillconvoy'));
    return names.filter((name) => !name.endsWith('.json'));
  }
}

export function skillOf(files: Record<string, string | Uint8Array>, name = 'csv-tools'): SkillPackage {
  const packed = Object.entries(files).map(([path, content]) => ({ path, bytes: Buffer.from(content) }));
  return {
    name,
    displayName: name,
    description: 'Reads CSV',
    digest: contentDigest(packed),
    files: packed,
  };
}

export const first = skillOf({ 'SKILL.md': '# one', 'scripts/run.py': 'print(1)' });
export const second = skillOf({ 'SKILL.md': '# two', 'assets/참고.bin': Buffer.from([0, 255]) });

/** Every file below a folder, path to text; what is ours beside the skills is left out. */
export async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((file) => !file.startsWith('.skillconvoy/'));
  const texts = files.map(async (file) => [file, await readFile(join(folder, file), 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

export async function failureOf(work: Promise<unknown>): Promise<ProviderFailure> {
  const error: unknown = await work.then(
    () => assert.fail('it was accepted'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProviderError) return error.failure;
  throw error;
}
