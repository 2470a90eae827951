/** Every pair of record and sight has its drift. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RemoteStatus } from '../providers/adapter.ts';
import { type Recorded, type SeenDrift, seenInList, seenWhenAsked } from './drift.ts';

const recorded: Recorded = { externalVersion: '1', digest: 'ours', verifiedDigest: 'ours' };
const adopted: Recorded = { ...recorded, verifiedDigest: 'theirs' };
const unread: Recorded = { ...recorded, verifiedDigest: null };

describe('what the list shows', () => {
  const cases: [string, Recorded, string | null, SeenDrift | null][] = [
    ['the version we left', recorded, '1', 'in_sync'],
    ['the version we left, taken over with other content', adopted, '1', 'modified'],
    ['the version we left, whose content nobody saw', unread, '1', null],
    ['another version', recorded, '2', null],
    ['no version', recorded, null, null],
    ['no version, as was recorded', { ...recorded, externalVersion: null }, null, null],
  ];
  for (const [what, record, version, drift] of cases)
    it(what, () => assert.equal(seenInList(record, version)?.drift ?? null, drift));
});

describe('what the provider answers', () => {
  const present = (externalVersion: string | null, digest: string | null): RemoteStatus => ({
    present: true,
    name: 'x',
    externalId: 'x',
    externalVersion,
    digest,
  });
  const cases: [string, Recorded, RemoteStatus, SeenDrift, string | null][] = [
    ['nothing there', recorded, { present: false }, 'missing', '1'],
    ['our content', recorded, present('1', 'ours'), 'in_sync', '1'],
    ['our content in a version somebody else made', recorded, present('2', 'ours'), 'in_sync', '2'],
    ['other content', recorded, present('2', 'theirs'), 'modified', '1'],
    ['other content in our version', recorded, present('1', 'theirs'), 'modified', '1'],
    ['our version, unreadable', recorded, present('1', null), 'in_sync', '1'],
    ['another version, unreadable', recorded, present('2', null), 'unknown', '1'],
    ['our version that nobody ever read', unread, present('1', null), 'unknown', '1'],
    ['our content where nobody had read before', unread, present('1', 'ours'), 'in_sync', '1'],
  ];
  for (const [what, record, status, drift, version] of cases)
    it(what, () => {
      const seen = seenWhenAsked(record, status);
      assert.deepEqual([seen.drift, seen.externalVersion], [drift, version]);
    });
});
