/** Holds the kinds of providers together: folders, registry and the list of kinds name the same ones. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { PROVIDER_KINDS } from './adapter.ts';
import { adapterFor, adapters } from './registry.ts';

describe('the registry of providers', () => {
  const kinds = [...PROVIDER_KINDS].sort();

  it('has an adapter for every kind, under its own name', () => {
    assert.deepEqual(Object.keys(adapters).sort(), kinds);
    for (const kind of PROVIDER_KINDS) assert.equal(adapterFor(kind).kind, kind);
  });

  it('has a folder for every kind', () => {
    const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    assert.deepEqual(folders.sort(), kinds);
  });

  it('takes no unknown field in a configuration', () => {
    for (const { config, kind } of Object.values(adapters)) {
      const issues = config.safeParse({ surprise: true }).error?.issues ?? [];
      assert.ok(
        issues.some(({ code }) => code === 'unrecognized_keys'),
        kind,
      );
    }
  });
});
