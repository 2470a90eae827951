/** What the tests of the Gemini adapter stand on: the emulator over HTTP with faults and a call's parts. */
import assert from 'node:assert/strict';
import { type FaultStep, withFaults } from '../../emulators/faults.ts';
import { geminiEmulator } from '../../emulators/gemini.ts';
import { type EmulatorServer, serveEmulator } from '../../emulators/server.ts';
import { memoryStore } from '../../emulators/store.ts';
import { contentDigest } from '../../lib/kernel/content-digest.ts';
import { createEgress } from '../../lib/kernel/egress.ts';
import { Secret } from '../../lib/kernel/secret.ts';
import {
  type Call,
  type Connection,
  type InstallRequest,
  type InstallResult,
  type Mutation,
  ProviderError,
  type ProviderFailure,
  type SkillPackage,
} from '../../lib/providers/adapter.ts';
import { geminiAdapter } from '../../lib/providers/gemini/adapter.ts';

export const TOKEN = 'ya29.good-token-0123';
export const ACCOUNT = 'convoy@my-project.iam.gserviceaccount.com';
export const SCOPE = 'projects/my-project/locations/us-central1';
export const config = { project: 'my-project', location: 'us-central1' };

type Done = Extract<InstallResult, { outcome: 'done' }>;
type Pending = Extract<InstallResult, { outcome: 'pending' }>;

/** One emulator with what arrived at it; open it before a test and close it after. */
export class GeminiStand {
  readonly faults: FaultStep[] = [];
  /** Requests that arrived, as `METHOD path?query`. */
  readonly seen: string[] = [];
  readonly mutations: Mutation[] = [];
  #server: EmulatorServer | null = null;

  async open(): Promise<void> {
    const acceptsKey = (key: string): boolean => key === TOKEN || key === ACCOUNT;
    const registry = geminiEmulator({ store: memoryStore(), acceptsKey, operationPolls: 2 });
    const emulator = withFaults(registry, { script: this.faults });
    this.#server = await serveEmulator(async (request) => {
      const { pathname, search } = new URL(request.url);
      this.seen.push(`${request.method} ${pathname}${search}`);
      return await emulator(request);
    });
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  get url(): string {
    assert.ok(this.#server, 'the stand is not open');
    return this.#server.url;
  }

  connection(changes: Partial<Connection> = {}, credentials: unknown = { accessToken: TOKEN }): Connection {
    return {
      kind: 'gemini',
      id: 'prv_gemini',
      config,
      baseUrl: this.url,
      credentials: new Secret(JSON.stringify(credentials)),
      ...changes,
    };
  }

  call(changes: Partial<Call> = {}): Call {
    return {
      fetch: createEgress({ allowedHosts: ['127.0.0.1'] }),
      signal: new AbortController().signal,
      timeoutMs: 5000,
      beforeRequest: async () => {},
      beforeMutation: async (mutation) => void this.mutations.push(mutation),
      onExchange: () => {},
      ...changes,
    };
  }

  async install(skill: SkillPackage, known: Partial<InstallRequest> = {}, at = this.connection()) {
    return await geminiAdapter.install(at, asking(skill, known), this.call());
  }

  async resume(token: string, skill: SkillPackage, at = this.connection()): Promise<InstallResult> {
    return await geminiAdapter.resume(at, token, asking(skill), this.call());
  }

  /** Installs and goes on as the worker does, but without its waits: the emulator counts looks, not time. */
  async installed(
    skill: SkillPackage,
    known: Partial<InstallRequest> = {},
    at = this.connection(),
  ): Promise<Done> {
    let result = await this.install(skill, known, at);
    while (result.outcome === 'pending') {
      assert.ok(result.pollAfterMs > 0);
      result = await this.resume(result.token, skill, at);
    }
    assert.equal(result.outcome, 'done');
    return result;
  }

  async started(skill: SkillPackage): Promise<Pending> {
    const result = await this.install(skill);
    assert.equal(result.outcome, 'pending');
    return result;
  }
}

export async function failureOf(work: Promise<unknown>): Promise<ProviderFailure> {
  const error: unknown = await work.then(
    () => assert.fail('it was accepted'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProviderError)) throw error;
  assert.ok(!JSON.stringify(error.failure).includes(TOKEN));
  return error.failure;
}

function asking(skill: SkillPackage, known: Partial<InstallRequest> = {}): InstallRequest {
  return { package: skill, prior: null, openIntent: null, ...known };
}

export function skillOf(text: string, name = 'csv-tools'): SkillPackage {
  const skillMd = `---\nname: ${name}\ndescription: Reads CSV\n---\n\n${text}\n`;
  return packageOf({ 'SKILL.md': skillMd, 'assets/참고.bin': Buffer.from([0, 255, 13, 10]) }, name);
}

export function packageOf(contents: Record<string, string | Uint8Array>, name = 'csv-tools'): SkillPackage {
  const files = Object.entries(contents).map(([path, content]) => ({ path, bytes: Buffer.from(content) }));
  return { name, displayName: 'CSV tools', description: 'Reads CSV', digest: contentDigest(files), files };
}
