/** The rules for SKILL.md one by one, and what YAML must not be able to do. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { BundleIssue } from './issues.ts';
import { parseSkillMd, type SkillManifest } from './skill-md.ts';

const required = 'name: pdf-tools\ndescription: Reads PDF files.\n';

function skillOf(frontmatter: string, body = ''): SkillManifest {
  const parsed = parseSkillMd(`---\n${frontmatter}---\n${body}`);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.skill;
}

function issuesOf(source: string | Uint8Array): BundleIssue[] {
  const parsed = parseSkillMd(source);
  assert.ok(!parsed.ok, 'it was accepted');
  return parsed.issues;
}

function assertRefused(frontmatter: string, reason: RegExp, line?: number | null): void {
  const issues = issuesOf(`---\n${frontmatter}---\n`);
  const issue = issues.find(({ message }) => reason.test(message));
  assert.ok(issue, JSON.stringify(issues));
  if (line !== undefined) assert.equal(issue.line, line);
}

describe('a SKILL.md', () => {
  it('gives everything it says', () => {
    const frontmatter = `${required}license: MIT
compatibility: Needs Python 3.11
metadata:
  version: 1.10
  draft: true
  author: "a: b"
allowed-tools: Bash(git add:*) Read
`;
    assert.deepEqual(skillOf(frontmatter, '# Title\n'), {
      name: 'pdf-tools',
      description: 'Reads PDF files.',
      license: 'MIT',
      compatibility: 'Needs Python 3.11',
      metadata: { version: '1.10', draft: 'true', author: 'a: b' },
      allowedTools: ['Bash(git add:*)', 'Read'],
      body: '# Title\n',
    });
  });

  it('needs no more than a name and a description', () => {
    const { license, compatibility, metadata, allowedTools, body } = skillOf(required);
    assert.deepEqual([license, compatibility, metadata, allowedTools, body], [null, null, {}, [], '']);
  });

  it('may have Windows line ends, a byte order mark and no line end after the frontmatter', () => {
    const text = `\u{FEFF}---\r\n${required.replaceAll('\n', '\r\n')}---`;
    for (const source of [text, Buffer.from(text)]) {
      const parsed = parseSkillMd(source);
      assert.ok(parsed.ok, JSON.stringify(parsed));
      assert.equal(parsed.skill.description, 'Reads PDF files.');
    }
  });

  for (const end of ['\r', '\u0085', '\u2028', '\u2029', '\f', '\v']) {
    it(`must not have lines that end for some readers only: ${JSON.stringify(end)}`, () => {
      const hidden = `license: MIT # a comment${end}allowed-tools: Bash`;
      assertRefused(`${required}${hidden}\n`, /line breaks other than LF and CRLF/, 4);
      assertRefused(`${required}license: a${end}---\n`, /line breaks other than LF and CRLF/, 4);
    });
  }

  it('keeps later lines of --- in its body', () => {
    assert.equal(skillOf(required, 'a\n---\nb\n').body, 'a\n---\nb\n');
  });

  it('lists everything that is wrong, in the order of the file', () => {
    const issues = issuesOf('---\nname: Bad_Name\nversion: 1\ndescription: ""\nmetadata: [x]\n---\n');
    assert.deepEqual(
      issues.map(({ line, message }) => [line, message.split(' ')[0]]),
      [
        [2, 'name'],
        [3, 'unknown'],
        [4, 'description'],
        [5, 'metadata'],
      ],
    );
    assert.ok(issues.every(({ file }) => file === 'SKILL.md'));
  });

  it('must have frontmatter, closed and in UTF-8', () => {
    assert.match(issuesOf('# Title')[0]?.message ?? '', /must begin with YAML frontmatter/);
    assert.match(issuesOf(`\n---\n${required}---\n`)[0]?.message ?? '', /must begin/);
    assert.match(issuesOf('---js\n({ name: "x" })\n---\n')[0]?.message ?? '', /must begin/);
    for (const end of ['', '---\r', '---x', ' ---']) {
      assert.match(issuesOf(`---\n${required}${end}`)[0]?.message ?? '', /must be closed/);
    }
    assert.match(issuesOf(Buffer.from([0x2d, 0xff]))[0]?.message ?? '', /UTF-8/);
    assertRefused('', /must be a map/);
    assertRefused('just text\n', /must be a map/);
    assertRefused('- a\n', /must be a map/);
  });
});

describe('a name', () => {
  for (const name of [
    'a',
    '7',
    'pdf-tools',
    '회의록-정리',
    'データ',
    'ñandú',
    'a1-b2-c3',
    'a'.repeat(64),
    '가'.repeat(64),
  ]) {
    it(`may be ${name}`, () => assert.equal(skillOf(`name: ${name}\ndescription: d\n`).name, name));
  }

  for (const [name, reason] of [
    ['""', /must not be empty/],
    ['Pdf', /lower-case/],
    ['-a', /single hyphens/],
    ['a-', /single hyphens/],
    ['a--b', /single hyphens/],
    ['a_b', /single hyphens/],
    ['a b', /single hyphens/],
    ['" a"', /single hyphens/],
    ['a.b', /single hyphens/],
    ['a/b', /single hyphens/],
    ['"a\\n"', /single hyphens/],
    ['ａ', /NFKC/],
    ['ﬁ', /NFKC/],
    ['"\u1100\u1161"', /NFKC/],
    ['\u0130', /lower-case/],
    ['a'.repeat(65), /at most 64/],
    ['[a]', /must be a text/],
  ] as const) {
    it(`must not be ${name}`, () => assertRefused(`name: ${name}\ndescription: d\n`, reason, 2));
  }

  it('must be there', () => assertRefused('description: d\n', /name is required/, null));
});

describe('the other fields', () => {
  it('count characters, not code units', () => {
    assert.equal(skillOf(`name: a\ndescription: ${'🙂'.repeat(1024)}\n`).description.length, 2048);
  });

  for (const [what, frontmatter, reason] of [
    ['an empty description', 'name: a\ndescription: " "\n', /must not be empty/],
    ['no description', 'name: a\n', /description is required/],
    ['a long description', `name: a\ndescription: ${'d'.repeat(1025)}\n`, /at most 1024 .* not 1025/],
    ['a description that is a list', 'name: a\ndescription: [d]\n', /must be a text/],
    ['NUL in a description', 'name: a\ndescription: "a\\0b"\n', /control characters/],
    ['half a character', 'name: a\ndescription: "a\\ud800b"\n', /control characters|not valid YAML/],
    ['an empty compatibility', `${required}compatibility:\n`, /must not be empty/],
    ['a long compatibility', `${required}compatibility: ${'c'.repeat(501)}\n`, /at most 500/],
    ['metadata that is a text', `${required}metadata: x\n`, /must be a map/],
    ['nested metadata', `${required}metadata:\n  a:\n    b: c\n`, /metadata.a must be a text/],
    ['a list in metadata', `${required}metadata:\n  a: [b]\n`, /metadata.a must be a text/],
    ['unbalanced allowed-tools', `${required}allowed-tools: Bash(git\n`, /balanced/],
    ['allowed-tools that are a map', `${required}allowed-tools: {a: b}\n`, /allowed-tools/],
    ['an unknown field', `${required}model: large\n`, /unknown field "model"/],
    ['a field twice', `${required}name: b\n`, /given twice/],
  ] as const) {
    it(`must not be ${what}`, () => assertRefused(frontmatter, reason));
  }

  for (const [written, tools] of [
    ['Read Write', ['Read', 'Write']],
    ['Read, Write,Grep', ['Read', 'Write', 'Grep']],
    ['[Read, "Bash(git add:*)"]', ['Read', 'Bash(git add:*)']],
    ['Bash(a (b) c) Read Read', ['Bash(a (b) c)', 'Read']],
    ['', []],
  ] as const) {
    it(`allow the tools ${written}`, () => {
      assert.deepEqual(skillOf(`${required}allowed-tools: ${written}\n`).allowedTools, tools);
    });
  }
});

describe('YAML', () => {
  const laughs = `a: &a [x, x]\n${Array.from({ length: 8 }, (_, i) => `b${i}: [*a, *a]\n`).join('')}`;
  for (const [what, frontmatter, reason] of [
    ['aliases', laughs, /aliases|anchors/],
    ['anchors', 'name: &a x\ndescription: d\n', /anchors/],
    ['merge keys', `${required}metadata:\n  <<: {a: b}\n`, /key << is not allowed/],
    ['tags of a language', `${required}license: !!python/object/apply:os.system [x]\n`, /tags/],
    ['tags of its own', `${required}license: !x y\n`, /tags/],
    ['__proto__', `${required}metadata:\n  __proto__: x\n`, /__proto__/],
    ['constructor', `${required}constructor: x\n`, /constructor/],
    [
      'keys that are lists',
      `${required}metadata:\n  ? [a]\n  : b\n`,
      /keys must be plain text|not valid YAML/,
    ],
    ['empty keys', `${required}metadata:\n  "": b\n`, /keys must not be empty/],
    ['a second document', `${required}...\nname: b\n`, /not valid YAML/],
    ['broken text', 'name: "x\n', /not valid YAML/],
    ['deep nesting', `a: ${'['.repeat(33)}${']'.repeat(33)}\n`, /32 deep/],
    ['very deep nesting', `a: ${'['.repeat(30_000)}\n`, /32 deep/],
    ['deep nesting without brackets', `a:\n ${'- '.repeat(30_000)}\n`, /32 deep/],
    ['very many values', `a: [${'x,'.repeat(2001)}]\n`, /2000 values/],
    ['very many keys', Array.from({ length: 8000 }, (_, i) => `k${i}:\n`).join(''), /2000 values/],
    ['very much of it', `# ${'x'.repeat(65_536)}\n${required}`, /within 64 KB/],
  ] as const) {
    it(`must not have ${what}`, () => {
      const started = performance.now();
      assertRefused(frontmatter, reason);
      assert.ok(performance.now() - started < 1000);
    });
  }

  it('cannot reach a prototype', () => {
    assert.equal(Object.getPrototypeOf(skillOf(`${required}metadata: {a: b}\n`).metadata), Object.prototype);
  });

  it('never makes the parser throw, whatever it is', () => {
    const morsels = ': - ? [ ] { } , " \' | >- &a *a << !!str !x %YAML --- ... # ~ name description 가'.split(
      ' ',
    );
    const morsel = fc.constantFrom(...morsels, ' ', '\n', '  ', '\t', '\r', '\0', '\ud800');
    const soup = fc.array(fc.oneof(morsel, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 60 });
    fc.assert(
      fc.property(soup, (words) => {
        const parsed = parseSkillMd(`---\n${words.join('')}\n---\n`);
        assert.ok(parsed.ok || parsed.issues.length > 0);
      }),
      { seed: 1, numRuns: 3000 },
    );
  });
});
