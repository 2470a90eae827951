/** Puts a message into Slack: through the address that came with a request, or as the bot. */
import { z } from 'zod';
import type { Environment } from '../../kernel/context.ts';
import type { Outgoing, Posted, ReplyTarget } from './surface.ts';

export const CONFIRM = 'skillconvoy_confirm';
export const DECLINE = 'skillconvoy_decline';

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** A section of a message holds 3,000 characters. */
const MOST_CHARACTERS = 2900;

/** An address takes five posts within half an hour: the answer, three looks at the work, and the end. */
const ADDRESS_POSTS_AFTER_MS = [0, 5000, 30_000, 180_000];
const BOT_POSTS_EVERY_MS = 3000;

/** What will never work however often it is tried. */
const FINAL_ERRORS =
  /^(?:channel_not_found|not_in_channel|is_archived|invalid_auth|account_inactive|token_revoked|token_expired|not_authed|missing_scope|no_permission|message_not_found|cant_update_message|edit_window_closed|restricted_action|invalid_blocks)$/;

const BotAnswer = z.object({ ok: z.boolean(), error: z.string().optional(), ts: z.string().optional() });

export function mayPostToSlackAfterMs(target: ReplyTarget, posts: number): number | null {
  if (target['url'] === undefined) return posts * BOT_POSTS_EVERY_MS;
  return ADDRESS_POSTS_AFTER_MS[posts] ?? null;
}

export async function postToSlack(env: Environment, target: ReplyTarget, message: Outgoing): Promise<Posted> {
  const { url, channel } = target;
  try {
    if (url !== undefined) return await postToAddress(env, { ...target, url }, message);
    if (channel !== undefined) return await postAsBot(env, { ...target, channel }, message);
    return failed('there is nowhere to answer to', true);
  } catch (error) {
    // The address is a key in itself, and what failed may name it.
    return failed(error instanceof Error ? error.name : 'it could not be reached', false);
  }
}

export function slackBody({ text, buttons }: Outgoing): object {
  const shown = escaped(cut(text));
  const section = { type: 'section', text: { type: 'plain_text', text: shown, emoji: false } };
  const blocks = buttons === null ? [section] : [section, { type: 'actions', elements: pair(buttons) }];
  return { text: shown, blocks, mrkdwn: false, unfurl_links: false, unfurl_media: false };
}

function pair({ token, confirm, decline }: NonNullable<Outgoing['buttons']>): object[] {
  const button = (id: string, text: string, more: object) => ({
    type: 'button',
    action_id: id,
    value: token,
    text: { type: 'plain_text', text, emoji: false },
    ...more,
  });
  return [button(CONFIRM, confirm, { style: 'primary' }), button(DECLINE, decline, {})];
}

async function postToAddress(
  env: Environment,
  target: ReplyTarget & { readonly url: string },
  message: Outgoing,
): Promise<Posted> {
  const answer = await send(env, target.url, {
    response_type: 'ephemeral',
    replace_original: message.replaces,
    ...slackBody(message),
  });
  await answer.body?.cancel();
  if (answer.ok) return { is: 'posted', target };
  // Used up, or half an hour old.
  const isFinal = answer.status >= 400 && answer.status < 500 && answer.status !== 429;
  return failed(`answered ${answer.status}`, isFinal, retryAfterOf(answer));
}

/** The first one is posted in the thread, the others take its place. */
async function postAsBot(
  env: Environment,
  target: ReplyTarget & { readonly channel: string },
  message: Outgoing,
): Promise<Posted> {
  const { channel, thread, posted } = target;
  const { apiUrl } = env.settings.slack;
  const answer =
    posted === undefined
      ? await send(env, `${apiUrl}/chat.postMessage`, { channel, thread_ts: thread, ...slackBody(message) })
      : await send(env, `${apiUrl}/chat.update`, { channel, ts: posted, ...slackBody(message) });
  const body = BotAnswer.safeParse(await answer.json().catch(() => null));
  if (!body.success) return failed(`answered ${answer.status}`, false, retryAfterOf(answer));
  const { ok, error = `answered ${answer.status}`, ts } = body.data;
  if (!ok) return failed(error.slice(0, 100), FINAL_ERRORS.test(error), retryAfterOf(answer));
  return { is: 'posted', target: ts === undefined ? target : { ...target, posted: ts } };
}

async function send(env: Environment, url: string, body: object): Promise<Response> {
  const { botToken, apiUrl } = env.settings.slack;
  const isToBot = url.startsWith(`${apiUrl}/`);
  return await env.egress(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'skillconvoy',
      ...(isToBot && botToken !== null && { authorization: `Bearer ${botToken}` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
    maxResponseBytes: MAX_ANSWER_BYTES,
    mayStayInside: false,
  });
}

function failed(error: string, isFinal: boolean, retryAfterMs: number | null = null): Posted {
  return { is: 'failed', error, isFinal, retryAfterMs };
}

function retryAfterOf(answer: Response): number | null {
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 3600) * 1000 : null;
}

/** Names are data: Slack reads mentions and links out of what is not escaped. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS).toWellFormed()}…`;
}
