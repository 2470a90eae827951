/** A checkpoint: how long the log was at a time, and its Merkle root and chain hash then, as a signed text. */
import type { NoteSigner } from '../kernel/note-signer.ts';

export interface Checkpoint {
  /** How many records it covers. */
  readonly size: number;
  readonly root: Buffer;
  readonly chain: Buffer;
  readonly time: Date;
}

const ORIGIN = 'skillconvoy/audit';

/** In the form of C2SP tlog-checkpoint, with the time and the chain's hash as its extension lines. */
export function signCheckpoint(signer: NoteSigner, { size, root, chain, time }: Checkpoint): string {
  const lines = [
    ORIGIN,
    String(size),
    root.toString('base64'),
    `time ${time.toISOString()}`,
    `chain ${chain.toString('base64')}`,
  ];
  return signer.sign(`${lines.join('\n')}\n`);
}

/** Null when it is not a checkpoint or its signature is wrong; `unknown_key` when nobody here can tell. */
export function readCheckpoint(signer: NoteSigner, note: string): Checkpoint | 'unknown_key' | null {
  const read = signer.read(note);
  if (read === null || read === 'unknown_key') return read;
  const [origin, size, root, time, chain] = read.text.split('\n');
  if (origin !== ORIGIN || !root || !time?.startsWith('time ') || !chain?.startsWith('chain ')) return null;
  return {
    size: Number(size),
    root: Buffer.from(root, 'base64'),
    time: new Date(time.slice('time '.length)),
    chain: Buffer.from(chain.slice('chain '.length), 'base64'),
  };
}
