/** What a version hands out: its archive, its files, and which providers could take it. */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { query } from '../../lib/db/database.ts';
import { ADMIN_KEY, startApp, type TestApp } from '../support/app.ts';
import { describeEachEngine } from '../support/databases.ts';
import { inlineSkill, skillMd } from '../support/skills.ts';

const NAME = '회의록-정리';
const HTML = '<!doctype html><script>alert(document.domain)</script>';
const PNG = Buffer.from('89504e470d0a1a0a00000000ff', 'hex');
const FILES: Readonly<Record<string, string | Buffer>> = {
  'SKILL.md': skillMd(NAME, '회의록을 정리합니다.'),
  'page.html': HTML,
  'scripts/run 100%.js': 'alert(1)\n',
  'empty.txt': '',
  '그림/로고?.png': PNG,
  'latin1.txt': Buffer.from('caf\u00e9', 'latin1'),
};
/** Of the archive of exactly these files. It may change only together with the archive's format. */
const GOLDEN = 'faa25dea71216b3babeb115fcfd2c80369cbfdf1339ad71000d74be8abe633dd';

interface Bytes {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

describeEachEngine('a version', (open) => {
  let app: TestApp;
  const versions = `/api/skills/${encodeURIComponent(NAME)}/versions`;

  before(async () => {
    app = await startApp(await open(), { isWorking: false });
    const files = Object.entries(FILES).map(([path, content]) =>
      Buffer.isBuffer(content)
        ? { path, content: content.toString('base64'), encoding: 'base64' }
        : { path, content },
    );
    const made = await app.call('POST', '/api/skills', { source: { type: 'inline', files } });
    assert.equal(made.status, 201, JSON.stringify(made.body));
  });
  after(() => app.close());

  async function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Bytes> {
    const response = await fetch(`${app.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_KEY}`, ...headers },
    });
    return {
      status: response.status,
      headers: response.headers,
      bytes: Buffer.from(await response.arrayBuffer()),
    };
  }

  function fileUrl(path: string): string {
    return `${versions}/1/files/${path.split('/').map(encodeURIComponent).join('/')}`;
  }

  describe('as an archive', () => {
    it('has the same bytes whenever and wherever it is asked for', async () => {
      const [one, other] = [await get(`${versions}/1/archive`), await get(`${versions}/latest/archive`)];
      assert.equal(one.status, 200);
      assert.ok(one.bytes.equals(other.bytes));
      assert.equal(hash('sha256', one.bytes), GOLDEN);
      assert.equal(one.headers.get('content-type'), 'application/zip');
      assert.equal(one.headers.get('content-length'), String(one.bytes.byteLength));
      assert.equal(one.headers.get('x-content-type-options'), 'nosniff');
      const encoded = encodeURIComponent(`${NAME}-1.zip`);
      assert.match(one.headers.get('content-disposition') ?? '', /^attachment; filename=/);
      assert.ok(one.headers.get('content-disposition')?.endsWith(`filename*=UTF-8''${encoded}`));
    });

    it('is not sent to who has it, nor to who asks for the headers only', async () => {
      const { headers, bytes } = await get(`${versions}/1/archive`);
      const etag = headers.get('etag') ?? '';
      assert.match(etag, /^"zip1-[0-9a-f]{64}"$/);
      const again = await get(`${versions}/1/archive`, { 'if-none-match': etag });
      assert.deepEqual([again.status, again.bytes.byteLength, again.headers.get('etag')], [304, 0, etag]);
      const head = await get(`${versions}/1/archive`, {}, 'HEAD');
      assert.deepEqual([head.status, head.bytes.byteLength], [200, 0]);
      assert.equal(head.headers.get('content-length'), String(bytes.byteLength));
    });

    it('is the very version when it is sent back', async () => {
      const { bytes } = await get(`${versions}/1/archive`);
      const zip = { headers: { 'content-type': 'application/zip' } };
      const back = await app.call('POST', versions, bytes, zip);
      assert.equal(back.status, 200, JSON.stringify(back.body));
      const { body: version } = await app.call('GET', `${versions}/1`);
      assert.equal(back.body['digest'], version['digest']);
      assert.equal((await app.call('POST', '/api/skills', bytes, zip)).status, 409);
    });

    it('comes whole with 500 files, and with files of many bytes', async () => {
      const many = Object.fromEntries(
        Array.from({ length: 499 }, (_, index) => [`folder-${index % 7}/${index}.txt`, `text ${index}`]),
      );
      const large = { 'large.bin': 'x'.repeat(600_000) };
      for (const [name, more] of [
        ['many-files', many],
        ['large-files', large],
      ] as const) {
        assert.equal((await app.call('POST', '/api/skills', inlineSkill(name, 'x', more))).status, 201);
        const { bytes } = await get(`/api/skills/${name}/versions/1/archive`);
        const zip = { headers: { 'content-type': 'application/zip' } };
        assert.equal((await app.call('POST', `/api/skills/${name}/versions`, bytes, zip)).status, 200, name);
      }
    });

    it('is not handed out when the database lost a file or changed one', async () => {
      assert.equal(
        (await app.call('POST', '/api/skills', inlineSkill('damaged', 'Unlike any other.'))).status,
        201,
      );
      const { body } = await app.call('GET', '/api/skills/damaged/versions/1');
      const [file] = body['files'] as { digest: string }[];
      await sql`update blobs set bytes = 'other' where digest = ${file?.digest}`.execute(query(app.ctx));
      for (const path of ['archive', 'files/SKILL.md']) {
        const answer = await get(`/api/skills/damaged/versions/1/${path}`);
        assert.equal(answer.status, 500, path);
        assert.ok(!answer.bytes.includes('other'));
      }
    });
  });

