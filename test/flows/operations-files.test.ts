/** Dockerfile, compose.yaml and systemd units, as far as they can be tried without containers: read, compared, and their files started. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { blockOf, operationsPath } from '../support/documents.ts';
import { until } from '../support/until.ts';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'skillconvoy-files-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Names that `readSettings` knows. */
const SETTINGS = [...read('lib/kernel/settings.ts').matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(
  ([, name]) => name,
);

function assertSettings(names: readonly string[]): void {
  assert.ok(names.length > 0);
  for (const name of names) assert.ok(SETTINGS.includes(name), `${name} is no setting`);
}

describe('compose.yaml', () => {
  const Service = z.looseObject({
    image: z.string(),
    environment: z.record(z.string(), z.string()),
    volumes: z.array(z.string()),
    depends_on: z.record(z.string(), z.unknown()).default({}),
    configs: z.array(z.object({ source: z.string() })).default([]),
  });
  const Compose = z.looseObject({
    services: z.record(z.string(), Service),
    configs: z.record(z.string(), z.object({ content: z.string() })),
    volumes: z.record(z.string(), z.null()),
  });
  const compose = Compose.parse(parse(read('compose.yaml'), { merge: true }));

  it('sets only variables that the program knows, and those that it needs with PostgreSQL', () => {
    const ours = Object.values(compose.services).filter(({ image }) => image === 'skillconvoy');
    assert.deepEqual(
      ours.map(({ environment }) => environment['ROLE']),
      ['api', 'worker'],
    );
    for (const { environment } of ours) {
      assertSettings(Object.keys(environment));
      for (const name of ['DATABASE_URL', 'ENCRYPTION_KEY']) assert.ok(name in environment, name);
    }
  });

  it('names only services, volumes and configs that it has', () => {
    for (const service of Object.values(compose.services)) {
      for (const volume of service.volumes)
        assert.ok((volume.split(':')[0] ?? '') in compose.volumes, volume);
      for (const name of Object.keys(service.depends_on)) assert.ok(name in compose.services, name);
      for (const { source } of service.configs) assert.ok(source in compose.configs, source);
    }
  });

  it('makes the role of the document', () => {
    const made = compose.configs['role']?.content.replace('${DB_PASSWORD:?}', 'change-me');
    assert.equal(made, blockOf('postgresql.md', 'sql'));
  });
});

describe('Dockerfile', () => {
  const lines = read('Dockerfile')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const copied = lines
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(' ').slice(1, -1));
  const ignored = read('.dockerignore').split('\n');

  it('has instructions that there are, and settings that there are', () => {
    for (const line of lines)
      assert.match(line, /^(FROM|WORKDIR|COPY|RUN|ENV|USER|VOLUME|EXPOSE|HEALTHCHECK|CMD) \S/);
    const set = lines.filter((line) => line.startsWith('ENV ')).flatMap((line) => line.split(' ').slice(1));
    assertSettings(set.map((pair) => pair.split('=')[0] ?? ''));
    assert.ok(lines.includes('USER node'), 'not as root');
  });

  it('copies what is there and is not kept out', () => {
    assert.equal(ignored[0], '*');
    for (const path of copied) {
      assert.ok(existsSync(join(ROOT, path)), path);
      assert.ok(ignored.includes(`!${path}`), `${path} is kept out by .dockerignore`);
    }
  });

  it('copies all that the program needs: started from nothing else it is ready, its sandbox too', async () => {
    const image = join(folder, 'app');
    for (const path of copied)
      cpSync(join(ROOT, path), join(image, path), {
        recursive: true,
        filter: (source) => !source.endsWith('.test.ts'),
      });
    symlinkSync(join(ROOT, 'node_modules'), join(image, 'node_modules'));
    const [, program = '', argument = ''] = /^CMD \["(\w+)", "([^"]+)"\]$/.exec(lines.at(-1) ?? '') ?? [];
    assert.equal(program, 'node');
    const server = spawn(process.execPath, [argument], {
      cwd: image,
      env: { DATA_DIR: join(folder, 'data'), PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise<number | null>((resolve) => server.once('close', resolve));
    let output = '';
    server.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const address = await until('it is ready', () => /(http:\/\/127\.0\.0\.1:\d+)\/api\n/.exec(output)?.[1]);
    assert.equal((await fetch(`${address}/readyz`)).status, 200);
    const authorization = `Bearer ${/skc_\w+/.exec(output)?.[0]}`;
    const checked = await fetch(`${address}/api/providers/sandbox-openai/verify`, {
      method: 'POST',
      headers: { authorization },
    });
    assert.equal(checked.status, 200, await checked.text());
    server.kill('SIGTERM');
    assert.equal(await ended, 0);
  });
});

describe('systemd units', () => {
  const units = operationsPath('systemd');
  const names = readdirSync(units);

  function unit(name: string): Map<string, string> {
    const text = readFileSync(join(units, name), 'utf8');
    return new Map([...text.matchAll(/^([A-Z]\w+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value]));
  }

  it('set only variables that the program knows, and give it the time that it takes to stop', () => {
    assert.deepEqual(names, [
      'skillconvoy-api@.service',
      'skillconvoy-worker@.service',
      'skillconvoy.service',
    ]);
    for (const name of names) {
      const settings = unit(name);
      assertSettings((settings.get('Environment') ?? '').split(' ').map((pair) => pair.split('=')[0] ?? ''));
      assert.ok(existsSync(join(ROOT, settings.get('ExecStart')?.split(' ')[1] ?? '-')), name);
      assert.ok(Number(settings.get('TimeoutStopSec')) > 30, name);
      const owned = `/var/lib/${settings.get('StateDirectory')}`;
      assert.ok(settings.get('Environment')?.includes(`DATA_DIR=${owned}`), name);
    }
  });

  const analyzer = '/usr/bin/systemd-analyze';
  it('are accepted by systemd-analyze', {
    skip: existsSync(analyzer) ? false : 'it is not on this machine',
  }, () => {
    const paths = names.map((name) => {
      const path = join(folder, name.replace('@', '@8787'));
      // Where node is differs from machine to machine.
      writeFileSync(path, readFileSync(join(units, name), 'utf8').replace('/usr/bin/node', process.execPath));
      return path;
    });
    const said = execFileSync(analyzer, ['verify', ...paths], { encoding: 'utf8', stdio: 'pipe' });
    assert.equal(said, '');
  });
});
