/** Scripted faults in process and over HTTP: what was done and what was answered are told apart. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Emulator } from './emulator.ts';
import { isConnectionLost } from './fault-answers.ts';
import { type FaultPlan, type FaultStep, seededRandom, withFaults } from './faults.ts';
import { recordingLedger, witnessed } from './ledger.ts';
import { type EmulatorServer, serveEmulator } from './server.ts';
import { until } from '../test/support/until.ts';

const servers: EmulatorServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const ANSWER = { id: 'skill_1', text: 'x'.repeat(100) };

/** An emulator that counts what it carried out. */
function counting(): { emulator: Emulator; done: string[] } {
  const done: string[] = [];
  return {
    done,
    async emulator(request) {
      done.push(`${request.method} ${await request.text()}`);
      return Response.json(ANSWER);
    },
  };
}

function rig(...script: FaultStep[]) {
  const { emulator, done } = counting();
  const ledger = recordingLedger();
  const plan: FaultPlan = { script };
  const faulty = witnessed(emulator, {
    ledger,
    provider: 'openai',
    now: () => new Date('2026-11-23T00:00:00Z'),
    decorate: (inner) => withFaults(inner, plan),
  });
  return { faulty, done, ledger, plan };
}

function post(path = '/v1/skills'): Request {
  return new Request(`http://emulator${path}`, { method: 'POST', body: 'body' });
}

describe('in process', () => {
  it('a dropped answer rejects as a lost connection, applied or not', async () => {
    for (const apply of [true, false]) {
      const { faulty, done, ledger } = rig({ apply, then: 'drop' });
      await assert.rejects(faulty(post()), isConnectionLost);
      assert.deepEqual(done, apply ? ['POST body'] : []);
      const [entry] = ledger.entries();
      assert.deepEqual([entry?.applied, entry?.status], [apply, null]);
    }
  });

  it('a status is answered with its headers and body, without applying', async () => {
    const then = { status: 429, headers: { 'retry-after': '7' }, body: { error: { message: 'slow' } } };
    const { faulty, done } = rig({ then });
    const answer = await faulty(post());
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [429, '7']);
    assert.deepEqual(await answer.json(), then.body);
    assert.deepEqual(done, []);
  });

  it('malformed, truncated and html answers are what they say', async () => {
    const { faulty } = rig({ then: 'malformed' }, { apply: true, then: 'truncated' }, { then: 'html' });
    await assert.rejects((await faulty(post())).json(), SyntaxError);
    await assert.rejects((await faulty(post())).text(), isConnectionLost);
    assert.match((await faulty(post())).headers.get('content-type') ?? '', /html/);
  });

  it('a step waits for the request it matches and is used once', async () => {
    const { faulty, plan, done } = rig({
      match: { method: 'POST', path: '/versions$' },
      then: { status: 500 },
    });
    assert.equal((await faulty(post())).status, 200);
    assert.equal(plan.script.length, 1);
    assert.equal((await faulty(post('/v1/skills/s/versions'))).status, 500);
    assert.equal((await faulty(post('/v1/skills/s/versions'))).status, 200);
    assert.equal(done.length, 2);
  });

  it('a step is met as often as it says, and by chance as its seed says', async () => {
    const { faulty } = rig({ times: 2, then: { status: 500 } });
    const answers = [await faulty(post()), await faulty(post()), await faulty(post())];
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [500, 500, 200],
    );
    async function outcomes(): Promise<number[]> {
      const script = [{ times: 100, chance: 0.5, then: { status: 500 } }];
      const emulator = withFaults(counting().emulator, { script, random: seededRandom(7) });
      const statuses = [];
      for (let turn = 0; turn < 20; turn += 1) statuses.push((await emulator(post())).status);
      return statuses;
    }
    const first = await outcomes();
    assert.deepEqual(await outcomes(), first);
    assert.deepEqual(new Set(first), new Set([200, 500]));
  });

  it('spoils lists and content types', async () => {
    const list: Emulator = async () => Response.json({ data: [{ id: 'a' }], next_page: null });
    const faulty = withFaults(list, { script: [{ then: 'duplicate-ids' }, { then: 'wrong-type' }] });
    assert.deepEqual(await (await faulty(post())).json(), {
      data: [{ id: 'a' }, { id: 'a' }],
      next_page: null,
    });
    assert.equal((await faulty(post())).headers.get('content-type'), 'text/plain');
  });

  it('a delay comes before the work', async () => {
    const { faulty, done } = rig({ delayMs: 20 });
    const answer = faulty(post());
    assert.deepEqual(done, []);
    assert.equal((await answer).status, 200);
    assert.deepEqual(done, ['POST body']);
  });

  it('the ledger has every request with the digest of its body', async () => {
    const { faulty, ledger } = rig();
    await faulty(post('/v1/skills?x=1'));
    await faulty(new Request('http://emulator/v1/skills'));
    const nothing = { account: null, marker: null, isLate: false };
    const common = { time: '2026-11-23T00:00:00.000Z', provider: 'openai', status: 200, ...nothing };
    const bodySha256 = '230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5';
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    assert.deepEqual(ledger.entries(), [
      { ...common, method: 'POST', path: '/v1/skills?x=1', bodySha256, applied: true, objectId: 'skill_1' },
      { ...common, method: 'GET', path: '/v1/skills', bodySha256: empty, applied: false, objectId: null },
    ]);
  });
});

