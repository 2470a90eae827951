/** Asks the model of the settings about a message the grammar did not understand; nothing comes of it when it fails. */
import { callFor, refuseMutation } from '../../connections/call.ts';
import { openConnection } from '../../connections/credentials.ts';
import { selectConnectionsByName } from '../../connections/store.ts';
import type { Context } from '../../kernel/context.ts';
import { adapterFor } from '../../providers/registry.ts';
import type { Interpretation } from '../interpret.ts';
import type { Language } from '../lexicon.ts';
import { liveVocabulary } from '../live-vocabulary.ts';
import { checkTranslation } from './check-translation.ts';
import { questionAbout } from './question.ts';

/** People wait for it. */
const LONGEST_MS = 10_000;

/** Null when no model is set, when it cannot be asked, and when its answer does not hold. Never throws. */
export async function askModel(
  ctx: Context,
  message: string,
  language: Language,
): Promise<(Interpretation & { accepted: true }) | null> {
  const { chatModel } = ctx.settings;
  if (chatModel === null) return null;
  try {
    const answer = await ask(ctx, chatModel, message);
    // Names may have changed while it thought.
    return checkTranslation(answer, await liveVocabulary(ctx), language);
  } catch (error) {
    ctx.log.warn({ err: error, model: chatModel.model }, 'the model of chat could not be asked');
    return null;
  }
}

async function ask(
  ctx: Context,
  { provider, model }: { readonly provider: string; readonly model: string },
  message: string,
): Promise<unknown> {
  const [row] = await selectConnectionsByName(ctx, [provider]);
  if (!row || row.status !== 'active') throw new Error(`CHAT_MODEL: ${provider} is no active provider`);
  const adapter = adapterFor(row.kind);
  if (!adapter.askModel) throw new Error(`CHAT_MODEL: a ${row.kind} provider has no model to ask`);
  const signal = AbortSignal.timeout(Math.min(LONGEST_MS, ctx.settings.providerTimeoutMs));
  const call = callFor(ctx, row, signal, refuseMutation);
  const question = questionAbout(message, await liveVocabulary(ctx), model);
  return await adapter.askModel(openConnection(ctx, row), question, call);
}
