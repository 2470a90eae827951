/** Skills as people publish them are accepted: our examples, and the collection beside the repository if it is there. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { describe, it } from 'node:test';
import { readArchive } from './archive.ts';
import { deterministicZip, makeBundle } from './bundle.ts';
import type { BundleFile } from './bundle-file.ts';

const root = resolve(import.meta.dirname, '../../..');
const collections = ['examples/skills', '../shared/real-skills']
  .map((path) => resolve(root, path))
  .filter((path) => existsSync(path));

function filesOf(folder: string): BundleFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => ({ path: relative(folder, path).split(sep).join('/'), bytes: readFileSync(path) }));
}

for (const collection of collections) {
  const names = readdirSync(collection).filter((name) => statSync(join(collection, name)).isDirectory());

  describe(`the ${names.length} skills in ${relative(root, collection)}`, () => {
    it('are some', () => assert.ok(names.length >= 3));

    for (const name of names) {
      it(`${name} is valid, and its zip gives it back`, async () => {
        const made = makeBundle(filesOf(join(collection, name)), name);
        assert.ok(made.ok, JSON.stringify(made));
        const { manifest, digest } = made.bundle;
        assert.equal(manifest.name, name.normalize('NFKC'));

        const read = await readArchive(await deterministicZip(made.bundle, { topFolder: manifest.name }));
        assert.ok(read.ok, JSON.stringify(read));
        const again = makeBundle(read.files, read.directoryName);
        assert.ok(again.ok, JSON.stringify(again));
        assert.equal(again.bundle.digest, digest);
      });
    }
  });
}
