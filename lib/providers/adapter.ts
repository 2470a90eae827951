/** The port to a provider: what every adapter can do, with which arguments, and how it says what happened. */
import type { z } from 'zod';
import type { Fetch } from '../kernel/egress.ts';
import type { StoredCode } from '../kernel/errors.ts';
import type { Secret } from '../kernel/secret.ts';
import type { Capabilities, SkillOutline } from './capabilities.ts';

export const PROVIDER_KINDS = ['openai', 'claude', 'gemini', 'local'] as const;
export type ProviderKind = (typeof PROVIDER_KINDS)[number];

/** One account of a provider. `config` and `credentials` have passed the adapter's own schemas. */
export interface Connection {
  readonly kind: ProviderKind;
  /** Unique in the world, so that what is ours is not taken for that of another deployment with the same account. */
  readonly id: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Where requests go, as `ProviderAdapter.baseUrl` derived it; null where nothing is called (local). */
  readonly baseUrl: string | null;
  /** JSON text of the credentials; null where the kind has none. */
  readonly credentials: Secret<string> | null;
}

/** The exact files of one skill version. Paths are relative, `/`-separated, sorted. */
export interface SkillPackage {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  /** `sha256:<hex>` over the manifest of the files; see `kernel/content-digest.ts`. */
  readonly digest: string;
  readonly files: readonly PackageFile[];
}

export interface PackageFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Where an installed skill lives at the provider. Both are opaque texts of the provider. */
export interface RemoteSkill {
  readonly externalId: string;
  readonly externalVersion: string | null;
}

/** A request about to change something at the provider. */
export type Mutation = 'create' | 'create_version' | 'set_default' | 'delete';

/** One request and its answer, or what took the answer's place. */
export interface Exchange {
  /** What it was to change; null for a read. */
  readonly mutation: Mutation | null;
  readonly latencyMs: number;
  /** Null when it did not come to sending. */
  readonly sent: SentRequest | null;
  /** As the provider names it, to quote to its support. */
  readonly providerRequestId: string | null;
  /** Null for a success. */
  readonly failure: ProviderFailure | null;
}

/** What may be told of a request: no path, query, header or body, which may hold what people wrote. */
export interface SentRequest {
  readonly method: string;
  readonly host: string;
  /** Null while there is no answer. */
  readonly status: number | null;
}

/** What one adapter call may use. An adapter keeps no state, reads no environment and never retries. */
export interface Call {
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  /** Bounds each single request. */
  readonly timeoutMs: number;
  /** Must be awaited before each request: waits for the connection's turn; rejects with ProviderError when that is far off. */
  beforeRequest(): Promise<void>;
  /** Must be awaited right before each mutating request; rejects when the run may no longer act. */
  beforeMutation(mutation: Mutation): Promise<void>;
  /** Hears of every request when it is over. */
  onExchange(exchange: Exchange): void;
}

/** What is known to have gone wrong at the provider. `message` is safe to show. */
export interface ProviderFailure {
  readonly code: StoredCode;
  readonly message: string;
  readonly retryable: boolean;
  /** Wait at least this long before the next call, as the provider asked. */
  readonly retryAfterMs: number | null;
  readonly providerStatus: number | null;
  readonly providerCode: string | null;
  readonly providerRequestId: string | null;
  /**
   * `not_applied`: the request certainly changed nothing (refused, or never sent).
   * `unknown`: a mutating request may have been applied although its answer is missing.
   */
  readonly effect: 'not_applied' | 'unknown';
}

/** How an adapter says that the provider did not do what was asked. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly failure: ProviderFailure;

  constructor(failure: ProviderFailure, options?: ErrorOptions) {
    super(`${failure.code}: ${failure.message}`, options);
    this.failure = failure;
  }
}

export interface VerifyResult {
  readonly latencyMs: number;
  readonly providerRequestId: string | null;
}

/** What an earlier install left open: an unknown outcome since then. Objects made since may be ours. */
export interface OpenIntent {
  readonly since: Date;
}

export interface InstallRequest {
  readonly package: SkillPackage;
  /** What we installed there before; null when nothing is known. */
  readonly prior: RemoteSkill | null;
  readonly openIntent: OpenIntent | null;
}

