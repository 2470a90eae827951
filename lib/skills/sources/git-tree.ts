/** A git tree as it is stored → its entries, whatever their names are: judging names is left to the bundle. */

export interface TreeEntry {
  /** Bytes that are not UTF-8 become U+FFFD, which no bundle takes. */
  readonly name: string;
  readonly oid: string;
  readonly kind: 'file' | 'tree' | 'link' | 'submodule';
}

const OID_BYTES = 20;

/** Null when it is damaged. */
export function parseTree(bytes: Buffer): TreeEntry[] | null {
  const entries: TreeEntry[] = [];
  let position = 0;
  while (position < bytes.byteLength) {
    const space = bytes.indexOf(0x20, position);
    const end = space < 0 ? -1 : bytes.indexOf(0, space);
    const next = end + 1 + OID_BYTES;
    const kind = kindOf(bytes.toString('latin1', position, space));
    if (end < 0 || next > bytes.byteLength || kind === null) return null;
    const name = bytes.toString('utf8', space + 1, end);
    entries.push({ name, oid: bytes.toString('hex', end + 1, next), kind });
    position = next;
  }
  return entries;
}

function kindOf(mode: string): TreeEntry['kind'] | null {
  if (/^0?40000$/.test(mode)) return 'tree';
  if (/^100[0-7]{3}$/.test(mode)) return 'file';
  if (mode === '120000') return 'link';
  return mode === '160000' ? 'submodule' : null;
}
