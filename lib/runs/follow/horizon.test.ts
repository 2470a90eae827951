/** Whatever the order of commits, a position counts as settled only when nothing can come before it any more. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Horizon } from './horizon.ts';

describe('the horizon', () => {
  it('is at once where nobody writes', () => {
    const horizon = new Horizon(3);
    horizon.observe(7, '10:10:');
    assert.deepEqual([horizon.settled, horizon.isPending], [7, false]);
    horizon.observe(5, '10:10:');
    assert.equal(horizon.settled, 7, 'it never goes back');
  });

  it('waits for those in progress, but not for those who write no events', () => {
    const horizon = new Horizon();
    horizon.observe(7, '10:13:10,12');
    horizon.observe(9, '12:14:12');
    assert.deepEqual([horizon.settled, horizon.isPending], [0, true]);
    horizon.onlyThese(new Set(['11']));
    assert.equal(horizon.settled, 0, 'it is heeded by the next look');
    horizon.observe(9, '12:14:12');
    assert.equal(horizon.settled, 7);
  });

  it('knows long transaction ids by their last 32 bits', () => {
    const horizon = new Horizon();
    const long = String(2n ** 32n + 12n);
    horizon.observe(7, `${long}:${long}:${long}`);
    horizon.onlyThese(new Set(['12']));
    horizon.observe(7, `${long}:${long}:${long}`);
    assert.equal(horizon.settled, 0);
  });

  it('never passes a position that is still to be committed, and gets everywhere in the end', () => {
    // Transactions write and commit in any order, and somebody looks now and then.
    const step = fc.record({ act: fc.constantFrom('write', 'commit', 'look'), who: fc.nat({ max: 4 }) });
    const property = fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const world = { position: 0, xid: 100, open: new Map<number, { xid: number; positions: number[] }>() };
      const visible = new Set<number>();
      const horizon = new Horizon();
      const look = (): void => {
        const xids = [...world.open.values()].map(({ xid }) => xid);
        horizon.observe(Math.max(0, ...visible), `0:${world.xid}:${xids.join(',')}`);
        const hidden = [...world.open.values()].flatMap(({ positions }) => positions);
        assert.ok(Math.min(Infinity, ...hidden) > horizon.settled);
      };
      const commit = (who: number): void => {
        for (const position of world.open.get(who)?.positions ?? []) visible.add(position);
        world.open.delete(who);
      };
      for (const { act, who } of steps) {
        if (act === 'commit') commit(who);
        if (act === 'look') look();
        if (act !== 'write') continue;
        const mine = world.open.get(who) ?? { xid: (world.xid += 1), positions: [] };
        mine.positions.push((world.position += 1));
        world.open.set(who, mine);
      }
      for (const who of world.open.keys()) commit(who);
      look();
      look();
      assert.equal(horizon.settled, Math.max(0, ...visible));
    });
    fc.assert(property, { seed: 7, numRuns: 2000 });
  });
});
