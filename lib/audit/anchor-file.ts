/** Checkpoints kept outside of the database, so that a log that was cut short or written anew is found out. */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Context } from '../kernel/context.ts';
import { selectLastCheckpoint } from './seal-store.ts';

const Line = z.object({ size: z.int(), note: z.string() });
export type Anchor = z.infer<typeof Line>;

/** One line of JSON each. A file that is not there has none; a line that is not one is skipped. */
export async function readAnchors(path: string): Promise<Anchor[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    const read = Line.safeParse(parsed(line));
    return read.success ? [read.data] : [];
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Appends the newest checkpoint each time there is a newer one; this process's own memory of the log. */
export class AnchorFile {
  readonly #path: string;
  #size: number | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  async follow(ctx: Context): Promise<void> {
    const newest = await selectLastCheckpoint(ctx);
    if (newest === null) return;
    this.#size ??= (await readAnchors(this.#path)).reduce((most, { size }) => Math.max(most, size), 0);
    if (newest.size <= this.#size) return;
    await mkdir(dirname(this.#path), { recursive: true });
    await appendFile(this.#path, `${JSON.stringify({ size: newest.size, note: newest.note })}\n`, {
      mode: 0o600,
      flush: true,
    });
    this.#size = newest.size;
  }
}
