/** Where a channel leads: its address and signing secret, checked, sealed to its row, and what of it may be shown. */
import type { Environment } from '../kernel/context.ts';
import { isAllowedHost, whyForbidden } from '../kernel/egress.ts';
import { AppError } from '../kernel/errors.ts';
import { Secret } from '../kernel/secret.ts';

export interface Target {
  readonly url: string;
  /** Null for Slack, whose address is the secret. */
  readonly secret: string | null;
}

const SLACK_HOST = 'hooks.slack.com';

/** Throws `bad_request:api` for an address that may not be reached, or is not of this kind. */
export function checkAddress(env: Environment, kind: 'webhook' | 'slack', address: string): void {
  const issue = issueOf(env, kind, address);
  if (issue === null) return;
  throw new AppError('bad_request:api', 'Alerts cannot be sent to this address', {
    issues: [{ path: '/url', message: issue }],
  });
}

function issueOf(env: Environment, kind: 'webhook' | 'slack', address: string): string | null {
  return kind === 'webhook' ? whyForbidden(address, env.settings.allowedHosts) : whyNotSlack(env, address);
}

/** What speaks against posting to an address that is said to be Slack's; null for nothing. */
export function whyNotSlack(env: Environment, address: string): string | null {
  const { allowedHosts } = env.settings;
  const forbidden = whyForbidden(address, allowedHosts);
  if (forbidden !== null) return forbidden;
  const url = new URL(address);
  if (url.hostname === SLACK_HOST || isAllowedHost(url, allowedHosts)) return null;
  return `must be at https://${SLACK_HOST}; to use ${url.host} list it in ALLOWED_HOSTS`;
}

/** Slack's paths and any query are keys in themselves. */
export function shownAddress(kind: 'webhook' | 'slack', address: string): string {
  const { origin, pathname, search } = new URL(address);
  if (kind === 'slack') return `${origin}/…`;
  return `${origin}${pathname}${search === '' ? '' : '?…'}`;
}

export function sealTarget(env: Environment, id: string, target: Target): string {
  return env.secretBox.seal(new Secret(JSON.stringify(target)), targetBinding(id));
}

/** Throws SecretBoxError when it cannot be opened. */
export function openTarget(env: Environment, id: string, sealed: string): Target {
  // Only sealTarget makes what opens with this binding.
  return JSON.parse(env.secretBox.open(sealed, targetBinding(id)).reveal()) as Target;
}

export function targetBinding(id: string): string[] {
  return ['alert_channels', id, 'target'];
}
