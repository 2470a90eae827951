/** Signed notes (C2SP signed-note, Ed25519): short texts that anybody can check with the printed key. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

/** Whose notes they are. */
const NAME = 'skillconvoy/audit';
const ED25519 = 1;
/** An Ed25519 private key in PKCS #8, without its 32 bytes. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface NoteSigner {
  /** `<name>+<id>+<key>`: what others check notes with. Of the newest key first. */
  readonly verifierKeys: readonly string[];
  /** `text` ends with a line feed; the answer is the note with its signature. */
  sign(text: string): string;
  /** The text of a note; null when its signature is wrong, `unknown_key` when it is by a key that is not here. */
  read(note: string): { readonly text: string } | 'unknown_key' | null;
}

interface SigningKey {
  readonly id: Buffer;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly verifierKey: string;
}

/** Signing keys are derived from the encryption keys, newest first, so that they too are outside of the database. */
export function createNoteSigner(encryptionKeys: readonly Buffer[]): NoteSigner {
  const keys = encryptionKeys.map(signingKey);
  const [newest] = keys;
  if (!newest) throw new Error('no key to sign with');
  return {
    verifierKeys: keys.map(({ verifierKey }) => verifierKey),
    sign(text) {
      const signature = Buffer.concat([newest.id, sign(null, Buffer.from(text), newest.privateKey)]);
      return `${text}\n— ${NAME} ${signature.toString('base64')}\n`;
    },
    read(note) {
      const [, text, encoded] = /^([^]*\n)\n— \S+ ([A-Za-z0-9+/=]+)\n$/.exec(note) ?? [];
      if (text === undefined || encoded === undefined) return null;
      const signature = Buffer.from(encoded, 'base64');
      const key = keys.find(({ id }) => id.equals(signature.subarray(0, 4)));
      if (!key) return 'unknown_key';
      return verify(null, Buffer.from(text), key.publicKey, signature.subarray(4)) ? { text } : null;
    },
  };
}

function signingKey(encryptionKey: Buffer): SigningKey {
  const seed = Buffer.from(hkdfSync('sha256', encryptionKey, '', 'skillconvoy audit checkpoints', 32));
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(privateKey);
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const typed = Buffer.concat([Buffer.from([ED25519]), raw]);
  const id = createHash('sha256').update(`${NAME}\n`).update(typed).digest().subarray(0, 4);
  return {
    id,
    privateKey,
    publicKey,
    verifierKey: `${NAME}+${id.toString('hex')}+${typed.toString('base64')}`,
  };
}
