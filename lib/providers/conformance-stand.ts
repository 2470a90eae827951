/** What the conformance tests stand on: an adapter, an emulator reached over HTTP, and the parts of a call. */
import assert from 'node:assert/strict';
import { z } from 'zod';
import { contentDigest } from '../kernel/content-digest.ts';
import { createEgress } from '../kernel/egress.ts';
import {
  type Call,
  type Connection,
  type InstallRequest,
  type InstallResult,
  type ListedPage,
  type ListedSkill,
  type Mutation,
  type ProviderAdapter,
  ProviderError,
  type ProviderFailure,
  type SkillPackage,
} from './adapter.ts';

/** A fault for the next request that matches; how it looks is the emulators' affair. */
export interface Fault {
  readonly match?: { readonly method?: string; readonly path?: string };
  readonly apply?: boolean;
  readonly delayMs?: number;
  readonly then?:
    | 'ok'
    | 'drop'
    | 'malformed'
    | 'truncated'
    | 'html'
    | {
        readonly status: number;
        readonly headers?: Readonly<Record<string, string>>;
        readonly body?: unknown;
      };
}

type Answers = (request: Request) => Promise<Response>;

export interface Subject {
  readonly adapter: ProviderAdapter;
  readonly goodKey: string;
  /** Answers `{data: []}` with all skills. */
  readonly list: { readonly path: string; readonly headers: Readonly<Record<string, string>> };
  /** Serves the emulator with this script of faults; `watch` must be put around all of it. */
  serve(script: Fault[], watch: (emulator: Answers) => Answers): Promise<Served>;
  connection(url: string, key: string): Connection;
}

export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

/** An adapter, an emulator and what one call may use. */
export class Stand {
  readonly mutations: Mutation[] = [];
  /** Requests that arrived, as `METHOD path`. */
  readonly seen: string[] = [];
  /** The headers of the last of them. */
  lastHeaders = new Headers();
  readonly faults: Fault[] = [];
  readonly #subject: Subject;
  #served: Served | null = null;
  #url = '';

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  async open(): Promise<void> {
    this.#served = await this.#subject.serve(this.faults, (emulator) => async (request) => {
      this.seen.push(`${request.method} ${new URL(request.url).pathname}`);
      this.lastHeaders = request.headers;
      return await emulator(request);
    });
    this.#url = this.#served.url;
  }

  async close(): Promise<void> {
    const served = this.#served;
    this.#served = null;
    await served?.close();
  }

  /** How many skills the provider holds. */
  async countSkills(): Promise<number> {
    return (await this.listSkills()).length;
  }

  async listSkills(): Promise<Record<string, unknown>[]> {
    const { path, headers } = this.#subject.list;
    const answer = await fetch(`${this.#url}${path}`, { headers });
    return z.object({ data: z.array(z.looseObject({})) }).parse(await answer.json()).data;
  }

  connection(key = this.#subject.goodKey): Connection {
    return this.#subject.connection(this.#url, key);
  }

  call(options: Partial<Call> = {}): Call {
    return {
      fetch: createEgress({ allowedHosts: ['127.0.0.1'] }),
      signal: new AbortController().signal,
      timeoutMs: 5000,
      beforeRequest: async () => {},
      beforeMutation: async (mutation) => void this.mutations.push(mutation),
      ...options,
    };
  }

  async install(request: Partial<InstallRequest>, call: Partial<Call> = {}): Promise<InstallResult> {
    const whole = { package: skillPackage('one'), prior: null, openIntent: null, ...request };
    return await this.#subject.adapter.install(this.connection(), whole, this.call(call));
  }

  async installed(request: Partial<InstallRequest>): Promise<Extract<InstallResult, { outcome: 'done' }>> {
    const result = await this.install(request);
    assert.equal(result.outcome, 'done');
    return result;
  }

  /** Everything the account holds, page by page. */
  async listed(): Promise<ListedSkill[]> {
    const found: ListedSkill[] = [];
    let page: string | null = null;
    do {
      const { adapter } = this.#subject;
      const { skills, next }: ListedPage = await adapter.list(this.connection(), page, this.call());
      found.push(...skills);
      page = next;
    } while (page !== null);
    return found;
  }

  async failure(work: Promise<unknown>): Promise<ProviderFailure> {
    const error: unknown = await work.then(
      () => assert.fail('it should have failed'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof ProviderError, String(error));
    assert.doesNotMatch(
      `${error.message} ${JSON.stringify(error.failure)}`,
      new RegExp(this.#subject.goodKey),
    );
    return error.failure;
  }
}

export function skillPackage(text: string, name = 'csv-tools'): SkillPackage {
  const files = [
    {
      path: 'SKILL.md',
      bytes: Buffer.from(`---\nname: ${name}\ndescription: Reads CSV files\n---\n\n${text}\n`),
    },
    { path: 'assets/icon.bin', bytes: Buffer.from([0, 255, 13, 10, 26, 0, 45, 45]) },
    { path: 'scripts/run.py', bytes: Buffer.from('print("hi")\r\n') },
  ];
  const description = 'Reads CSV files';
  return { name, displayName: 'CSV tools', description, digest: contentDigest(files), files };
}
