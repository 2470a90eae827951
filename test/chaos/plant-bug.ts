/** Preloaded by a process that is to have a bug: changes the text of a source file when it is loaded. */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { BUGS, ROOT } from './bugs.ts';

const name = new URL(import.meta.url).searchParams.get('bug') ?? '';
const planted = BUGS[name];
if (!planted) throw new Error(`there is no bug ${name}`);

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    const here = planted.filter(({ file }) => url === new URL(file, pathToFileURL(ROOT)).href);
    if (here.length === 0) return loaded;
    let source = textOf(loaded.source);
    for (const { file, from, to } of here) {
      if (!source.includes(from)) throw new Error(`${file} has changed: ${from} is not in it any more`);
      source = source.replace(from, to);
    }
    return { ...loaded, source };
  },
});

/** Our sources are loaded as bytes. */
function textOf(source: unknown): string {
  return source instanceof Uint8Array ? Buffer.from(source).toString() : '';
}
