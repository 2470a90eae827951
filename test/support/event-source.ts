/** A reader of event streams for tests: what came, by field, and how the stream ended. */
import type { RunEvent } from '../../lib/runs/schema.ts';
import { until } from './until.ts';

export interface StreamedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: RunEvent;
}

export interface EventSource {
  readonly status: number;
  readonly headers: Headers;
  /** Everything so far, in order. */
  readonly events: readonly StreamedEvent[];
  /** The last id seen, also of a block without an event. */
  lastId(): string;
  /** Everything as it came. */
  text(): string;
  /** Resolves when the server has ended the stream, or it broke. */
  readonly ended: Promise<'ended' | 'broken'>;
  ids(): string[];
  /** Waits for that many events. */
  has(count: number): Promise<void>;
  close(): void;
}

export async function openEvents(
  url: string,
  key: string,
  options: { lastEventId?: string; signal?: AbortSignal } = {},
): Promise<EventSource> {
  const leave = new AbortController();
  const response = await fetch(url, {
    headers: {
      authorization: `Bearer ${key}`,
      accept: 'text/event-stream',
      ...(options.lastEventId !== undefined && { 'last-event-id': options.lastEventId }),
    },
    signal: leave.signal,
  });
  const events: StreamedEvent[] = [];
  let lastId = options.lastEventId ?? '';
  let text = '';
  let rest = '';

  function onBlock(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
      if (name !== '') fields.set(name, value);
    }
    lastId = fields.get('id') ?? lastId;
    const data = fields.get('data');
    if (data === undefined) return;
    events.push({ id: lastId, type: fields.get('event') ?? '', data: JSON.parse(data) as RunEvent });
  }

  async function read(): Promise<'ended' | 'broken'> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) {
        const piece = decoder.decode(chunk, { stream: true });
        text += piece;
        rest += piece;
        const blocks = rest.split('\n\n');
        rest = blocks.pop() ?? '';
        blocks.forEach(onBlock);
      }
      return 'ended';
    } catch {
      return 'broken';
    }
  }

  return {
    status: response.status,
    headers: response.headers,
    events,
    lastId: () => lastId,
    text: () => text,
    ended: read(),
    ids: () => events.map(({ id }) => id),
    has: async (count) => void (await until(`${count} events have come`, () => events.length >= count)),
    close: () => leave.abort(),
  };
}
