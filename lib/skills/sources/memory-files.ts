/** A file system in memory for one fetch, so that nothing of a foreign repository ever reaches a disk. */

type Content = Uint8Array | string;

/** The part of `fs.promises` that reading a repository asks for; links do not exist in it. */
export function memoryFiles() {
  const files = new Map<string, Buffer>();
  const folders = new Set<string>(['/', '.']);

  async function stat(path: string) {
    const bytes = files.get(path);
    if (bytes === undefined && !folders.has(path)) throw fault('ENOENT', path);
    const isFile = bytes !== undefined;
    return Promise.resolve({
      size: bytes?.byteLength ?? 0,
      mode: isFile ? 0o100644 : 0o40000,
      mtimeMs: 0,
      ctimeMs: 0,
      uid: 0,
      gid: 0,
      ino: 0,
      dev: 0,
      isFile: () => isFile,
      isDirectory: () => !isFile,
      isSymbolicLink: () => false,
    });
  }

  const promises = {
    stat,
    lstat: stat,
    async readFile(path: string, options?: string | { encoding?: string }): Promise<Content> {
      const bytes = files.get(path);
      if (bytes === undefined) throw fault(folders.has(path) ? 'EISDIR' : 'ENOENT', path);
      const encoding = typeof options === 'string' ? options : options?.encoding;
      return Promise.resolve(encoding === undefined ? bytes : bytes.toString('utf8'));
    },
    async writeFile(path: string, content: Content): Promise<void> {
      if (!folders.has(parentOf(path))) throw fault('ENOENT', path);
      // Bytes are kept as they are: a copy of a pack would cost its size once more.
      files.set(path, Buffer.isBuffer(content) ? content : Buffer.from(content as Uint8Array));
      return Promise.resolve();
    },
    async readdir(path: string): Promise<string[]> {
      if (!folders.has(path)) throw fault('ENOENT', path);
      const inside = [...files.keys(), ...folders].filter((name) => name !== '/' && parentOf(name) === path);
      return Promise.resolve(inside.map((name) => name.slice(name.lastIndexOf('/') + 1)));
    },
    async mkdir(path: string): Promise<void> {
      if (folders.has(path) || files.has(path)) throw fault('EEXIST', path);
      if (!folders.has(parentOf(path))) throw fault('ENOENT', path);
      folders.add(path);
      return Promise.resolve();
    },
    async rmdir(path: string): Promise<void> {
      folders.delete(path);
      return Promise.resolve();
    },
    async unlink(path: string): Promise<void> {
      if (!files.delete(path)) throw fault('ENOENT', path);
      return Promise.resolve();
    },
    async readlink(path: string): Promise<string> {
      return await Promise.reject(fault('EINVAL', path));
    },
    async symlink(_target: string, path: string): Promise<void> {
      return await Promise.reject(fault('EPERM', path));
    },
  };
  return { promises };
}

function parentOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end <= 0 ? '/' : path.slice(0, end);
}

function fault(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
