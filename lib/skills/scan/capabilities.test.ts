/** What a skill would use is told from its code and its allowed tools, once each, with the place. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scannedFile } from '../../../test/support/rule-matches.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { Capabilities } from './report.ts';

function of(files: Readonly<Record<string, string>>, allowedTools: readonly string[] = []): Capabilities {
  return capabilitiesOf({
    name: 'a-skill',
    description: 'A skill.',
    allowedTools,
    files: Object.entries(files).map(([path, text]) => scannedFile(path, text)),
  });
}

function told(files: Readonly<Record<string, string>>, kind: keyof Capabilities): string[] {
  return of(files)[kind].map(({ what }) => what);
}

describe('the network', () => {
  it('is told by the hosts that code fetches from, and by the modules it imports', () => {
    const script = 'import requests\n\npage = requests.get("https://api.example.com:8443/v1")\n';
    assert.deepEqual(of({ 'scripts/a.py': script }).network, [
      { file: 'scripts/a.py', line: 3, what: 'api.example.com:8443' },
      { file: 'scripts/a.py', line: 1, what: 'requests' },
    ]);
    assert.deepEqual(told({ 'a.js': 'import https from "node:https";\nawait fetch(url);' }, 'network'), [
      'node:https',
      'fetch',
    ]);
    assert.deepEqual(told({ 'a.sh': 'curl -s "$URL"\nscp a b:c\n' }, 'network'), ['curl', 'scp']);
  });

  it('is not told by addresses that a text only names', () => {
    assert.deepEqual(
      told({ 'SKILL.md': 'See https://example.com/docs and the curl manual.' }, 'network'),
      [],
    );
  });
});

describe('the shell', () => {
  it('is told by scripts and by the calls that start programs', () => {
    assert.deepEqual(told({ 'run.sh': 'true\n' }, 'shell'), ['run.sh']);
    assert.deepEqual(told({ 'a.py': 'subprocess.run(["ls"])\nos.system("ls")\n' }, 'shell'), [
      'subprocess.run',
      'os.system',
    ]);
    assert.deepEqual(told({ 'a.mjs': 'import { spawn } from "node:child_process";' }, 'shell'), [
      'node:child_process',
    ]);
    assert.deepEqual(told({ 'SKILL.md': 'Use no subprocess.run here.' }, 'shell'), []);
  });
});

describe('files', () => {
  it('are told by what is written, moved and deleted', () => {
    assert.deepEqual(
      told({ 'a.py': 'open(path, "w")\nshutil.rmtree(folder)\nopen(path)\n' }, 'files').sort(),
      ['open', 'shutil.rmtree'],
    );
    assert.deepEqual(told({ 'a.sh': 'rm -rf build\nls > /etc/motd\n' }, 'files'), [
      'rm -rf build',
      '/etc/motd',
    ]);
    assert.deepEqual(told({ 'a.js': 'writeFileSync(path, text);' }, 'files'), ['writeFileSync']);
  });
});

describe('credentials', () => {
  it('are told by the variables, files and logins that code names', () => {
    const script = 'export X=$GITHUB_TOKEN\ngcloud auth print-access-token\ncat ~/.aws/credentials\n';
    assert.deepEqual(told({ 'a.sh': script }, 'credentials'), [
      'GITHUB_TOKEN',
      'gcloud auth print-access-token',
      '~/.aws/credentials',
    ]);
    assert.deepEqual(told({ 'a.py': 'key = os.environ["STRIPE_API_KEY"]\nKEY = 1\n' }, 'credentials'), [
      'STRIPE_API_KEY',
    ]);
  });
});

describe('facts about a skill', () => {
  it('hold what the manifest allows, at its line', () => {
    const manifest = '---\nname: a-skill\nallowed-tools: Bash(git:*) Edit Read WebFetch\n---\n';
    const { shell, files, network } = of({ 'SKILL.md': manifest }, [
      'Bash(git:*)',
      'Edit',
      'Read',
      'WebFetch',
    ]);
    assert.deepEqual(
      [...shell, ...files, ...network],
      [
        { file: 'SKILL.md', line: 3, what: 'Bash(git:*)' },
        { file: 'SKILL.md', line: 3, what: 'Edit' },
        { file: 'SKILL.md', line: 3, what: 'WebFetch' },
      ],
    );
  });

  it('name each thing once, and at most 20 of a kind', () => {
    const many = Array.from({ length: 50 }, (_, index) => `curl https://h${index}.example.com/`).join('\n');
    assert.equal(of({ 'a.sh': many, 'b.sh': many }).network.length, 20);
    assert.deepEqual(
      told({ 'a.sh': 'curl https://a.example.com/1\ncurl https://A.example.com/2\n' }, 'network'),
      ['a.example.com', 'curl'],
    );
  });

  it('are empty for a skill that is only words', () => {
    assert.deepEqual(of({ 'SKILL.md': 'Write well.' }), {
      network: [],
      shell: [],
      files: [],
      credentials: [],
    });
  });
});