/** What was read back before it was called done: the files, the version that is served, or that it is gone. */
export type Verification = 'content' | 'version' | 'absence';

/** The end of an install. `verifiedDigest` is that of the files read back, null where only the version could be compared. */
export type InstallResult =
  | ({
      readonly outcome: 'done';
      readonly effect: 'created' | 'updated' | 'noop';
      readonly verifiedDigest: string | null;
      readonly providerRequestId: string | null;
    } & RemoteSkill)
  /**
   * The provider kept part of the work: say, the version is there but not the default. With the ids recorded as
   * `prior`, another install goes on from there without a copy; worth trying while `failure.retryable`.
   */
  | ({
      readonly outcome: 'partial';
      readonly effect: 'created' | 'updated';
      readonly failure: ProviderFailure;
    } & RemoteSkill)
  /** The provider works on it; `token` is enough for `resume` in any process. */
  | { readonly outcome: 'pending'; readonly token: string; readonly pollAfterMs: number };

/** The end of an uninstall: looking for it found nothing, or its id was unknown before anything was sent. */
export interface UninstallResult {
  readonly effect: 'removed' | 'noop';
  readonly providerRequestId: string | null;
}

/** What the provider holds now. `digest` is null where content cannot be read back. */
export type RemoteStatus =
  | { readonly present: false }
  | ({ readonly present: true; readonly name: string | null; readonly digest: string | null } & RemoteSkill);

/** One skill that an account holds, whoever put it there, as the provider's list shows it. */
export interface ListedSkill extends RemoteSkill {
  /** As its SKILL.md has it; null where the list does not show it. */
  readonly name: string | null;
  readonly displayName: string | null;
  readonly createdAt: Date | null;
  /** What our installs leave on it where a provider lets them (`installMarker`); null for none. */
  readonly mark: string | null;
}

export interface ListedPage {
  readonly skills: readonly ListedSkill[];
  /** For the next page; null after the last. */
  readonly next: string | null;
}

/** A form to be filled in by a model; `input` is data, not instructions. */
export interface ModelQuestion {
  /** As the provider calls it. */
  readonly model: string;
  readonly instructions: string;
  readonly input: string;
  /** JSON Schema of the answer. */
  readonly schema: Readonly<Record<string, unknown>>;
}

export interface ProviderAdapter {
  readonly kind: ProviderKind;
  /** What people call it. */
  readonly label: string;
  readonly capabilities: Capabilities;
  /** Strict schemas of `config` and `credentials` as `POST /api/providers` takes them; null = takes none. */
  readonly config: z.ZodObject;
  readonly credentials: z.ZodType | null;
  /** The address a connection talks to, without a trailing slash; null for none. */
  baseUrl(config: Readonly<Record<string, unknown>>): string | null;
  /** True when the host belongs to the provider itself. */
  isOfficialHost(hostname: string): boolean;
  /** The last characters of the secret part, to recognise a credential by. */
  credentialHint(credentials: unknown): string;
  /** Why this kind cannot take this skill; empty when it can. No network. */
  refusals(skill: SkillOutline): string[];
  /** One cheap real call. Throws ProviderError when the connection cannot be used. */
  verify(connection: Connection, call: Call): Promise<VerifyResult>;
  /** What the model answered, as JSON where it is some; not every provider has one. Its form is not checked. */
  askModel?(connection: Connection, question: ModelQuestion, call: Call): Promise<unknown>;
  /** Creates the skill or a new version of it, makes it the served one, and reads it back. */
  install(connection: Connection, request: InstallRequest, call: Call): Promise<InstallResult>;
  /** Continues a pending install from its token. */
  resume(connection: Connection, token: string, request: InstallRequest, call: Call): Promise<InstallResult>;
  status(connection: Connection, remote: RemoteSkill, call: Call): Promise<RemoteStatus>;
  /** What the account holds: the first page, or the one that `page` names. Pages may overlap while others change it. */
  list(connection: Connection, page: string | null, call: Call): Promise<ListedPage>;
  /** Removes it and reads back that it is gone, waiting for a provider's operation; already gone is `noop`. */
  uninstall(connection: Connection, remote: RemoteSkill, call: Call): Promise<UninstallResult>;
}

export type Adapters = Readonly<Record<ProviderKind, ProviderAdapter>>;
