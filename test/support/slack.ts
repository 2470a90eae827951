/** Slack, as far as it knocks at our door: signed commands, buttons and events of one person. */
import { signSlack } from '../../lib/chatops/surfaces/slack-signature.ts';
import type { Answer, TestApp } from './app.ts';

export const SLACK_SECRET = 'a-signing-secret-of-slack';
export const SLACK_BOT_TOKEN = 'xoxb-a-token-of-the-bot';
const FORM = 'application/x-www-form-urlencoded';

export interface Knock {
  readonly secret?: string;
  /** Unix seconds. */
  readonly timestamp?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SlackPerson {
  readonly team: string;
  readonly member: string;
  /** A slash command; answers go to `responseUrl`. */
  command(app: TestApp, text: string, responseUrl: string, knock?: Knock): Promise<Answer>;
  press(app: TestApp, action: string, value: string, responseUrl: string): Promise<Answer>;
  mention(app: TestApp, text: string, more?: object, knock?: Knock): Promise<Answer>;
}

let sent = 0;

export function slackPerson(member: string, team = 'T0TEST'): SlackPerson {
  return {
    team,
    member,
    async command(app, text, responseUrl, knock) {
      const form = new URLSearchParams({
        token: 'not-used-any-more',
        team_id: team,
        user_id: member,
        user_name: 'somebody',
        channel_id: 'C0TEST',
        command: '/skillconvoy',
        text,
        response_url: responseUrl,
        trigger_id: `trigger.${(sent += 1)}`,
      });
      return await knockAt(app, form.toString(), FORM, knock);
    },
    async press(app, action, value, responseUrl) {
      const payload = {
        type: 'block_actions',
        team: { id: team },
        user: { id: member, username: 'somebody' },
        trigger_id: `trigger.${(sent += 1)}`,
        response_url: responseUrl,
        actions: [{ type: 'button', action_id: action, value }],
      };
      const form = new URLSearchParams({ payload: JSON.stringify(payload) });
      return await knockAt(app, form.toString(), FORM);
    },
    async mention(app, text, more = {}, knock = {}) {
      const event = {
        type: 'app_mention',
        user: member,
        text: `<@U0BOT> ${text}`,
        channel: 'C0TEST',
        ts: '1700000000.000100',
      };
      const body = {
        type: 'event_callback',
        team_id: team,
        event_id: `Ev${(sent += 1)}`,
        event: { ...event },
        ...more,
      };
      return await knockAt(app, JSON.stringify(body), 'application/json', knock);
    },
  };
}

export async function knockAt(
  app: TestApp,
  body: string,
  contentType: string,
  knock: Knock = {},
): Promise<Answer> {
  const headers = signedHeaders(body, contentType, knock);
  return await app.call('POST', '/api/chat-ops/slack', Buffer.from(body), { key: null, headers });
}

export function signedHeaders(
  body: string,
  contentType: string,
  { secret = SLACK_SECRET, timestamp = Math.floor(Date.now() / 1000), headers = {} }: Knock = {},
): Record<string, string> {
  return {
    'content-type': contentType,
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': signSlack(secret, { timestamp: String(timestamp), body }),
    ...headers,
  };
}

interface SlackSecrets {
  readonly slackSigning: string;
  readonly slackBot: string;
  readonly slackAddress: string;
}

export const SLACK_OPERATOR = { surface: 'slack', team: 'T0', member: 'U0', name: 'Ada', role: 'operator' };

/** Settings; the bot's API is at `origin`. */
export function secretSlack(
  { slackSigning, slackBot }: SlackSecrets,
  origin: string,
): Record<string, string> {
  return { SLACK_SIGNING_SECRET: slackSigning, SLACK_BOT_TOKEN: slackBot, SLACK_API_URL: origin };
}

/** Requests whose every part holds a secret: signed ones, one that is signed wrongly, and a mention. */
export function secretRequests(
  secrets: SlackSecrets,
  origin: string,
): { readonly text: string; readonly headers: Record<string, string> }[] {
  const person = { team_id: 'T0', user_id: 'U0' };
  const responseUrl = `${origin}/services/${secrets.slackAddress}`;
  const knock = { secret: secrets.slackSigning };
  const form = (text: string) =>
    new URLSearchParams({ ...person, text, response_url: responseUrl }).toString();
  const event = {
    type: 'app_mention',
    user: 'U0',
    channel: 'C0',
    ts: '1.1',
    text: 'install echoed on claude-test',
  };
  const mention = JSON.stringify({ type: 'event_callback', team_id: 'T0', event });
  const wrong = form('help');
  return [
    ...['install echoed on claude-test', `list ${secrets.slackBot}`, `say ${secrets.slackSigning}`].map(
      (text) => ({
        text: form(text),
        headers: signedHeaders(form(text), FORM, knock),
      }),
    ),
    { text: mention, headers: signedHeaders(mention, 'application/json', knock) },
    { text: wrong, headers: signedHeaders(wrong, FORM, { secret: secrets.slackBot }) },
  ];
}
