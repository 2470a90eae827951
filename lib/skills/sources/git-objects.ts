/** The objects of one repository, read in memory: packs are checked, indexed and then answer what is in them. */
import git from 'isomorphic-git';
import type { BundleFile } from '../bundle/bundle-file.ts';
import { SKILL_FILE } from '../bundle/skill-md.ts';
import type { BundleIssue } from '../bundle/issues.ts';
import {
  inMegabytes,
  MAX_ARCHIVE_ENTRIES,
  MAX_FILES,
  MAX_PATH_BYTES,
  MAX_TOTAL_BYTES,
} from '../bundle/limits.ts';
import { type ReadFolder, RepositoryRefused, type SkillFolder } from './git-calls.ts';
import { checkPack } from './git-pack.ts';
import { parseTree, type TreeEntry } from './git-tree.ts';
import { memoryFiles } from './memory-files.ts';

/** Trees may be shared, so that few objects make endlessly many folders. */
const MAX_TREE_ENTRIES = 100_000;
const PACKS = '/repository/objects/pack';
const LFS_POINTER = Buffer.from('version https://git-lfs.github.com/spec/v1');

export class GitObjects {
  readonly #fs = memoryFiles();
  readonly #cache = {};
  #packs = 0;

  async open(): Promise<void> {
    for (const folder of ['/repository', '/repository/objects', PACKS]) await this.#fs.promises.mkdir(folder);
  }

