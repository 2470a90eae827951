/** The exact files of a run's version, as an adapter takes them; their digest is checked once more. */
import type { Context } from '../kernel/context.ts';
import { contentDigest } from '../kernel/content-digest.ts';
import type { SkillPackage } from '../providers/adapter.ts';
import type { ClaimedRun } from '../runs/claim.ts';
import { loadVersionFiles } from '../skills/versions/read-versions.ts';
import type { VersionRow } from '../skills/versions/version-store.ts';
import type { AttemptFacts } from './attempt-facts.ts';

type Files = SkillPackage['files'];

/** What is kept of packages that were sent before. */
const KEPT_BYTES = 32 * 2 ** 20;

/** Packages of one worker. Content never changes under its digest, so what was checked once may be sent to many. */
export class Packages {
  readonly #ctx: Context;
  /** By digest, the one that was used last at the end. */
  readonly #kept = new Map<string, { readonly files: Promise<Files>; readonly sizeBytes: number }>();
  #keptBytes = 0;

  constructor(ctx: Context) {
    this.#ctx = ctx;
  }

  /** Throws when the stored bytes are not those of the version: nothing damaged is ever sent. */
  async load(run: ClaimedRun, { version, names }: AttemptFacts): Promise<SkillPackage> {
    if (run.skillVersionId === null) throw new Error(`${run.id} is an install without a version`);
    if (!version) throw new Error(`the version ${run.skillVersionId} is not there`);
    if (names === undefined) throw new Error(`the skill ${run.skillId} is not there`);
    return {
      name: version.manifest.name,
      displayName: names.displayName,
      description: version.manifest.description,
      digest: version.digest,
      files: await this.#filesOf(version),
    };
  }

  async #filesOf(version: VersionRow): Promise<Files> {
    const { digest } = version;
    const kept = this.#kept.get(digest);
    const one = kept ?? { files: loadChecked(this.#ctx, version), sizeBytes: version.size_bytes };
    if (kept) this.#kept.delete(digest);
    else this.#keptBytes += one.sizeBytes;
    this.#kept.set(digest, one);
    this.#makeRoom();
    try {
      return await one.files;
    } catch (error) {
      if (this.#kept.get(digest) === one) this.#forget(digest, one.sizeBytes);
      throw error;
    }
  }

  #makeRoom(): void {
    for (const [digest, { sizeBytes }] of this.#kept) {
      if (this.#keptBytes <= KEPT_BYTES) return;
      this.#forget(digest, sizeBytes);
    }
  }

  #forget(digest: string, sizeBytes: number): void {
    this.#kept.delete(digest);
    this.#keptBytes -= sizeBytes;
  }
}

async function loadChecked(ctx: Context, version: VersionRow): Promise<Files> {
  const files = await loadVersionFiles(ctx, version);
  const digest = contentDigest(files);
  if (digest !== version.digest)
    throw new Error(`the stored files of ${version.id} have the digest ${digest}`);
  return files;
}
