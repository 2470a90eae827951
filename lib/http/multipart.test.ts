/** Uploads keep the paths of their files, and everything unexpected in them is refused. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { type ProblemBody, startTestServer, type TestServer } from '../../test/support/http-server.ts';
import type { Upload } from './multipart.ts';
import { defineRoute } from './route.ts';

const LIMIT = 200_000;

let last: Upload | null;
const route = defineRoute({
  method: 'POST',
  path: '/api/uploads',
  role: 'operator',
  tag: 'test',
  summary: 'Takes uploads',
  body: z.strictObject({ name: z.string() }),
  uploadLimit: LIMIT,
  responses: { 200: z.object({}) },
  async handle({ upload }) {
    last = await upload();
    return { status: 200, body: {} };
  },
});

type Part = readonly [name: string, content: string, fileName?: string | undefined, type?: string];

const BOUNDARY = 'a-boundary';

function form(parts: readonly Part[]): string {
  const written = parts.map(([name, content, fileName, type]) => {
    const file = fileName === undefined ? '' : `; filename="${fileName}"`;
    const contentType = type === undefined ? '' : `Content-Type: ${type}\r\n`;
    return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n${contentType}\r\n${content}\r\n`;
  });
  return `${written.join('')}--${BOUNDARY}--\r\n`;
}

describe('an upload', () => {
  let server: TestServer;
  let url: string;
  before(async () => {
    server = await startTestServer({ routes: [route] });
    url = await server.http.listen({ host: '127.0.0.1', port: 0 });
  });
  after(() => server.close());

  async function send(body: string | Buffer, type = `multipart/form-data; boundary=${BOUNDARY}`) {
    last = null;
    const headers = { ...server.as('operator'), 'content-type': type };
    const answer = await fetch(`${url}/api/uploads`, { method: 'POST', headers, body: Buffer.from(body) });
    return { status: answer.status, problem: (await answer.json()) as ProblemBody };
  }

  /** What a refused upload leaves unread must not block the connection. */
  async function refused(body: string, status: number, path?: string) {
    const { status: got, problem } = await send(body);
    assert.equal(got, status, JSON.stringify(problem));
    if (path !== undefined)
      assert.deepEqual(
        problem.issues?.map((issue) => issue.path),
        [path],
      );
    assert.equal(last, null);
    assert.equal((await send('PK', 'application/zip')).status, 200);
  }

  it('keeps the paths of files, in any script, hostile ones too', async () => {
    const paths = ['SKILL.md', 'scripts/deep/run.sh', '문서/안내.md', '../../etc/passwd', '/etc/passwd'];
    assert.equal((await send(form(paths.map((path) => ['files', path, path])))).status, 200);
    assert.deepEqual(
      last?.files.map((file) => file.path),
      paths,
    );
    assert.deepEqual(
      last?.files.map((file) => Buffer.from(file.bytes).toString()),
      paths,
    );
  });

  it('reads metadata as a field, as JSON and as a file', async () => {
    const metadata = '{"tags":["a"]}';
    for (const part of [
      ['metadata', metadata],
      ['metadata', metadata, undefined, 'application/json'],
      ['metadata', metadata, 'metadata.json', 'application/json'],
    ] as const) {
      assert.equal((await send(form([['archive', 'PK', 'a.zip'], part]))).status, 200);
      assert.deepEqual(last?.metadata, { tags: ['a'] });
      assert.equal(last?.archive?.path, 'a.zip');
    }
  });

  it('may be the archive itself', async () => {
    for (const type of ['application/zip', 'application/gzip']) {
      assert.equal((await send('PK', type)).status, 200);
      assert.deepEqual([Buffer.from(last?.archive?.bytes ?? []).toString(), last?.metadata], ['PK', {}]);
    }
  });

  it('is null for JSON', async () => {
    assert.equal((await send('{"name":"a"}', 'application/json')).status, 200);
    assert.equal(last, null);
  });

  it('refuses parts that it does not know, and too many', async () => {
    const archive: Part = ['archive', 'PK', 'a.zip'];
    await refused(form([archive, ['extra', 'x']]), 400, '/extra');
    await refused(form([archive, archive]), 400, '/archive');
    await refused(form([archive, ['files', 'x', 'SKILL.md']]), 400, '/files');
    await refused(form([['archive', 'not a file']]), 400, '/archive');
    await refused(form([['metadata', '{}']]), 400, '/archive');
    await refused(form([archive, ['metadata', '{}'], ['metadata', '{}']]), 400, '/metadata');
    await refused(form([archive, ['__proto__', 'x']]), 400);
  });

  it('refuses an archive with a file name that cannot be kept', async () => {
    for (const name of ['a\0b.zip', 'a\u0007b.zip', `${'a'.repeat(300)}.zip`]) {
      await refused(form([['archive', 'PK', name]]), 400, '/archive');
    }
    for (const encoded of ["UTF-8''a%00b.zip", "UTF-16LE''%00%d8"]) {
      const part = form([['archive', 'PK', 'a.zip']]).replace('filename="a.zip"', `filename*=${encoded}`);
      await refused(part, 400, '/archive');
    }
  });

  it('refuses metadata that is not JSON or would change a prototype', async () => {
    await refused(
      form([
        ['archive', 'PK', 'a.zip'],
        ['metadata', '{'],
      ]),
      400,
    );
    await refused(
      form([
        ['archive', 'PK', 'a.zip'],
        ['metadata', '{"__proto__":1}'],
      ]),
      400,
      '/__proto__',
    );
    await refused(
      form([
        ['archive', 'PK', 'a.zip'],
        ['metadata', '{"__proto__":1}', undefined, 'application/json'],
      ]),
      400,
    );
  });

  it('refuses more than its limits', async () => {
    const half = 'x'.repeat(LIMIT / 2);
    await refused(
      form([
        ['files', half, 'a'],
        ['files', half, 'b'],
      ]),
      413,
    );
    await refused(
      form([
        ['archive', 'PK', 'a.zip'],
        ['metadata', `"${'x'.repeat(70_000)}"`],
      ]),
      413,
    );
    await refused(
      form([
        ['archive', 'PK', 'a.zip'],
        ['metadata', `"${'x'.repeat(70_000)}"`, 'm.json'],
      ]),
      413,
    );
    await refused(form(Array.from({ length: 502 }, (_, index): Part => ['files', '', `f${index}`])), 413);
  });

  it('refuses a body that breaks off or is none', async () => {
    await refused(form([['files', 'x', 'a']]).slice(0, -10), 400);
    await refused('', 400);
    await refused('no parts at all', 400);
  });

  it('refuses more than its limits although nothing was announced', async () => {
    const chunks = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(
          Buffer.from(form([['files', 'x'.repeat(LIMIT / 2), 'a']]).slice(0, -`--${BOUNDARY}--\r\n`.length)),
        );
        controller.enqueue(Buffer.from(form([['files', 'x'.repeat(LIMIT), 'b']])));
        controller.close();
      },
    });
    const headers = { ...server.as('operator'), 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
    const request = { method: 'POST', headers, body: chunks, duplex: 'half' } as const;
    assert.equal((await fetch(`${url}/api/uploads`, request)).status, 413);
  });
});
