/** Requests for an operation, as its schemas allow and otherwise, and the URLs they are sent to. */
import fc from 'fast-check';
import type { Input, Operation } from './contract.ts';
import { inputFor } from './schema-arbitrary.ts';

/** `words` are names that exist. */
export function inputOf(operation: Operation, words: readonly string[]): fc.Arbitrary<Input> {
  return fc
    .tuple(
      inputFor(operation.pathSchema, words),
      inputFor(operation.querySchema, words),
      operation.bodySchema
        ? inputFor(operation.bodySchema, words)
        : fc.constantFrom<unknown>(undefined, undefined, {}, { unknownField: 1 }, [1]),
    )
    .map(([path, query, body]) => ({
      path: pathTexts(operation, path),
      query: queryTexts(query),
      body: operation.method === 'GET' ? undefined : body,
    }));
}

/** A dot segment or an empty one would be another URL. */
function pathTexts(operation: Operation, path: unknown): Record<string, string> {
  const texts = queryTexts(path);
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  return Object.fromEntries(
    names.map((name) => {
      const text = String(texts[name] ?? 'x');
      return [name, /^\.{0,2}$/.test(text) ? 'x' : text];
    }),
  );
}

/** As they stand in a URL: texts, or lists of them for what is given more than once. */
function queryTexts(query: unknown): Record<string, string | string[]> {
  const members = typeof query === 'object' && query !== null ? Object.entries(query) : [];
  const text = (value: unknown) =>
    (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed();
  return Object.fromEntries(
    members.map(([name, value]) => [
      name.toWellFormed(),
      Array.isArray(value) && value.length > 1 ? value.map(text) : text(value),
    ]),
  );
}

export function urlOf(operation: Pick<Operation, 'path'>, { path, query }: Input): string {
  const filled = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(path[name])),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) search.append(name, String(each));
  }
  return search.size === 0 ? filled : `${filled}?${search.toString()}`;
}
