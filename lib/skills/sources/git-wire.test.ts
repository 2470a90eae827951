/** Whatever a server sends, the packets and trees of git are read or refused, never believed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseTree } from './git-tree.ts';
import { packRequest, readAdvertisement, readPackAnswer } from './git-wire.ts';

const line = (text: string) => (Buffer.byteLength(text) + 4).toString(16).padStart(4, '0') + text;
const oid = (digit: string) => digit.repeat(40);

describe("git's packets", () => {
  it('tell refs, the commits behind annotated tags, and capabilities', () => {
    const said = [
      line('# service=git-upload-pack\n'),
      '0000',
      line(`${oid('1')} HEAD\0side-band-64k filter\n`),
      line(`${oid('1')} refs/heads/main\n`),
      line(`${oid('2')} refs/tags/v1\n`),
      line(`${oid('1')} refs/tags/v1^{}\n`),
      '0000',
    ].join('');
    const read = readAdvertisement(Buffer.from(said));
    assert.deepEqual(read?.refs, [
      { name: 'HEAD', oid: oid('1'), commit: oid('1') },
      { name: 'refs/heads/main', oid: oid('1'), commit: oid('1') },
      { name: 'refs/tags/v1', oid: oid('2'), commit: oid('1') },
    ]);
    assert.ok(read?.capabilities.has('filter'));
  });

  it('carry a pack in their first band only', () => {
    const said = `${line('NAK\n')}${line('\u0002counting')}${line('\u0001PA')}${line('\u0001CK')}0000`;
    assert.equal(readPackAnswer(Buffer.from(said))?.toString(), 'PACK');
    assert.equal(readPackAnswer(Buffer.from(line('ERR not our ref'))), null);
  });

  it('ask for what is wanted', () => {
    const asked = packRequest({ want: oid('1'), depth: 1 }).toString();
    assert.match(asked, /^[0-9a-f]{4}want 1{40} .*shallow.*\n000ddeepen 1\n00000009done\n$/);
    assert.match(packRequest({ want: oid('1'), filter: 'tree:0' }).toString(), /0012filter tree:0\n0000/);
  });

  it('of any bytes never throw', () => {
    const texts = fc.array(fc.constantFrom('0000', '0008abcd', 'ffff', '0001', line('\u0001x'), '\0', 'xyz'));
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      texts.map((parts) => Buffer.from(line('# service=git-upload-pack\n') + parts.join(''))),
    );
    fc.assert(
      fc.property(any, (bytes) => {
        readAdvertisement(bytes);
        readPackAnswer(bytes);
        parseTree(bytes);
      }),
    );
  });
});

describe('a tree', () => {
  const entry = fc.record({
    mode: fc.constantFrom('100644', '100755', '40000', '120000', '160000'),
    name: fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .map((name) => name.replaceAll('\0', 'x')),
  });

  it('has the entries that were written, whatever their names are', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 10 }), (entries) => {
        const bytes = Buffer.concat(
          entries.flatMap(({ mode, name }) => [Buffer.from(`${mode} ${name}\0`), Buffer.alloc(20, 7)]),
        );
        const names = entries.map(({ name }) => name.toWellFormed());
        assert.deepEqual(
          parseTree(bytes)?.map(({ name }) => name),
          names,
        );
        if (bytes.byteLength > 0) assert.equal(parseTree(bytes.subarray(0, -1)), null);
      }),
    );
  });
});
