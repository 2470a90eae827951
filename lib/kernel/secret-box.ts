/** Envelope encryption: AES-256-GCM under a fresh data key, itself wrapped by the newest key of the ring. */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { Secret } from './secret.ts';

export interface SecretBox {
  /** Of the keys it opens with, the one it seals with first. They are parts of digests: no secret. */
  readonly keyIds: readonly [string, ...string[]];
  /** Encrypts text. `boundTo` must be given again to open it, so a ciphertext cannot move to another row. */
  seal(plaintext: Secret<string>, boundTo: readonly string[]): string;
  /** Throws SecretBoxError when the key is missing, or the text was altered or moved. */
  open(sealed: string, boundTo: readonly string[]): Secret<string>;
  /** Short keyed digest that tells two secrets apart without showing either. */
  fingerprint(plaintext: Secret<string>): string;
}

export class SecretBoxError extends Error {
  override readonly name = 'SecretBoxError';
}

interface RingKey {
  readonly id: string;
  /** Five times as fast as its bytes. */
  readonly key: KeyObject;
}

/** `keys` are 32-byte keys, newest first. Format: `v1.<key id>.<wrapped data key>.<iv>.<ciphertext+tag>`. */
export function createSecretBox(keys: readonly Buffer[]): SecretBox {
  const ring: RingKey[] = keys.map((bytes) => ({
    id: hash('sha256', bytes, 'hex').slice(0, 8),
    key: createSecretKey(bytes),
  }));
  const [newest, ...older] = ring;
  if (!newest) throw new SecretBoxError('no encryption key');
  return {
    keyIds: [newest.id, ...older.map(({ id }) => id)],
    seal(plaintext, boundTo) {
      const dataKey = randomBytes(32);
      const wrapped = encrypt(newest.key, dataKey, [newest.id, ...boundTo]);
      const body = encrypt(createSecretKey(dataKey), Buffer.from(plaintext.reveal(), 'utf8'), boundTo);
      return ['v1', newest.id, wrapped.toString('base64url'), body.toString('base64url')].join('.');
    },
    open(sealed, boundTo) {
      const [version, keyId, wrapped, body] = sealed.split('.');
      if (version !== 'v1' || !wrapped || !body) throw new SecretBoxError('not a sealed value');
      const wrapping = ring.find((candidate) => candidate.id === keyId);
      if (!wrapping) throw new SecretBoxError(`sealed with key ${keyId}, which ENCRYPTION_KEY does not hold`);
      const dataKey = decrypt(wrapping.key, Buffer.from(wrapped, 'base64url'), [wrapping.id, ...boundTo]);
      return new Secret(
        decrypt(createSecretKey(dataKey), Buffer.from(body, 'base64url'), boundTo).toString('utf8'),
      );
    },
    fingerprint(plaintext) {
      return createHmac('sha256', newest.key)
        .update('fingerprint\0')
        .update(plaintext.reveal())
        .digest('hex')
        .slice(0, 16);
    },
  };
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

function encrypt(key: KeyObject, plaintext: Buffer, boundTo: readonly string[]): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(boundBytes(boundTo));
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: KeyObject, sealed: Buffer, boundTo: readonly string[]): Buffer {
  if (sealed.length < IV_BYTES + TAG_BYTES) throw new SecretBoxError('not a sealed value');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES)).setAAD(
    boundBytes(boundTo),
  );
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new SecretBoxError('the sealed value was altered, moved, or sealed for another address', { cause });
  }
}

function boundBytes(boundTo: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify(boundTo), 'utf8');
}
