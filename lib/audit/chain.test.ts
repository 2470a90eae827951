/** The text that is sealed must be canonical JSON of the record, for ever. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import { canonicalRecord, hashesOf, type SealedColumns } from './chain.ts';
import { leafHash } from './merkle.ts';

const text = fc.string({ unit: 'binary', maxLength: 40 });
const optional = fc.option(text);
const json = fc.option(fc.jsonValue({ noUnicodeString: false }).filter((value) => typeof value === 'object'));

const record: fc.Arbitrary<SealedColumns> = fc.record({
  id: text,
  time: fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }),
  actor: fc.dictionary(text, text),
  source: text,
  action: text,
  target_type: text,
  target_id: text,
  target_name: optional,
  outcome: text,
  code: optional,
  change: json.map((value) => value as object | null),
  run: fc.option(fc.record({ id: text, attempt: fc.nat() })),
  request_id: optional,
  note: optional,
});

test('a record is written as canonical JSON of its members', () => {
  fc.assert(
    fc.property(record, fc.nat(), (row, seq) => {
      const members: Json = {
        schema: 'audit/1',
        seq,
        id: row.id,
        time: new Date(row.time).toISOString(),
        actor: row.actor as Json,
        source: row.source,
        action: row.action,
        target: { type: row.target_type, id: row.target_id, name: row.target_name },
        outcome: row.outcome,
        code: row.code,
        change: row.change as Json,
        run: row.run as Json,
        request: { id: row.request_id },
        note: row.note,
      };
      assert.equal(canonicalRecord(row, seq), canonicalJson(members));
      const written = { ...row, time: new Date(row.time).toISOString() };
      assert.equal(canonicalRecord(written, seq), canonicalJson(members));
      assert.deepEqual(JSON.parse(canonicalJson(members)), JSON.parse(JSON.stringify(members)));
    }),
  );
});

test('both hashes are those of the definition, whatever was hashed before', () => {
  const previous = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(previous, fc.string({ unit: 'binary', maxLength: 40_000, size: 'max' }), (before, given) => {
      const { leaf, chain } = hashesOf(before, given);
      assert.deepEqual(leaf, leafHash(given));
      assert.deepEqual(chain, createHash('sha256').update(before).update(given).digest());
    }),
    { numRuns: 30 },
  );
});