describe('a ledger', () => {
  it('names the key by its digest, the mark, and what was made', async () => {
    const { faulty, ledger } = rig();
    const headers = { authorization: 'Bearer a-secret-key' };
    const body = JSON.stringify({ display_name: 'CSV tools [sc:abcdefg234567]' });
    await faulty(new Request('http://emulator/v1/skills', { method: 'POST', headers, body }));
    const [entry] = ledger.entries();
    assert.match(entry?.account ?? '', /^[0-9a-f]{12}$/);
    assert.deepEqual([entry?.marker, entry?.objectId], ['abcdefg234567', 'skill_1']);
    assert.doesNotMatch(JSON.stringify(entry), /a-secret-key/);
  });

  it('records what is done after its answer when it is done', async () => {
    const { faulty, ledger } = rig({ applyAfterMs: 10, then: { status: 504 } });
    await faulty(post());
    assert.deepEqual(
      ledger.entries().map(({ applied, isLate, status }) => [applied, isLate, status]),
      [[false, false, 504]],
    );
    await until('the late work is recorded', () => ledger.entries().length === 2);
    const { applied, isLate, status, objectId } = ledger.entries()[1] ?? {};
    assert.deepEqual([applied, isLate, status, objectId], [true, true, null, 'skill_1']);
  });
});

describe('over HTTP', () => {
  async function serve(emulator: Emulator): Promise<string> {
    const server = await serveEmulator(emulator);
    servers.push(server);
    return server.url;
  }

  it('a dropped answer is a lost connection', async () => {
    const { faulty, done } = rig({ apply: true, then: 'drop' });
    const url = await serve(faulty);
    await assert.rejects(fetch(url, { method: 'POST', body: 'body' }), TypeError);
    assert.deepEqual(done, ['POST body']);
    assert.equal((await fetch(url)).status, 200);
  });

  it('a truncated answer breaks off after its first half', async () => {
    const { faulty } = rig({ apply: true, then: 'truncated' });
    const answer = await fetch(await serve(faulty));
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-length'), String(JSON.stringify(ANSWER).length));
    let received = 0;
    await assert.rejects(async () => {
      for await (const chunk of answer.body ?? []) received += chunk.byteLength;
    });
    assert.equal(received, JSON.stringify(ANSWER).length >> 1);
  });

  it('a half-open connection is not answered until the client gives up', async () => {
    const { faulty, done, ledger } = rig({ apply: true, then: 'half-open' });
    const url = await serve(faulty);
    const client = new AbortController();
    const answer = fetch(url, { method: 'POST', body: 'body', signal: client.signal });
    const gaveUp = assert.rejects(answer, { name: 'AbortError' });
    await until('the work is done', () => done.length === 1);
    assert.equal(ledger.entries().length, 0);
    client.abort();
    await gaveUp;
    await until('the emulator sees it', () => ledger.entries().length === 1);
    assert.deepEqual([ledger.entries()[0]?.applied, ledger.entries()[0]?.status], [true, null]);
  });

  it('a slow answer is whole, an oversized one ends at its limit', async () => {
    const { faulty } = rig({ then: { slow: 2000 } }, { then: { oversized: 200_000 } });
    const url = await serve(faulty);
    assert.deepEqual(await (await fetch(url)).json(), ANSWER);
    assert.equal((await (await fetch(url)).arrayBuffer()).byteLength, 200_000 + '{"data":['.length);
  });

  it('a fault of the emulator itself is seen', async () => {
    const url = await serve(async () => await Promise.reject(new Error('planted')));
    const answer = await fetch(url);
    assert.equal(answer.status, 500);
    assert.match(await answer.text(), /planted/);
  });
});
