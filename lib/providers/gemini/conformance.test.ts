/** The conformance suite for Gemini, against the emulator of the Skill Registry. */
import assert from 'node:assert/strict';
import { z } from 'zod';
import { withFaults } from '../../../emulators/faults.ts';
import { geminiEmulator } from '../../../emulators/gemini.ts';
import { serveEmulator } from '../../../emulators/server.ts';
import { memoryStore } from '../../../emulators/store.ts';
import { config, SCOPE, TOKEN } from '../../../test/support/gemini-stand.ts';
import { Secret } from '../../kernel/secret.ts';
import type { SkillPackage } from '../adapter.ts';
import { packZip } from '../archive.ts';
import { describeConformance } from '../conformance.ts';
import type { ByHand, Subject } from '../conformance-stand.ts';
import { geminiAdapter } from './adapter.ts';

const subject: Subject = {
  adapter: geminiAdapter,
  wire: {
    goodKey: TOKEN,
    create: { method: 'POST', path: '/skills$' },
    update: { method: 'PATCH' },
    remove: { method: 'DELETE' },
    readBack: { method: 'GET', path: '/revisions/[^/]+$' },
    download: async (skill) =>
      Response.json({
        name: `${SCOPE}/skills/${skill.name}/revisions/1`,
        skill: { name: `${SCOPE}/skills/${skill.name}`, zippedFilesystem: await zippedFilesystem(skill) },
      }),
    requestIdHeader: null,
  },
  async open(script, watch) {
    const emulator = geminiEmulator({ store: memoryStore(), acceptsKey: (key) => key === TOKEN });
    const server = await serveEmulator(watch(withFaults(emulator, { script })));
    const { url } = server;
    return {
      connection: (accessToken = TOKEN) => ({
        kind: 'gemini',
        id: 'prv_gemini',
        config,
        baseUrl: url,
        credentials: new Secret(JSON.stringify({ accessToken })),
      }),
      byHand: byHandAt(`${url}/v1beta1/${SCOPE}/skills`),
      close: async () => await server.close(),
    };
  },
};

async function zippedFilesystem({ files }: SkillPackage): Promise<string> {
  return Buffer.from(await packZip(files)).toString('base64');
}

/** Looking at the list is also what ends an operation in the emulator. */
function byHandAt(url: string): ByHand {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const Page = z.object({ skills: z.array(z.looseObject({})).default([]) });
  async function skills() {
    return Page.parse(await (await fetch(`${url}?pageSize=100`, { headers })).json()).skills;
  }
  return {
    skills,
    async put(skill) {
      const { name, displayName, description } = skill;
      const body = JSON.stringify({
        displayName,
        description,
        zippedFilesystem: await zippedFilesystem(skill),
      });
      const answer = await fetch(`${url}?skillId=${name}`, { method: 'POST', headers, body });
      assert.ok(answer.ok, await answer.text());
      await skills();
    },
    async remove(id) {
      const { authorization } = headers;
      assert.ok((await fetch(`${url}/${id}`, { method: 'DELETE', headers: { authorization } })).ok);
      await skills();
    },
    serve: null,
  };
}

describeConformance(subject);
