/** Somebody at the console of OpenAI or Claude, which have the same paths: lists, uploads and deletes skills. */
import assert from 'node:assert/strict';
import { z } from 'zod';
import type { ByHand } from '../../lib/providers/conformance-stand.ts';

/** `url` is where skills are listed and made. */
export function byHandAt(url: string, headers: Record<string, string>, serve: ByHand['serve']): ByHand {
  return {
    async skills() {
      const answer = await fetch(`${url}?limit=100`, { headers });
      return z.object({ data: z.array(z.looseObject({})) }).parse(await answer.json()).data;
    },
    async put({ name, files }) {
      const body = new FormData();
      for (const { path, bytes } of files)
        body.append('files[]', new File([Buffer.from(bytes)], `${name}/${path}`), `${name}/${path}`);
      const answer = await fetch(url, { method: 'POST', headers, body });
      assert.ok(answer.ok, await answer.text());
    },
    async remove(id) {
      assert.ok((await fetch(`${url}/${id}`, { method: 'DELETE', headers })).ok);
    },
    serve,
  };
}
