/** What a chat product has to be able to do for people to write to us from there; each one is a file that does it. */
import type { Environment } from '../../kernel/context.ts';

/** A request as it came, before anything in it is believed. */
export interface SignedRequest {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface Member {
  /** Workspace, tenant or server. */
  readonly team: string;
  readonly member: string;
  /** As the product calls them; for people to read. */
  readonly name: string;
}

/** What somebody wrote, or the button they pressed. */
export type Asked =
  | { readonly message: string }
  | { readonly confirm: string }
  | { readonly decline: string };

/** Where and how to answer; only the surface that made it reads it. */
export type ReplyTarget = Readonly<Record<string, string>>;

export type Incoming =
  /** Answered with this body, and nothing else. */
  | { readonly is: 'handshake'; readonly body: object }
  | { readonly is: 'ignored'; readonly because: string }
  | {
      readonly is: 'asked';
      /** The same for the same message, however often it is sent; null where the product gives none. */
      readonly messageId: string | null;
      readonly from: Member;
      readonly asked: Asked;
      readonly target: ReplyTarget;
      /** Whether the body of the HTTP answer is shown to who asked. */
      readonly isAnsweredInBody: boolean;
    };

export interface Outgoing {
  /** Plain text in which nothing is markup. */
  readonly text: string;
  readonly buttons: { readonly token: string; readonly confirm: string; readonly decline: string } | null;
  /** Takes the place of what was said before, instead of standing below it for who asked alone. */
  readonly replaces: boolean;
}

export type Posted =
  | { readonly is: 'posted'; readonly target: ReplyTarget }
  | {
      readonly is: 'failed';
      readonly error: string;
      /** Trying again cannot help. */
      readonly isFinal: boolean;
      readonly retryAfterMs: number | null;
    };

export interface ChatSurface {
  readonly name: string;
  /** Which settings switch it on. */
  readonly settings: string;
  isOn(env: Environment): boolean;
  /** The signature of a request that is signed, now; throws `unauthorized:auth`. */
  verify(env: Environment, request: SignedRequest): string;
  /** Throws `bad_request:api` for what makes no sense. */
  read(env: Environment, request: SignedRequest): Incoming;
  /** The body of the HTTP answer that shows this. */
  bodyOf(message: Outgoing): object;
  /** Never throws for what the other side does. */
  post(env: Environment, target: ReplyTarget, message: Outgoing): Promise<Posted>;
  /** How long after the message was received it may be posted to this target, when so much was posted already; null for never again but at the end. */
  mayPostAfterMs(target: ReplyTarget, posts: number): number | null;
}
