/** Turns a match into a finding that can be shown: its place, an excerpt without secrets, a fingerprint. */
import { hash } from 'node:crypto';
import type { Finding } from './report.ts';
import type { Match, Reading, Rule } from './rule.ts';
import { type SecretSpan, secretsIn } from './secrets.ts';

const MOST_SHOWN = 160;
const MOST_BEFORE = 60;
/** What stays of a secret at each end. */
const MOST_LEFT = 4;

export function describeMatch(rule: Rule, match: Match): Finding {
  const { file, reading, index, length = 0, severity = rule.severity } = match;
  const base = { rule: rule.id, severity, title: rule.title, advice: rule.advice, file: file.path };
  if (reading === undefined || index === undefined) {
    return {
      ...base,
      line: null,
      column: null,
      excerpt: null,
      fingerprint: fingerprint(rule, file.path, ''),
    };
  }
  const text = reading.text.slice(index, index + Math.min(length, 500));
  return {
    ...base,
    ...reading.placeOf(index),
    excerpt: excerptOf(reading, index, length),
    fingerprint: fingerprint(rule, file.path, text.replaceAll(/\s+/g, ' ')),
  };
}

function fingerprint(rule: Rule, path: string, text: string): string {
  return hash('sha256', `${rule.id}\0${path}\0${text}`).slice(0, 32);
}

/** One line around the match; what cannot be seen is written out. */
function excerptOf(reading: Reading, index: number, length: number): string {
  const { text } = reading;
  const lineStart = text.lastIndexOf('\n', index - 1) + 1;
  const start = Math.max(lineStart, index - MOST_BEFORE);
  const lineEnd = text.indexOf('\n', index + length);
  const end = Math.min(start + MOST_SHOWN * 2, lineEnd < 0 ? text.length : lineEnd);
  const shown = visible(masked(reading, start, end))
    .replaceAll(/\s+/g, ' ')
    .trim();
  const cut = Array.from(shown);
  return cut.length <= MOST_SHOWN ? shown : `${cut.slice(0, MOST_SHOWN - 1).join('')}…`;
}

const SECRETS = new WeakMap<Reading, SecretSpan[]>();

/** Secrets are looked for in the whole text: a part of one would not be recognised. */
function masked(reading: Reading, start: number, end: number): string {
  const known = SECRETS.get(reading) ?? secretsIn(reading.text);
  SECRETS.set(reading, known);
  let shown = '';
  let at = start;
  for (const span of known) {
    const spanEnd = span.index + span.length;
    if (spanEnd <= at || span.index >= end) continue;
    shown += reading.text.slice(at, Math.max(at, span.index));
    shown += maskedSecret(reading.text.slice(span.index, spanEnd));
    at = spanEnd;
  }
  return shown + reading.text.slice(at, Math.max(at, end));
}

function maskedSecret(secret: string): string {
  const left = Math.min(MOST_LEFT, Math.floor(secret.length / 6));
  return `${secret.slice(0, left)}…${secret.slice(secret.length - left)}`;
}

function visible(text: string): string {
  return text.replaceAll(/(?![\n\r\t ])[\p{C}\p{Default_Ignorable_Code_Point}]/gu, (character) => {
    const point = character.codePointAt(0) ?? 0;
    // Tag characters repeat ASCII out of sight.
    if (point >= 0xe0020 && point <= 0xe007e) return String.fromCodePoint(point - 0xe0000);
    return `<U+${point.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}
