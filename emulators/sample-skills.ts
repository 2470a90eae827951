/** Small skills that the emulators' tests upload. */
import { writeZip, type NamedFile } from './zip.ts';

/** SKILL.md and a file of bytes that are no text. */
export function sampleFiles(name = 'csv-tools', description = 'Reads CSV files'): NamedFile[] {
  const skillMd = `---\nname: ${name}\ndescription: ${description}\n---\n\n# How\n\nRead it. Grüße.\n`;
  return [
    { path: 'SKILL.md', bytes: Buffer.from(skillMd) },
    { path: 'assets/icon.bin', bytes: Buffer.from([0, 255, 13, 10, 26, 0, 45, 45]) },
    { path: 'scripts/run.py', bytes: Buffer.from('print("hi")\r\n') },
  ];
}

export function underFolder(files: readonly NamedFile[], folder: string): NamedFile[] {
  return files.map(({ path, bytes }) => ({ path: `${folder}/${path}`, bytes }));
}

/** As parts of a form, each with its path as file name. */
export function asParts(files: readonly NamedFile[]): File[] {
  return files.map(({ path, bytes }) => new File([Buffer.from(bytes)], path));
}

export async function zippedBase64(files: readonly NamedFile[]): Promise<string> {
  return (await writeZip(files)).toString('base64');
}

/** Paths with their bytes in hex: what is compared when content must be the same byte for byte. */
export function asHex(files: readonly NamedFile[]): Record<string, string> {
  return Object.fromEntries(files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString('hex')]));
}

export const ANY_SIZE = { maxEntries: 10_000, maxFileBytes: 1e9, maxBytes: 1e9 };
