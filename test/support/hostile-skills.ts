/** Skills and archives that must be refused, each with what the refusal has to say. */
import { deflateRawSync } from 'node:zlib';
import { tarGzOf, type ZipPart, zipOf } from './archive-fixtures.ts';
import type { BadRequest } from './bad-requests.ts';
import { skillMd } from './skills.ts';

const MEBIBYTE = 1024 * 1024;

const good = { name: 'SKILL.md', content: skillMd('hostile') };

function archive(what: string, bytes: Buffer, ...says: readonly RegExp[]): BadRequest {
  const type = bytes[0] === 0x1f ? 'application/gzip' : 'application/zip';
  const request = { method: 'POST', path: '/api/skills', body: bytes, headers: { 'content-type': type } };
  return { what, ...request, status: 400, code: 'bad_request:api', says };
}

function zip(what: string, part: ZipPart, ...says: readonly RegExp[]): BadRequest {
  return archive(what, zipOf([good, part]), ...says);
}

/** Without compression, so that only the sizes can be what is wrong. */
function stored(name: string, size: number): ZipPart {
  const content = Buffer.alloc(size, name);
  return { name, content, data: content, method: 0 };
}

export function badArchives(): BadRequest[] {
  const zeros = Buffer.alloc(15 * MEBIBYTE);
  const bomb = { name: 'bomb', content: zeros, data: deflateRawSync(zeros) };
  const many = Array.from({ length: 500 }, (_, index) => ({ name: `f${index}`, content: 'x' }));
  return [
    archive('not an archive', Buffer.from('plain text'), /^\/archive must be a zip or a tar\.gz/),
    archive('a cut-off archive', zipOf([good]).subarray(0, 60), /^\/archive .*damaged/),
    archive('501 files in a zip', zipOf([good, ...many]), /^\/archive .*at most 500 files/),
    archive(
      '31 MB in a zip',
      zipOf([good, stored('a', 15.5 * MEBIBYTE), stored('b', 15.5 * MEBIBYTE)]),
      /^\/archive .*at most 30 MB/,
    ),
    zip('a file of more than 16 MB', stored('large', 16 * MEBIBYTE + 1), /^\/archive large: .*at most 16 MB/),
    zip('a zip bomb', bomb, /^\/archive .*at most 100 times its own size/),
    zip('a zip bomb that lies', { ...bomb, declaredSize: 10 }, /^\/archive bomb: .*the size and checksum/),
    zip('../x in a zip', { name: '../x' }, /^\/archive \.\.\/x: must not contain '\.\.'/),
    zip('an absolute path in a zip', { name: '/etc/x' }, /^\/archive \/etc\/x: must be relative/),
    zip('a backslash in a zip', { name: 'a\\b' }, /^\/archive "a\\\\b": .*not with a backslash/),
    zip('NUL in a zip', { name: 'a\0b' }, /^\/archive .*must not contain NUL/),
    zip(
      'a link in a zip',
      { name: 'link', content: '/etc', mode: 0o120777 },
      /^\/archive link: .*not a link/,
    ),
    zip('two names alike but for case', { name: 'skill.md' }, /^\/archive skill\.md: must differ .* case/),
    archive(
      'a link in a tar.gz',
      tarGzOf([good, { name: 'link', type: '2', target: '/etc/passwd' }]),
      /^\/archive link: .*link/,
    ),
    archive(
      'another name than its folder',
      zipOf([{ name: 'other/SKILL.md', content: skillMd('hostile') }]),
      /name "hostile" must equal the name of its folder, "other"/,
    ),
  ];
}

function inline(what: string, files: readonly object[], ...says: readonly RegExp[]): BadRequest {
  const body = { source: { type: 'inline', files } };
  return { what, method: 'POST', path: '/api/skills', body, status: 400, code: 'bad_request:api', says };
}

function withFile(what: string, path: string, ...says: readonly RegExp[]): BadRequest {
  return inline(
    what,
    [
      { path: 'SKILL.md', content: skillMd('hostile') },
      { path, content: 'x' },
    ],
    ...says,
  );
}

function manifest(what: string, frontmatter: string, ...says: readonly RegExp[]): BadRequest {
  return inline(what, [{ path: 'SKILL.md', content: `---\n${frontmatter}\n---\nBody.\n` }], ...says);
}

export function badInlineSkills(): BadRequest[] {
  const content = skillMd('hostile');
  const many = Array.from({ length: 500 }, (_, index) => ({ path: `f${index}`, content: 'x' }));
  return [
    manifest(
      'a SKILL.md with much wrong',
      `name: Bad_Name\ncompatibility: ${'x'.repeat(501)}\nversion: 1\nmetadata: text`,
      /content .*name must be lower-case/,
      /content .*description is required/,
      /content .*compatibility must be at most 500/,
      /content .*unknown field "version"/,
      /content .*metadata must be a map/,
    ),
    manifest('YAML aliases', 'name: &a hostile\ndescription: *a', /content .*YAML aliases are not allowed/),
    manifest('a YAML tag', 'name: !!js/function hostile\ndescription: x', /content .*YAML tags/),
    manifest('a field given twice', 'name: hostile\nname: other\ndescription: x', /must not be given twice/),
    inline('no frontmatter', [{ path: 'SKILL.md', content: '# Hello' }], /0\/content .*frontmatter/),
    inline('no SKILL.md', [{ path: 'x.md', content: 'x' }], /^\/source\/files there must be a SKILL\.md/),
    inline('no file', [], /^\/source\/files /),
    inline('501 files', [{ path: 'SKILL.md', content }, ...many], /^\/source\/files .*500/),
    inline(
      'no base64',
      [{ path: 'SKILL.md', content: 'a b', encoding: 'base64' }],
      /^\/source\/files\/0\/content must be base64/,
    ),
    withFile('../x', '../x', /^\/source\/files\/1\/path must not contain '\.\.'/),
    withFile('an absolute path', '/etc/x', /^\/source\/files\/1\/path must be relative/),
    withFile('a backslash', 'a\\b', /^\/source\/files\/1\/path .*backslash/),
    withFile('NUL', 'a\0b', /^\/source\/files\/1\/path must not contain NUL/),
    withFile('two paths alike but for case', 'skill.MD', /^\/source\/files\/1\/path must differ .*case/),
  ];
}
