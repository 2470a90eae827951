/** Slack: slash commands, mentions, direct messages and buttons. */
import { z } from 'zod';
import { whyNotSlack } from '../../alerts/target.ts';
import type { Environment } from '../../kernel/context.ts';
import { AppError } from '../../kernel/errors.ts';
import { CONFIRM, DECLINE, mayPostToSlackAfterMs, postToSlack, slackBody } from './slack-post.ts';
import { verifySlackSignature } from './slack-signature.ts';
import type { Asked, ChatSurface, Incoming, ReplyTarget, SignedRequest } from './surface.ts';

const Id = z.string().regex(/^[A-Za-z0-9]{1,40}$/);
const Name = z
  .string()
  .default('')
  .transform((name) => storable(name).slice(0, 100).toWellFormed());
const MessageId = z.string().max(200).optional();

const Command = z.object({
  team_id: Id,
  user_id: Id,
  user_name: Name,
  text: z.string().default(''),
  response_url: z.string().optional(),
  trigger_id: MessageId,
});

const Press = z.object({
  type: z.literal('block_actions'),
  team: z.object({ id: Id }),
  user: z.object({ id: Id, username: Name, name: Name }),
  trigger_id: MessageId,
  response_url: z.string().optional(),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().max(200).default('') })).min(1),
});

const Event = z.discriminatedUnion('type', [
  z.object({ type: z.literal('url_verification'), challenge: z.string().max(1000) }),
  z.object({
    type: z.literal('event_callback'),
    team_id: Id,
    event_id: MessageId,
    event: z.object({
      type: z.string(),
      subtype: z.string().optional(),
      bot_id: z.string().optional(),
      channel_type: z.string().optional(),
      user: Id.optional(),
      text: z.string().default(''),
      channel: Id.optional(),
      ts: z.string().max(40).optional(),
      thread_ts: z.string().max(40).optional(),
    }),
  }),
]);

export const slack: ChatSurface = {
  name: 'slack',
  settings: 'SLACK_SIGNING_SECRET',
  isOn: ({ settings }) => settings.slack.signingSecrets.length > 0,
  verify: ({ settings, clock }, request) =>
    verifySlackSignature(settings.slack.signingSecrets, request, clock.now()),
  read(env, request) {
    if (request.headers['content-type']?.startsWith('application/json')) return readEvent(env, request);
    const form = Object.fromEntries(new URLSearchParams(request.body));
    const { payload, ssl_check: isCheck } = form;
    if (isCheck === '1') return { is: 'handshake', body: {} };
    return payload === undefined ? readCommand(env, form) : readPress(env, payload);
  },
  bodyOf: (message) => ({ response_type: 'ephemeral', ...slackBody(message) }),
  post: postToSlack,
  mayPostAfterMs: mayPostToSlackAfterMs,
};

function readCommand(env: Environment, form: object): Incoming {
  const { team_id: team, user_id: member, user_name: name, ...command } = parsed(Command, form);
  return {
    is: 'asked',
    messageId: command.trigger_id ?? null,
    from: { team, member, name },
    asked: { message: plainText(command.text) },
    target: targetAt(env, command.response_url),
    isAnsweredInBody: true,
  };
}

function readPress(env: Environment, payload: string): Incoming {
  const value = parseJson(payload);
  if (Reflect.get(Object(value), 'type') !== 'block_actions')
    return { is: 'ignored', because: 'this kind of interaction means nothing here' };
  const { team, user, actions, trigger_id: id, response_url: url } = parsed(Press, value);
  const pressed = actions.map(askedBy).find((asked) => asked !== null);
  if (!pressed) return { is: 'ignored', because: 'the button is not one of ours' };
  return {
    is: 'asked',
    messageId: id ?? null,
    from: { team: team.id, member: user.id, name: user.name || user.username },
    asked: pressed,
    target: targetAt(env, url),
    isAnsweredInBody: false,
  };
}

function askedBy({ action_id: id, value }: { action_id: string; value: string }): Asked | null {
  if (id === CONFIRM) return { confirm: value };
  return id === DECLINE ? { decline: value } : null;
}

function readEvent(env: Environment, { body }: SignedRequest): Incoming {
  const value = parseJson(body);
  const type: unknown = Reflect.get(Object(value), 'type');
  if (type !== 'url_verification' && type !== 'event_callback')
    return { is: 'ignored', because: 'this kind of event means nothing here' };
  const given = parsed(Event, value);
  if (given.type === 'url_verification') return { is: 'handshake', body: { challenge: given.challenge } };
  const { event, team_id: team, event_id: id } = given;
  const isForUs = event.type === 'app_mention' || (event.type === 'message' && event.channel_type === 'im');
  const { user, channel, ts } = event;
  if (!isForUs || event.bot_id !== undefined || event.subtype !== undefined)
    return { is: 'ignored', because: 'nobody asked for anything' };
  if (user === undefined || channel === undefined || ts === undefined)
    return { is: 'ignored', because: 'it does not say who wrote it, and where' };
  if (env.settings.slack.botToken === null)
    return { is: 'ignored', because: 'without SLACK_BOT_TOKEN nothing can be answered to a mention' };
  return {
    is: 'asked',
    messageId: id ?? `${channel}.${ts}`,
    from: { team, member: user, name: '' },
    asked: { message: plainText(event.text) },
    target: { channel, thread: event.thread_ts ?? ts },
    isAnsweredInBody: false,
  };
}

function targetAt(env: Environment, url: string | undefined): ReplyTarget {
  if (url === undefined) return {};
  const issue = whyNotSlack(env, url);
  if (issue === null) return { url };
  throw new AppError('bad_request:api', 'Answers cannot be sent to this address', {
    issues: [{ path: '/response_url', message: issue }],
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('bad_request:api', 'The body is not valid JSON', { cause });
  }
}

function parsed<Shape extends z.ZodType>(shape: Shape, value: unknown): z.infer<Shape> {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  throw new AppError('bad_request:api', 'This is not what Slack sends', {
    issues: result.error.issues.map(({ path, message }) => ({ path: `/${path.join('/')}`, message })),
  });
}

/** Slack writes people, channels and links in angle brackets, and escapes what people wrote there themselves. */
function plainText(text: string): string {
  return storable(text)
    .replace(/<[@!#][^<>]{0,200}>/gu, ' ')
    .replace(/<([^<>|]{1,2000})(?:\|([^<>]{0,2000}))?>/gu, (_, link: string, label?: string) => label || link)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
}

function storable(text: string): string {
  return text.replaceAll('\0', ' ').toWellFormed();
}
