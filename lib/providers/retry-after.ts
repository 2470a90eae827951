/** How long a provider asked us to wait, read from its headers; anything it garbled is no wish at all. */

/** A longer wish is a mistake or an attack, and the run's own deadline comes first anyway. */
const MAX_WAIT_MS = 24 * 60 * 60 * 1000;

const IMF_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

export function retryAfterMs(headers: Headers, now: Date): number | null {
  const exact = decimal(headers.get('retry-after-ms'));
  if (exact !== null) return bounded(exact);
  const value = headers.get('retry-after')?.trim() ?? '';
  const seconds = decimal(value);
  if (seconds !== null) return bounded(seconds * 1000);
  if (!IMF_DATE.test(value)) return null;
  const time = Date.parse(value);
  return Number.isNaN(time) ? null : bounded(time - now.getTime());
}

/** `google.protobuf.Duration` as JSON: `3.5s`. */
export function durationMs(text: string | undefined): number | null {
  const seconds = text?.endsWith('s') ? decimal(text.slice(0, -1)) : null;
  return seconds === null ? null : bounded(seconds * 1000);
}

function decimal(text: string | null): number | null {
  return text !== null && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : null;
}

function bounded(milliseconds: number): number {
  return Math.min(Math.max(0, Math.ceil(milliseconds)), MAX_WAIT_MS);
}
