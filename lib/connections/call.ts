/** What a call to a connection's provider may use outside of a run: its time, its turns, and leave to change things. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../kernel/context.ts';
import { markFailed } from '../kernel/tracing.ts';
import { type Call, type Exchange, type Mutation, ProviderError } from '../providers/adapter.ts';
import { ownWait } from './gate.ts';
import { takeTurn } from './gate-store.ts';
import { limitsOf } from './read-connections.ts';
import type { ConnectionRow } from './store.ts';

/** How long a request waits for its connection's turn. */
const LONGEST_TURN_MS = 20_000;

export function callFor(
  ctx: Context,
  row: Pick<ConnectionRow, 'id' | 'kind' | 'config'>,
  signal: AbortSignal,
  beforeMutation: (mutation: Mutation) => Promise<void>,
  onExchange: (exchange: Exchange) => void = () => {},
): Call {
  const { timeoutMs, requestsPerMinute } = limitsOf(row);
  return {
    fetch: ctx.egress,
    signal,
    timeoutMs: Math.min(timeoutMs ?? Number.POSITIVE_INFINITY, ctx.settings.providerTimeoutMs),
    async beforeRequest() {
      if (requestsPerMinute !== null) await awaitTurn(ctx, row.id, requestsPerMinute, signal);
    },
    beforeMutation,
    onExchange(exchange) {
      const { mutation, latencyMs, failure } = exchange;
      const attributes = { kind: row.kind, mutation: mutation ?? 'none', code: failure?.code ?? 'ok' };
      ctx.metrics.providerSeconds.record(latencyMs / 1000, attributes);
      traceExchange(ctx, row, exchange);
      onExchange(exchange);
    },
  };
}

/** Written when it is over, as only then is known what it was. */
export function traceExchange(
  ctx: Context,
  { id, kind }: Pick<ConnectionRow, 'id' | 'kind'>,
  { sent, mutation, latencyMs, failure }: Exchange,
): void {
  if (sent === null) return;
  const span = ctx.tracing.begin(`${sent.method} ${kind}`, {
    kind: 'client',
    parent: ctx.span,
    startTime: performance.now() - latencyMs,
    attributes: {
      'http.request.method': sent.method,
      'server.address': sent.host,
      ...(sent.status !== null && { 'http.response.status_code': sent.status }),
      'skillconvoy.provider.id': id,
      'skillconvoy.provider.kind': kind,
      ...(mutation !== null && { 'skillconvoy.mutation': mutation }),
    },
  });
  if (failure !== null) markFailed(span, failure.code);
  span.end();
}

/** For calls that only look. */
export async function refuseMutation(): Promise<void> {
  throw new Error('a call that only looks must not change anything at the provider');
}

/** A turn that is far off is a refusal of our own, which is waited out without holding anything. */
async function awaitTurn(
  ctx: Context,
  providerId: string,
  requestsPerMinute: number,
  signal: AbortSignal,
): Promise<void> {
  const turn = await takeTurn(ctx, providerId, requestsPerMinute, LONGEST_TURN_MS);
  if (!turn.isTaken) {
    const message = `The connection's own limit of ${requestsPerMinute} requests a minute is used up`;
    throw new ProviderError(ownWait('rate_limit:provider', message, turn.waitMs));
  }
  if (turn.waitMs > 0) await sleep(turn.waitMs, undefined, { signal });
}
