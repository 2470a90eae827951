/** When a running server holds the embedded database, it is asked how it is. */
import { createEgress } from '../kernel/egress.ts';
import type { Settings } from '../kernel/settings.ts';
import { fail, type Finding, ok, warn } from './finding.ts';

const ANSWER_WITHIN_MS = 5000;

/** `pid` is the process that holds the folder. */
export async function askRunning(settings: Settings, pid: number): Promise<Finding[]> {
  const url = new URL(`http://${reachable(settings.host)}:${settings.port}/readyz`);
  return [
    await askReady(url, pid),
    warn(
      'database',
      `in use by process ${pid}, so migrations, keys, providers, runs and the audit log were not looked at`,
      'stop that process and run this again to see all, or ask its API: GET /api/providers, /metrics, /api/audit-logs/verify',
    ),
  ];
}

async function askReady(url: URL, pid: number): Promise<Finding> {
  try {
    // Only the one address that the settings name.
    const egress = createEgress({ allowedHosts: [url.host] });
    const answer = await egress(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    if (answer.ok) return ok('server', `process ${pid} is ready at ${url.origin}`);
    return fail('server', `${url.href} answers ${answer.status}`, `look at the log of process ${pid}`);
  } catch {
    return fail(
      'server',
      `process ${pid} holds the database, but ${url.href} does not answer`,
      'look at its log; HOST and PORT must be those it was started with',
    );
  }
}

/** An address that means "all of them" is asked on this machine. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
