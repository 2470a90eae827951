/** A file of a skill: its path in the skill and its bytes. */

export interface BundleFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}
