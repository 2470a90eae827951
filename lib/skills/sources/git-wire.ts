/** What git's smart HTTP says in packets: the list of refs, the question for a pack, and the answer to it. */

export interface ServerRef {
  readonly name: string;
  readonly oid: string;
  /** The commit behind an annotated tag; else the same as `oid`. */
  readonly commit: string;
}

export interface Advertisement {
  readonly refs: readonly ServerRef[];
  readonly capabilities: ReadonlySet<string>;
}

const SERVICE = '# service=git-upload-pack';
const FLUSH = '0000';
/** The largest public repositories list about a hundred thousand. */
const MAX_REFS = 200_000;
const REF_LINE = /^([0-9a-f]{40}) ([^\0\n]+)(?:\0([^\n]*))?\n?$/;
const PEELED = '^{}';

/** Null when it is not what a git server says, or far more than any says. */
export function readAdvertisement(bytes: Buffer): Advertisement | null {
  const byName = new Map<string, { oid: string; commit: string }>();
  let capabilities: string[] = [];
  let isFirst = true;
  for (const line of packetsOf(bytes)) {
    const text = line?.toString();
    if (text === undefined || (isFirst && text.trimEnd() !== SERVICE)) return null;
    const isService = isFirst;
    isFirst = false;
    if (isService || text === '' || /^version 1\n?$/.test(text)) continue;
    if (byName.size === MAX_REFS) return null;
    const [, oid = '', name = '', said] = REF_LINE.exec(text) ?? [];
    if (oid === '') return null;
    if (said !== undefined) capabilities = said.split(' ');
    const tag = name.endsWith(PEELED) ? byName.get(name.slice(0, -PEELED.length)) : undefined;
    if (tag !== undefined) tag.commit = oid;
    else byName.set(name, { oid, commit: oid });
  }
  if (isFirst) return null;
  // How a repository without any ref lists its capabilities.
  byName.delete('capabilities^{}');
  return {
    refs: [...byName].map(([name, ids]) => ({ name, ...ids })),
    capabilities: new Set(capabilities),
  };
}

export interface PackRequest {
  readonly want: string;
  /** How many commits back; all of them when left out. */
  readonly depth?: number;
  /** Only for servers with the capability `filter`. */
  readonly filter?: string;
}

export function packRequest(request: PackRequest): Buffer<ArrayBuffer> {
  const capabilities = ['side-band-64k', 'ofs-delta', 'no-progress', 'agent=skillconvoy'];
  if (request.filter !== undefined) capabilities.push('filter');
  if (request.depth !== undefined) capabilities.push('shallow');
  const lines = [
    packet(`want ${request.want} ${capabilities.join(' ')}\n`),
    ...(request.depth === undefined ? [] : [packet(`deepen ${request.depth}\n`)]),
    ...(request.filter === undefined ? [] : [packet(`filter ${request.filter}\n`)]),
  ];
  return Buffer.from([...lines, FLUSH, packet('done\n')].join(''));
}

/** Null when the server does not give what was asked for; a pack may still turn out to be damaged. */
export function readPackAnswer(bytes: Buffer): Buffer | null {
  // Written into one place: the pieces may be of one byte each.
  const pack = Buffer.allocUnsafe(bytes.byteLength);
  let size = 0;
  for (const piece of packetsOf(bytes)) {
    if (piece === null) return null;
    // The first byte names the band; shallow, NAK and ERR lines begin with a letter.
    if (piece[0] === 1) size += piece.copy(pack, size, 1);
  }
  return size === 0 ? null : pack.subarray(0, size);
}

function packet(line: string): string {
  return (Buffer.byteLength(line) + 4).toString(16).padStart(4, '0') + line;
}

/** The content of each packet, empty for a flush; null as the last when they do not fit into each other. */
function* packetsOf(bytes: Buffer): Generator<Buffer | null> {
  let position = 0;
  while (position < bytes.byteLength) {
    const head = bytes.toString('latin1', position, position + 4);
    const size = /^[0-9a-f]{4}$/i.test(head) ? Number.parseInt(head, 16) : -1;
    const end = position + Math.max(size, 4);
    if (size < 0 || (size > 0 && size < 4) || end > bytes.byteLength) return yield null;
    yield bytes.subarray(position + 4, end);
    position = end;
  }
}
