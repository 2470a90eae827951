/** Repositories of a test, served over smart HTTP by git's own CGI program. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type LocalHost, serveLocally } from './local-host.ts';

export interface GitServer {
  readonly host: LocalHost;
  readonly url: string;
  /** Runs git in the repository and returns what it prints. */
  git(...args: string[]): string;
  /** Writes the files, commits them and returns the commit; null makes a link to `/etc/passwd`. */
  commit(files: Readonly<Record<string, string | null>>): string;
  /** Called before each request is passed on; true means it has been answered. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** When set, every request must bring it as the password of Basic; else 401. */
  token: string | null;
  close(): Promise<void>;
}

const IDENTITY = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
};

export async function serveGit(): Promise<GitServer> {
  const root = mkdtempSync(join(tmpdir(), 'skillconvoy-git-'));
  const work = join(root, 'repository');
  mkdirSync(work);
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: work, env: IDENTITY, encoding: 'utf8' }).trim();
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'http.receivepack', 'false');
  const host = await serveLocally((request, response) => {
    if (served.intercept(request, response)) return;
    if (served.token !== null && tokenOf(request) !== served.token) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end('no such thing');
    } else passToGit(root, request, response);
  });
  const served: GitServer = {
    host,
    url: `${host.url}/repository/.git`,
    git,
    commit(files) {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(work, path)), { recursive: true });
        if (content === null) symlinkSync('/etc/passwd', join(work, path));
        else writeFileSync(join(work, path), content);
      }
      git('add', '--all');
      git('commit', '--quiet', '--message=Change');
      return git('rev-parse', 'HEAD');
    },
    intercept: () => false,
    token: null,
    async close() {
      await host.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
  return served;
}

function tokenOf(request: IncomingMessage): string | null {
  const [scheme, encoded = ''] = (request.headers.authorization ?? '').split(' ');
  const [user, password = null] = Buffer.from(encoded, 'base64').toString().split(':');
  return scheme === 'Basic' && user === 'x-access-token' ? password : null;
}

function passToGit(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const child = spawn('git', ['http-backend'], {
    env: {
      ...IDENTITY,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => {
    const output = Buffer.concat(chunks);
    const end = output.indexOf('\r\n\r\n');
    for (const line of output.toString('latin1', 0, Math.max(end, 0)).split('\r\n')) {
      const [name = '', value = ''] = line.split(/:\s*/, 2);
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
      else if (name !== '') response.setHeader(name, value);
    }
    response.end(output.subarray(end + 4));
  });
}
