/** What becomes of a registered skill: it is described anew, archived, taken back into use, deleted, and found where it is. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  type Answer,
  type AnswerBody,
  type EmulatedProviders,
  startApp,
  startProviders,
  type TestApp,
} from '../support/app.ts';
import { describeEachEngine } from '../support/databases.ts';
import { inlineSkill } from '../support/skills.ts';
import { until } from '../support/until.ts';

const RUNS = '/api/install-runs';

describeEachEngine('a skill', (open) => {
  let app: TestApp;
  let providers: EmulatedProviders;

  before(async () => {
    providers = await startProviders();
    app = await startApp(await open());
    for (const body of Object.values(providers.connections))
      await expect(201, app.call('POST', '/api/providers', body));
  });
  after(async () => {
    await app.close();
    await providers.close();
  });

  async function newSkill(name: string): Promise<string> {
    const { body } = await expect(201, app.call('POST', '/api/skills', inlineSkill(name)));
    return String(body['id']);
  }

  async function patch(skill: string, body: object, headers: Record<string, string> = {}): Promise<Answer> {
    return await app.call('PATCH', `/api/skills/${skill}`, body, { headers });
  }

  async function run(body: object): Promise<AnswerBody> {
    const { body: asked } = await expect(202, app.call('POST', RUNS, body));
    const [id] = asked['runIds'] as string[];
    return await until(`${id} has ended`, async () => {
      const { body: shown } = await app.call('GET', `${RUNS}/${id}`);
      return shown['finishedAt'] === null ? null : shown;
    });
  }

  async function names(query: string): Promise<string[]> {
    const { body } = await expect(200, app.call('GET', `/api/skills?limit=100&${query}`));
    return (body['items'] as { name: string }[]).map(({ name }) => name);
  }

  async function actionsOn(id: string): Promise<string[]> {
    const { body } = await app.call('GET', `/api/audit-logs?target=${id}&limit=100`);
    return (body['items'] as { action: string }[]).map(({ action }) => action).reverse();
  }

  describe('that is described anew', () => {
    it('is found by what it is called now, and no more by what it was called', async () => {
      const id = await newSkill('described');
      const { body: before } = await app.call('GET', '/api/skills/described');
      const change = { displayName: '분기 보고서', tags: ['finance', 'finance', '재무'] };
      const { body, headers } = await expect(200, patch('described', change));
      assert.deepEqual([body['displayName'], body['tags']], ['분기 보고서', ['finance', '재무']]);
      assert.notEqual(body['updatedAt'], before['updatedAt']);
      const shown = await app.call('GET', `/api/skills/${id}`);
      assert.deepEqual(shown.body, body);
      assert.equal(shown.headers.get('etag'), headers.get('etag'));
      for (const found of [`q=${encodeURIComponent('분기 보고서')}`, 'q=finance', 'tag=finance'])
        assert.deepEqual(await names(found), ['described'], found);
      await expect(200, patch('described', { tags: [] }));
      assert.deepEqual([await names('q=finance'), await names('tag=finance')], [[], []]);
      assert.deepEqual(await actionsOn(id), ['skill.create', 'skill.update', 'skill.update']);
    });

    it('is left alone when nothing changes, when it changed since it was read, or when the request is no good', async () => {
      const id = await newSkill('unchanged');
      const { headers } = await app.call('GET', '/api/skills/unchanged');
      const ifMatch = { 'if-match': headers.get('etag') ?? '' };
      await expect(
        200,
        patch('unchanged', { displayName: 'unchanged', tags: [], status: 'active' }, ifMatch),
      );
      await expect(200, patch('unchanged', {}, ifMatch));
      await expect(200, patch('unchanged', { displayName: 'Changed' }, ifMatch));
      const late = await expect(412, patch('unchanged', { displayName: 'Late' }, ifMatch));
      assert.equal(late.body['code'], 'precondition_failed:api');
      for (const body of [{ name: 'other' }, { displayName: ' ' }, { tags: [''] }, { status: 'deleted' }])
        await expect(400, patch('unchanged', body));
      await expect(404, patch('unheard-of', { displayName: 'x' }));
      const { body } = await app.call('GET', '/api/skills/unchanged');
      assert.equal(body['displayName'], 'Changed');
      assert.deepEqual(await actionsOn(id), ['skill.create', 'skill.update']);
    });
  });

  describe('that is archived', () => {
    it('stays where it is and can be taken out, but goes nowhere and takes no versions', async () => {
      const id = await newSkill('archived');
      const target = { skill: 'archived', providers: ['local-test'] };
      assert.equal((await run(target))['status'], 'success');
      const { body: shown } = await expect(200, patch('archived', { status: 'archived' }));
      assert.equal(shown['status'], 'archived');

      for (const body of [target, { skills: ['archived'], providers: ['openai-test'] }]) {
        const refused = await expect(409, app.call('POST', RUNS, body));
        assert.equal(refused.body['code'], 'conflict:skill');
        assert.match(String(refused.body['detail']), /archived/i);
      }
      const dry = await expect(200, app.call('POST', RUNS, { ...target, dryRun: true }));
      const [planned] = dry.body['plan'] as { effect: string; reasons: string[] }[];
      assert.equal(planned?.effect, 'blocked');
      assert.match(planned.reasons.join(), /archived/);

      const versions = '/api/skills/archived/versions';
      const refused = await expect(409, app.call('POST', versions, inlineSkill('archived', 'Better.')));
      assert.equal(refused.body['code'], 'conflict:skill');
      await expect(200, app.call('POST', versions, inlineSkill('archived')));
      await expect(409, app.call('POST', '/api/skills', inlineSkill('archived')));
      assert.ok((await names('status=archived')).includes('archived'));
      assert.ok((await names('')).includes('archived'));
      assert.ok(!(await names('status=active')).includes('archived'));

      const removed = await run({ ...target, action: 'uninstall' });
      assert.equal((removed['result'] as { effect: string }).effect, 'removed');
      await expect(200, patch('archived', { status: 'active' }));
      await expect(201, app.call('POST', versions, inlineSkill('archived', 'Better.')));
      assert.equal((await run(target))['status'], 'success');
      const changes = (await actionsOn(id)).filter((action) => action.endsWith('archive'));
      assert.deepEqual(changes, ['skill.archive', 'skill.unarchive']);
    });
  });

  describe('that is deleted', () => {
    it('must first be installed nowhere, with no run at work on it', async () => {
      await newSkill('in-use');
      const slugs = ['local-test', 'openai-test'];
      providers.faults.openai.script.push({ match: { method: 'POST' }, delayMs: 700 });
      const { body: asked } = await expect(
        202,
        app.call('POST', RUNS, { skill: 'in-use', providers: slugs }),
      );
      const atWork = await expect(409, app.call('DELETE', '/api/skills/in-use'));
      assert.equal(atWork.body['code'], 'conflict:skill');
      const ids = asked['runIds'] as string[];
      assert.ok((atWork.body['runIds'] as string[]).includes(ids[1] ?? ''), JSON.stringify(atWork.body));
      for (const id of ids)
        await until(
          `${id} has ended`,
          async () => (await app.call('GET', `${RUNS}/${id}`)).body['finishedAt'],
        );
      const installed = await expect(409, app.call('DELETE', '/api/skills/in-use'));
      assert.deepEqual([installed.body['providers'], installed.body['runIds']], [slugs, []]);
      assert.match(String(installed.body['detail']), /local-test, openai-test.*archive/);
      for (const slug of slugs) await run({ action: 'uninstall', skill: 'in-use', providers: [slug] });
      await expect(204, app.call('DELETE', '/api/skills/in-use'));
    });

    it('is gone everywhere, but its runs and audit rows still name it', async () => {
      const id = await newSkill('gone');
      const target = { skill: 'gone', providers: ['local-test'] };
      const installed = await run(target);
      await run({ ...target, action: 'uninstall' });
      await expect(204, app.call('DELETE', `/api/skills/${id}`));
      for (const name of ['gone', id]) {
        for (const path of [
          '',
          '/versions',
          '/versions/1',
          '/versions/1/archive',
          '/versions/1/files/SKILL.md',
        ]) {
          const { body } = await expect(404, app.call('GET', `/api/skills/${name}${path}`));
          assert.equal(body['code'], 'not_found:skill', path);
        }
        await expect(404, app.call('POST', RUNS, { ...target, skill: name }));
        await expect(404, patch(name, { displayName: 'x' }));
        await expect(404, app.call('DELETE', `/api/skills/${name}`));
        await expect(404, app.call('POST', `/api/skills/${name}/versions`, inlineSkill('gone', 'x')));
        await expect(404, app.call('GET', `/api/installations?skill=${name}`));
      }
      for (const list of ['q=gone', 'sort=name', 'sort=-updatedAt', 'q=gone&sort=name', 'status=active'])
        assert.ok(!(await names(list)).includes('gone'), list);
      const { body: chat } = await app.call('POST', '/api/chat-ops', {
        message: 'install gone on local-test',
      });
      assert.deepEqual([chat['accepted'], chat['runIds']], [false, []]);
      const { body: shown } = await expect(200, app.call('GET', `${RUNS}/${String(installed['id'])}`));
      assert.deepEqual(shown['skill'], { id, name: 'gone' });
      await expect(200, app.call('GET', `/api/install-batches/${String(installed['batchId'])}`));
      assert.equal((await actionsOn(id)).at(-1), 'skill.delete');
    });

    it('leaves its name to another one, as often as that happens', async () => {
      const ids = new Set<string>();
      for (let round = 0; round < 3; round += 1) {
        ids.add(await newSkill('again'));
        await expect(409, app.call('POST', '/api/skills', inlineSkill('again')));
        await expect(204, app.call('DELETE', '/api/skills/again'));
      }
      assert.equal(ids.size, 3);
      const id = await newSkill('again');
      assert.equal((await app.call('GET', '/api/skills/again')).body['id'], id);
      assert.deepEqual(await names('q=again'), ['again']);
    });

    it('is not installed by a request that came at the same time', async () => {
      for (let round = 0; round < 12; round += 1) {
        const skill = `raced-${round}`;
        await newSkill(skill);
        const install = () => app.call('POST', RUNS, { skill, providers: ['local-test'] });
        const remove = () => app.call('DELETE', `/api/skills/${skill}`);
        const answers = await Promise.all(round % 2 === 0 ? [install(), remove()] : [remove(), install()]);
        const statuses = answers.map(({ status }) => String(status)).toSorted();
        assert.ok(['202,409', '204,404'].includes(statuses.join()), statuses.join());
      }
    });
  });

  it('is found where it is installed', async () => {
    await newSkill('placed');
    const slugs = ['claude-test', 'local-test', 'openai-test'];
    for (const slug of slugs) await run({ skill: 'placed', providers: [slug] });
    const placed: { provider: { slug: string }; skill: { name: string } }[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await expect(200, app.call('GET', `/api/installations?skill=placed&limit=1${cursor}`));
      placed.push(...(body['items'] as typeof placed));
      if (body['nextCursor'] === null) break;
      cursor = `&cursor=${body['nextCursor'] as string}`;
    }
    assert.deepEqual(placed.map(({ provider }) => provider.slug).toSorted(), slugs);
    const count = async (filter: string) =>
      ((await expect(200, app.call('GET', `/api/installations?limit=100&${filter}`))).body['items'] as [])
        .length;
    assert.equal(await count('skill=placed&provider=claude-test'), 1);
    assert.equal(await count('skill=placed&drift=in_sync'), 3);
    assert.equal(await count('skill=placed&drift=missing'), 0);
    assert.ok((await count('')) >= 3);
    await expect(404, app.call('GET', '/api/installations?provider=nowhere'));
    await expect(400, app.call('GET', '/api/installations?drift=other'));
  });
});

async function expect(status: number, answering: Promise<Answer>): Promise<Answer> {
  const answer = await answering;
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer;
}
