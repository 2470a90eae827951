/** Secrets made up for one test, and the places where one of them has come to light. */
import { randomBytes, randomInt } from 'node:crypto';
import { formsOf } from './secrets.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** A piece of a secret this long is as good as a part of it told. */
const SLICE = 12;

/** Letters and digits without a pattern, new at every call. */
export function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}

export interface Canaries {
  readonly provider: string;
  readonly wrongProvider: string;
  readonly nextProvider: string;
  readonly repository: string;
  readonly admin: string;
  /** 32 bytes in base64. */
  readonly encryption: string;
  readonly otherEncryption: string;
  readonly pasted: string;
  readonly slackSigning: string;
  readonly slackBot: string;
  /** The part of an address to answer to that lets whoever knows it post there. */
  readonly slackAddress: string;
}

export function makeCanaries(): Canaries {
  return {
    // No shape that gives it away: it is found because it is known.
    provider: randomText(48),
    wrongProvider: randomText(48),
    nextProvider: randomText(48),
    repository: `ghp_${randomText(36)}`,
    admin: randomText(44),
    encryption: randomBytes(32).toString('base64'),
    otherEncryption: randomBytes(32).toString('base64'),
    slackSigning: randomText(32),
    slackBot: `xoxb-${randomText(40)}`,
    slackAddress: randomText(24),
    pasted: `sk-ant-api03-${randomText(90)}`,
  };
}

export interface Leak {
  readonly secret: string;
  readonly place: string;
  /** What stands around it. */
  readonly text: string;
}

/** `places`: name → all text found there. One leak for each secret and line. */
export function leaksIn(
  secrets: Readonly<Record<string, string>>,
  places: Readonly<Record<string, string>>,
): Leak[] {
  return Object.entries(secrets).flatMap(([secret, value]) => {
    const forms = [...formsOf(value), ...keyBytes(value), ...slicesOf(value)];
    return Object.entries(places).flatMap(([place, text]) =>
      placesOf(forms, text).map((around) => ({ secret, place, text: around })),
    );
  });
}

/** What stands around the first form in each line that holds one. */
function placesOf(forms: readonly string[], text: string): string[] {
  if (!forms.some((form) => text.includes(form))) return [];
  return text.split('\n').flatMap((line) => {
    const found = forms.find((form) => line.includes(form));
    if (found === undefined) return [];
    const at = line.indexOf(found);
    return [line.slice(Math.max(0, at - 160), at + found.length + 40)];
  });
}

/** Of a key that is written as base64: the bytes themselves, otherwise written. */
function keyBytes(secret: string): string[] {
  if (!secret.endsWith('=')) return [];
  const bytes = Buffer.from(secret, 'base64');
  return [bytes.toString('hex'), bytes.toString('base64url')];
}

function slicesOf(secret: string): string[] {
  // What all keys of a kind begin with tells nothing.
  const own = secret.replace(/^(?:sk-ant-api03-|ghp_|skc_)/, '');
  return Array.from({ length: own.length - SLICE + 1 }, (_, start) => own.slice(start, start + SLICE));
}
