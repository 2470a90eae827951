/** The conformance suite for local folders, in a temporary one. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LocalStand } from '../../../test/support/local-stand.ts';
import { describeConformance } from '../conformance.ts';
import type { ByHand } from '../conformance-stand.ts';
import { localAdapter } from './adapter.ts';
import { orNullIfAbsent } from './disk-error.ts';

function byHandIn(folder: string): ByHand {
  return {
    async skills() {
      const names = (await orNullIfAbsent(readdir(folder))) ?? [];
      return names.filter((name) => !name.startsWith('.')).map((name) => ({ name }));
    },
    async put({ name, files }) {
      for (const { path, bytes } of files) {
        const place = join(folder, name, path);
        await mkdir(dirname(place), { recursive: true });
        await writeFile(place, bytes);
      }
    },
    async remove(name) {
      await rm(join(folder, name), { recursive: true });
    },
    serve: null,
  };
}

describeConformance({
  adapter: localAdapter,
  wire: null,
  async open() {
    const stand = new LocalStand();
    await stand.open();
    return {
      connection: () => stand.connection(),
      byHand: byHandIn(stand.path),
      close: async () => await stand.close(),
    };
  },
});
