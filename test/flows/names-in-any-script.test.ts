/** A skill with a name that is not of a to z goes where that is possible, and nowhere else. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { type EmulatedProviders, startApp, startProviders, type TestApp } from '../support/app.ts';
import { describeEachEngine } from '../support/databases.ts';
import { inlineSkill } from '../support/skills.ts';
import { until } from '../support/until.ts';

const NAME = '회의록-정리';

describeEachEngine('a Korean name', (open) => {
  let app: TestApp;
  let providers: EmulatedProviders;

  before(async () => {
    providers = await startProviders();
    app = await startApp(await open());
    for (const body of Object.values(providers.connections))
      assert.equal((await app.call('POST', '/api/providers', body)).status, 201);
    assert.equal((await app.call('POST', '/api/skills', inlineSkill(NAME))).status, 201);
  });
  after(async () => {
    await app.close();
    await providers.close();
  });

  it('is installed exactly where the version says that it can be', async () => {
    const path = `/api/skills/${encodeURIComponent(NAME)}/versions/latest`;
    const { body: version } = await app.call('GET', path);
    const compatibility = version['compatibility'] as Record<
      string,
      { installable: boolean; reasons: string[] }
    >;
    for (const [kind, { installable, reasons }] of Object.entries(compatibility)) {
      const asked = await app.call('POST', '/api/install-runs', { skill: NAME, providers: [`${kind}-test`] });
      assert.equal(asked.status, installable ? 202 : 422, `${kind} ${JSON.stringify(asked.body)}`);
      if (!installable) {
        const [issue] = asked.body['issues'] as { message: string }[];
        assert.ok(issue?.message.endsWith(reasons[0] ?? 'a reason'), issue?.message);
        continue;
      }
      const [id] = asked.body['runIds'] as string[];
      const run = await until(`${kind} has ended`, async () => {
        const { body } = await app.call('GET', `/api/install-runs/${id}`);
        return body['finishedAt'] === null ? null : body;
      });
      assert.equal(run['status'], 'success', `${kind} ${JSON.stringify(run['error'])}`);
      if (kind === 'gemini')
        assert.match((run['result'] as { externalId: string }).externalId, /(^|\/)s-[0-9a-f]{20}$/);
    }
    assert.deepEqual(
      Object.keys(compatibility).filter((kind) => compatibility[kind]?.installable),
      ['gemini', 'local'],
    );
  });
});