  describe('file by file', () => {
    it('gives the bytes that were uploaded, as nothing a browser would run', async () => {
      for (const [path, content] of Object.entries(FILES)) {
        const { status, headers, bytes } = await get(fileUrl(path));
        assert.equal(status, 200, path);
        assert.ok(bytes.equals(Buffer.from(content)), path);
        const isText = !Buffer.isBuffer(content);
        const type = isText ? 'text/plain; charset=utf-8' : 'application/octet-stream';
        assert.equal(headers.get('content-type'), type, path);
        assert.equal(headers.get('x-content-type-options'), 'nosniff');
        assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/);
        assert.equal(headers.get('content-length'), String(bytes.byteLength));
        assert.equal(headers.get('content-disposition')?.startsWith('attachment;') ?? false, !isText, path);
        assert.equal(headers.get('etag'), `"${hash('sha256', bytes)}"`);
        const again = await get(fileUrl(path), { 'if-none-match': headers.get('etag') ?? '' });
        assert.deepEqual([again.status, again.bytes.byteLength], [304, 0], path);
      }
      const { headers } = await get(fileUrl('그림/로고?.png'));
      assert.ok(headers.get('content-disposition')?.includes("filename*=UTF-8''%EB%A1%9C%EA%B3%A0%3F.png"));
    });

    it('knows a path however it is encoded or composed', async () => {
      for (const path of [
        '그림%2F로고%3F.png',
        encodeURIComponent('그림/로고?.png'.normalize('NFD')),
        '%73cripts/run%20100%25.js',
      ])
        assert.equal((await get(`${versions}/1/files/${path}`)).status, 200, path);
    });

    it('has nothing beside its files', async () => {
      for (const path of [
        'skill.md',
        'SKILL.md/',
        '/SKILL.md',
        'scripts',
        '..%2F..%2Fetc%2Fpasswd',
        '%2e%2e/%2e%2e/%2e%2e/etc/passwd',
        'scripts/../SKILL.md',
        '.\\SKILL.md',
        '%5c..%5cSKILL.md',
        'C:%5CSKILL.md',
        'x'.repeat(4096),
        '%ED%A0%80',
      ]) {
        const { status, text } = await raw(`${versions}/1/files/${path}`);
        assert.ok([400, 404].includes(status), `${path.slice(0, 40)} ${status}`);
        assert.ok(!/root:|Do it well|회의록을/.test(text), path);
      }
      for (const path of ['%00', 'SKILL.md%00.txt', '%', '%zz', 'x'.repeat(4097)])
        assert.equal((await raw(`${versions}/1/files/${path}`)).status, 400, path.slice(0, 40));
      const missing = await app.call('GET', `${versions}/1/files/none.md`);
      assert.deepEqual([missing.status, missing.body['code']], [404, 'not_found:skill']);
      assert.equal((await get(`${versions}/9/files/SKILL.md`)).status, 404);
      assert.equal((await get('/api/skills/none/versions/1/archive')).status, 404);
    });
  });

  it('says which kinds of providers can take it, and why others cannot', async () => {
    const { body } = await app.call('GET', `${versions}/1`);
    const { openai, claude, gemini, local } = body['compatibility'] as Compatibilities;
    assert.deepEqual([gemini, local], [fits, fits]);
    assert.match(claude?.reasons.join() ?? '', /Claude takes only names of a-z/);
    assert.match(openai?.reasons.join() ?? '', /OpenAI takes only names of a-z/);
    assert.deepEqual([openai?.installable, claude?.installable], [false, false]);
    assert.equal((await app.call('POST', '/api/skills', inlineSkill('fits-all'))).status, 201);
    const plain = await app.call('GET', '/api/skills/fits-all/versions/latest');
    assert.deepEqual(plain.body['compatibility'], { openai: fits, claude: fits, gemini: fits, local: fits });
    assert.equal((await app.call('POST', '/api/skills', inlineSkill('claude-helper'))).status, 201);
    const named = await app.call('GET', '/api/skills/claude-helper/versions/latest');
    const word = { installable: false, reasons: ['Claude does not take the word "claude" in a name'] };
    assert.deepEqual(named.body['compatibility'], { openai: fits, claude: word, gemini: fits, local: fits });
  });

  /** Sends the path as it is, with its dots and backslashes. */
  async function raw(path: string): Promise<{ status: number; text: string }> {
    const { hostname, port } = new URL(app.url);
    return await new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${ADMIN_KEY}` };
      const sent = request({ hostname, port, path, headers }, (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      });
      sent.on('error', reject);
      sent.end();
    });
  }
});

const fits = { installable: true, reasons: [] };
type Compatibilities = Readonly<Partial<Record<string, { installable: boolean; reasons: string[] }>>>;
