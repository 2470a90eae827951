/** What is sealed of a chat job: what was asked, where to answer, and the answer. */
import { chatJobBinding } from '../../connections/sealed-columns.ts';
import type { Environment } from '../../kernel/context.ts';
import { Secret } from '../../kernel/secret.ts';
import type { Language } from '../lexicon.ts';
import type { Asked, ReplyTarget } from './surface.ts';

export interface JobAnswer {
  readonly reply: string;
  readonly language: Language;
  /** Of a confirmation that is asked for. */
  readonly token: string | null;
  readonly accepted: boolean;
}

export interface JobContent {
  readonly asked: Asked;
  readonly target: ReplyTarget;
  /** Null until it was acted on. */
  readonly answer: JobAnswer | null;
}

export function sealContent(env: Environment, id: string, content: JobContent): string {
  return env.secretBox.seal(new Secret(JSON.stringify(content)), chatJobBinding(id));
}

/** Throws SecretBoxError when it cannot be opened. */
export function openContent(env: Environment, id: string, sealed: string): JobContent {
  // Only sealContent makes what opens with this binding.
  return JSON.parse(env.secretBox.open(sealed, chatJobBinding(id)).reveal()) as JobContent;
}