  /** Returns the ids of what is in it. Throws RepositoryRefused for what would unpack to too much. */
  async addPack(pack: Buffer): Promise<string[]> {
    const wrong = checkPack(pack);
    if (wrong !== null) throw new RepositoryRefused('server', `the repository is refused: ${wrong}`);
    this.#packs += 1;
    const path = `${PACKS}/pack-${this.#packs}.pack`;
    await this.#fs.promises.writeFile(path, pack);
    const options = { fs: this.#fs, dir: '/', gitdir: '/repository', filepath: path.slice(1) };
    return (await git.indexPack({ ...options, cache: this.#cache })).oids;
  }

  async isCommit(oid: string): Promise<boolean> {
    return (await this.#read(oid)).type === 'commit';
  }

  /** Every folder with a SKILL.md in it; what lies inside one belongs to that one. */
  async folders(commit: string, under: string): Promise<SkillFolder[]> {
    const found: SkillFolder[] = [];
    let entries = 0;
    const walk = async (oid: string, path: string): Promise<void> => {
      const tree = await this.#tree(oid);
      entries += tree.length;
      if (entries > MAX_TREE_ENTRIES)
        throw new RepositoryRefused('server', `the repository has more than ${MAX_TREE_ENTRIES} entries`);
      // In another case it is refused later, with a sentence that says so.
      if (tree.some(({ kind, name }) => kind !== 'tree' && isSkillFile(name)))
        return void found.push({ path });
      if (Buffer.byteLength(path) > MAX_PATH_BYTES) return;
      for (const entry of tree) if (entry.kind === 'tree') await walk(entry.oid, join(path, entry.name));
    };
    await walk(await this.#folder(commit, under), under);
    return found.sort((one, other) => (one.path < other.path ? -1 : 1));
  }

  /** Throws RepositoryRefused when there is no such folder; what is wrong inside it is the answer's to say. */
  async readFolder(commit: string, path: string): Promise<ReadFolder> {
    const entries = await this.#list(await this.#folder(commit, path));
    if (entries === null) return refused(`must have at most ${MAX_FILES} files, and few folders`);
    const issues = entries.flatMap(({ name, kind }) => notAFile(name, kind));
    return issues.length > 0 ? { ok: false, issues } : await this.#readFiles(entries);
  }

  /** Everything but folders, by its path in the folder; null when there is too much. */
  async #list(root: string): Promise<TreeEntry[] | null> {
    const files: TreeEntry[] = [];
    let entries = 0;
    const walk = async (oid: string, prefix: string): Promise<boolean> => {
      for (const entry of await this.#tree(oid)) {
        entries += 1;
        if (entries > MAX_ARCHIVE_ENTRIES || files.length > MAX_FILES) return false;
        const name = join(prefix, entry.name);
        if (entry.kind !== 'tree') files.push({ ...entry, name });
        else if (Buffer.byteLength(name) > MAX_PATH_BYTES || !(await walk(entry.oid, name))) return false;
      }
      return files.length <= MAX_FILES;
    };
    return (await walk(root, '')) ? files : null;
  }

  async #readFiles(entries: readonly TreeEntry[]): Promise<ReadFolder> {
    const files: BundleFile[] = [];
    let left = MAX_TOTAL_BYTES;
    for (const { name, oid } of entries) {
      const { type, bytes } = await this.#read(oid);
      if (type !== 'blob') throw new RepositoryRefused('server', 'the repository is damaged');
      left -= bytes.byteLength;
      // One object may be many files: it is not enough that the pack unpacks to little.
      if (left < 0) return refused(`must have at most ${inMegabytes(MAX_TOTAL_BYTES)} in all its files`);
      // A copy in memory of its own, which may leave this thread.
      files.push({ path: name, bytes: new Uint8Array(bytes) });
    }
    const issues = files.filter(({ bytes }) => isLfsPointer(bytes)).map(({ path }) => lfsPointer(path));
    return issues.length > 0 ? { ok: false, issues } : { ok: true, files };
  }

  async #folder(commit: string, path: string): Promise<string> {
    let oid = await this.#root(commit);
    for (const part of path === '' ? [] : path.split('/')) {
      const entry = (await this.#tree(oid)).find(({ name }) => name === part);
      if (entry?.kind !== 'tree') throw new RepositoryRefused('path', 'the commit has no such folder');
      oid = entry.oid;
    }
    return oid;
  }

  async #root(commit: string): Promise<string> {
    const { type, bytes } = await this.#read(commit);
    const tree = /^tree ([0-9a-f]{40})\n/.exec(bytes.toString('latin1', 0, 46))?.[1];
    if (type === 'commit' && tree !== undefined) return tree;
    throw new RepositoryRefused('ref', 'this is not a commit');
  }

  async #tree(oid: string): Promise<TreeEntry[]> {
    const { type, bytes } = await this.#read(oid);
    const tree = type === 'tree' ? parseTree(bytes) : null;
    if (tree === null) throw new RepositoryRefused('server', 'the repository is damaged');
    return tree;
  }

  async #read(oid: string): Promise<{ type: string; bytes: Buffer }> {
    const options = { fs: this.#fs, gitdir: '/repository', cache: this.#cache };
    const { type, object } = await git.readObject({ ...options, oid, format: 'content' });
    // The formats `deflated` and `parsed` hold something else; `content` holds bytes.
    const bytes = object as Uint8Array;
    return { type: type ?? '', bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
  }
}

function isSkillFile(name: string): boolean {
  return name.toLowerCase() === SKILL_FILE.toLowerCase();
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function notAFile(file: string, kind: TreeEntry['kind']): BundleIssue[] {
  if (kind === 'link') return [{ file, line: null, message: 'must not be a symbolic link' }];
  if (kind === 'submodule') return [{ file, line: null, message: 'must not be a submodule' }];
  return [];
}

function isLfsPointer(bytes: Uint8Array): boolean {
  return LFS_POINTER.equals(bytes.subarray(0, LFS_POINTER.byteLength));
}

function lfsPointer(file: string): BundleIssue {
  return {
    file,
    line: null,
    message: 'is a Git LFS pointer, not the file itself; keep files of skills in git, or upload an archive',
  };
}

function refused(message: string): ReadFolder {
  return { ok: false, issues: [{ file: '', line: null, message }] };
}
