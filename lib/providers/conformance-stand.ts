/** What the conformance tests stand on: an adapter, an empty account of its provider, and the parts of a call. */
import assert from 'node:assert/strict';
import { contentDigest } from '../kernel/content-digest.ts';
import { createEgress } from '../kernel/egress.ts';
import {
  type Call,
  type Connection,
  type Exchange,
  type InstallRequest,
  type InstallResult,
  type ListedPage,
  type ListedSkill,
  type Mutation,
  type ProviderAdapter,
  ProviderError,
  type ProviderFailure,
  type RemoteSkill,
  type RemoteStatus,
  type SkillPackage,
  type UninstallResult,
} from './adapter.ts';

/** Requests by their method and a regular expression over their path. */
export interface Match {
  readonly method?: string;
  readonly path?: string;
}

/** A fault for the next request that matches; how it looks is the emulators' affair. */
export interface Fault {
  readonly match?: Match;
  readonly times?: number;
  readonly apply?: boolean;
  readonly delayMs?: number;
  readonly then?:
    | 'ok'
    | 'drop'
    | 'half-open'
    | 'malformed'
    | 'truncated'
    | 'html'
    | 'duplicate-ids'
    | 'wrong-type'
    | { readonly slow: number }
    | { readonly oversized: number }
    | {
        readonly status: number;
        readonly headers?: Readonly<Record<string, string>>;
        readonly body?: unknown;
      };
}

type Answers = (request: Request) => Promise<Response>;
export type Watch = (emulator: Answers) => Answers;

/** An adapter with what its provider looks like from outside. What it cannot do is in its capabilities. */
export interface Subject {
  readonly adapter: ProviderAdapter;
  /** Null for one that sends no requests. */
  readonly wire: Wire | null;
  /** An account that holds nothing: an emulator with this script of faults and `watch` around all of it, or a folder. */
  open(script: Fault[], watch: Watch): Promise<Account>;
}

/** The requests of a kind, as faults name them. */
export interface Wire {
  /** The secret that its connections send; it must never be shown. */
  readonly goodKey: string;
  readonly create: Match;
  readonly update: Match;
  readonly remove: Match;
  /** The read of an installed version's content, and its answer for other content. */
  readonly readBack: Match;
  download(skill: SkillPackage): Promise<Response>;
  /** The header that names an exchange; null where answers have none. */
  readonly requestIdHeader: string | null;
}

export interface Account {
  /** One that is accepted unless another key is given. */
  connection(key?: string): Connection;
  readonly byHand: ByHand;
  close(): Promise<void>;
}

/** What people do to an account behind our back: without the adapter, as its own console would. */
export interface ByHand {
  /** Everything that it holds, in its provider's own form. */
  skills(): Promise<Record<string, unknown>[]>;
  put(skill: SkillPackage): Promise<void>;
  remove(externalId: string): Promise<void>;
  /** Points at another version; null where nothing can be pointed at. */
  readonly serve: ((externalId: string, version: string) => Promise<void>) | null;
}

type Finished = Exclude<InstallResult, { outcome: 'pending' }>;
type Done = Extract<InstallResult, { outcome: 'done' }>;

const MOST_TRIES = 5;

export class Stand {
  readonly mutations: Mutation[] = [];
  readonly exchanges: Exchange[] = [];
  /** Requests that arrived, as `METHOD path`. */
  readonly seen: string[] = [];
  /** The headers of the last of them. */
  lastHeaders = new Headers();
  /** Hears of each request when it has arrived and is not answered yet. */
  onArrival: () => void = () => {};
  readonly faults: Fault[] = [];
  readonly #subject: Subject;
  #account: Account | null = null;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  async open(): Promise<void> {
    this.#account = await this.#subject.open(this.faults, (emulator) => async (request) => {
      this.seen.push(`${request.method} ${new URL(request.url).pathname}`);
      this.lastHeaders = request.headers;
      this.onArrival();
      return await emulator(request);
    });
  }

  async close(): Promise<void> {
    await this.#account?.close();
  }

  get account(): Account {
    assert.ok(this.#account, 'the stand is not open');
    return this.#account;
  }

  get byHand(): ByHand {
    return this.account.byHand;
  }

  connection(key?: string): Connection {
    return this.account.connection(key);
  }

  /** How many skills the provider holds. */
  async countSkills(): Promise<number> {
    return (await this.byHand.skills()).length;
  }

  call(options: Partial<Call> = {}): Call {
    return {
      fetch: createEgress({ allowedHosts: ['127.0.0.1'] }),
      signal: new AbortController().signal,
      timeoutMs: 5000,
      beforeRequest: async () => {},
      beforeMutation: async (mutation) => void this.mutations.push(mutation),
      onExchange: (exchange) => void this.exchanges.push(exchange),
      ...options,
    };
  }

  /** The first step of an install only. */
  async begin(request: Partial<InstallRequest> = {}, call: Partial<Call> = {}): Promise<InstallResult> {
    return await this.#subject.adapter.install(this.connection(), asked(request), this.call(call));
  }

  /** An install to its end, without the waits: emulators count looks, not time. */
  async install(request: Partial<InstallRequest> = {}, call: Partial<Call> = {}): Promise<Finished> {
    const { adapter } = this.#subject;
    let result = await this.begin(request, call);
    while (result.outcome === 'pending') {
      assert.ok(adapter.capabilities.isAsync, 'a kind that is not async must not be pending');
      assert.ok(result.pollAfterMs > 0);
      result = await adapter.resume(this.connection(), result.token, asked(request), this.call(call));
    }
    return result;
  }

  /** An install that must succeed; one that has to wait for an operation tries again, as a worker does. */
  async installed(request: Partial<InstallRequest> = {}): Promise<Done> {
    for (let tries = 1; ; tries += 1) {
      try {
        const result = await this.install(request);
        assert.equal(result.outcome, 'done', JSON.stringify(result));
        return result;
      } catch (error) {
        const { isAsync } = this.#subject.adapter.capabilities;
        const mayRetry = error instanceof ProviderError && error.failure.retryable;
        if (!isAsync || !mayRetry || tries === MOST_TRIES) throw error;
      }
    }
  }

  async status(remote: RemoteSkill): Promise<RemoteStatus> {
    return await this.#subject.adapter.status(this.connection(), remote, this.call());
  }

  async uninstall(remote: RemoteSkill): Promise<UninstallResult> {
    return await this.#subject.adapter.uninstall(this.connection(), remote, this.call());
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
      (value) => assert.fail(`it should have failed: ${JSON.stringify(value)}`),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof ProviderError, String(error));
    const shown = `${error.message} ${JSON.stringify(error.failure)}`;
    const { goodKey } = this.#subject.wire ?? {};
    assert.ok(goodKey === undefined || !shown.includes(goodKey), 'the key is shown');
    return error.failure;
  }
}

export function asked(request: Partial<InstallRequest>): InstallRequest {
  return { package: skillPackage('one'), prior: null, openIntent: null, ...request };
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
