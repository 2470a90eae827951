/** nginx with the configuration of docs/operations, before processes of a test. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { operationsPath } from './documents.ts';

export interface Nginx {
  readonly port: number;
  /** The certificate to trust. */
  readonly certificate: string;
  /** What it logged. */
  errors(): string;
  stop(): Promise<void>;
}

/** Where it is, or null when this machine has none. */
export function findNginx(): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, 'nginx')).find((path) => existsSync(path)) ?? null;
}

/** `folder` is for its files; `upstreams` are addresses `host:port`. The name of its certificate stays the document's. */
export async function startNginx(folder: string, upstreams: readonly string[]): Promise<Nginx> {
  const [port, plain] = [await freePort(), await freePort()];
  const [certificate, key] = [join(folder, 'proxy.pem'), join(folder, 'proxy.key')];
  const name = ['-subj', '/CN=skills.example.com', '-addext', 'subjectAltName=DNS:skills.example.com'];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...name];
  execFileSync('openssl', [...request, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  const site = replaceAll(readFileSync(operationsPath('nginx.conf'), 'utf8'), [
    ['10.0.0.11:8787', upstreams[0] ?? ''],
    ['10.0.0.12:8787', upstreams[1] ?? ''],
    ['listen 80;', `listen 127.0.0.1:${plain};`],
    ['listen 443 ', `listen 127.0.0.1:${port} `],
    ['/etc/nginx/tls/skills.example.com.pem', certificate],
    ['/etc/nginx/tls/skills.example.com.key', key],
  ]);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${join(folder, kind)};`,
  );
  const isRoot = process.getuid?.() === 0;
  writeFileSync(
    join(folder, 'nginx.conf'),
    `${isRoot ? 'user root root;' : ''} daemon off; pid ${join(folder, 'nginx.pid')}; error_log stderr warn; worker_processes 1;
    events {} http { access_log off; ${paths.join(' ')} ${site} }`,
  );
  const server = spawn(
    findNginx() ?? 'nginx',
    ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let errors = '';
  server.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  return {
    port,
    certificate: readFileSync(certificate, 'utf8'),
    errors: () => errors,
    async stop() {
      server.kill('SIGTERM');
      await ended;
    },
  };
}

/** Fails for what is not there any more: the document was changed, and this was not. */
function replaceAll(text: string, changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`nginx.conf does not hold ${from}`);
    return changed.replaceAll(from, to);
  }, text);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
