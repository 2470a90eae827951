/** Reads what documents tell operators to run, so that tests run exactly that. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const OPERATIONS = join(import.meta.dirname, '../../docs/operations');

export function operationsPath(name: string): string {
  return join(OPERATIONS, name);
}

/** The text of the one block that is fenced with this info string, such as `sql` or `sh backup-postgresql`. */
export function blockOf(document: string, info: string): string {
  const text = readFileSync(operationsPath(document), 'utf8');
  const blocks = [...text.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)].filter(([, name]) => name === info);
  if (blocks.length !== 1) throw new Error(`${document} has ${blocks.length} blocks fenced with ${info}`);
  return blocks[0]?.[2] ?? '';
}
