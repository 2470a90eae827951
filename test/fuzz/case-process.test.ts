/** The process for cases finds every kind of fault that is planted in it, and works on after each. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { startCaseProcess } from './case-process.ts';
import { plantedTasks } from './planted-tasks.ts';

const MEBIBYTE = 1024 * 1024;

const FAULTS: Readonly<Record<string, RegExp>> = {
  'planted/throws': /^thrown on purpose/,
  'planted/hangs': /^no answer within 1000 ms/,
  'planted/never-answers': /^no answer within 1000 ms/,
  'planted/rejects-unseen': /^it ended with 1[^]*unseen/,
  'planted/writes': /^Access to this API has been restricted/,
  'planted/takes-memory': /^it took [34]\d\d MB of memory/,
  'planted/takes-heap': /^it ended with [^]*heap out of memory|^it took \d+ MB/,
};

describe('the process for cases', () => {
  const patient = startCaseProcess({ deadlineMs: 60_000, memoryBytes: 256 * MEBIBYTE });
  const impatient = startCaseProcess({ deadlineMs: 1000, memoryBytes: 256 * MEBIBYTE });
  after(() => Promise.all([patient.close(), impatient.close()]));

  for (const [task, reason] of Object.entries(FAULTS)) {
    it(`finds ${task}`, async () => {
      const cases = reason.source.includes('no answer') ? impatient : patient;
      const verdict = await cases.run(task, null);
      assert.ok(!verdict.held, 'it held');
      assert.match(verdict.reason, reason);
      assert.equal((await patient.run('planted/none', null)).held, true);
    });
  }

  it('sees what a case takes although whoever started it takes more', async () => {
    const large = Buffer.alloc(700 * MEBIBYTE, 1);
    const cases = startCaseProcess({ deadlineMs: 60_000, memoryBytes: 256 * MEBIBYTE });
    const verdict = await cases.run('planted/takes-memory', null);
    await cases.close();
    assert.equal(verdict.held, false);
    assert.equal(large.length, 700 * MEBIBYTE);
  });

  it('is tried with everything that can be planted', () => {
    assert.deepEqual(
      Object.keys(plantedTasks).filter((task) => !(task in FAULTS)),
      ['planted/none'],
    );
  });
});
