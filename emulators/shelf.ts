/** How an emulator lays skills out in its store: one small record a skill, one a version, the bytes apart. */
import type { EmulatorStore } from './store.ts';
import type { Upload } from './skill-upload.ts';

export interface Shelf<Skill, Version, Content> {
  skill(id: string): Promise<Skill | undefined>;
  skills(): Promise<Skill[]>;
  putSkill(id: string, skill: Skill): Promise<void>;
  /** Removes the record first: from then on nothing leads to its versions. */
  removeSkill(id: string): Promise<void>;
  version(id: string, version: string): Promise<Version | undefined>;
  versions(id: string): Promise<Version[]>;
  putVersion(id: string, version: string, record: Version, content: Content): Promise<void>;
  removeVersion(id: string, version: string): Promise<void>;
  content(id: string, version: string): Promise<Content | undefined>;
}

/** Lists come in bytewise order of ids and versions. The casts rest on this being the only writer of `prefix`. */
export function shelf<Skill, Version, Content>(
  store: EmulatorStore,
  prefix: string,
): Shelf<Skill, Version, Content> {
  const skillKey = (id: string): string => `${prefix}/skill/${id}`;
  const versionKey = (id: string, version: string): string => `${prefix}/version/${id}/${version}`;
  const contentKey = (id: string, version: string): string => `${prefix}/content/${id}/${version}`;
  return {
    skill: async (id) => (await store.get(skillKey(id))) as Skill | undefined,
    skills: async () => (await store.list(skillKey(''))).map(({ value }) => value as Skill),
    putSkill: async (id, skill) => await store.put(skillKey(id), skill),
    async removeSkill(id) {
      await store.delete(skillKey(id));
      const prefixLength = versionKey(id, '').length;
      for (const { key } of await store.list(versionKey(id, ''))) {
        await store.delete(key);
        await store.delete(contentKey(id, key.slice(prefixLength)));
      }
    },
    version: async (id, version) => (await store.get(versionKey(id, version))) as Version | undefined,
    versions: async (id) => (await store.list(versionKey(id, ''))).map(({ value }) => value as Version),
    async putVersion(id, version, record, content) {
      await store.put(contentKey(id, version), content);
      await store.put(versionKey(id, version), record);
    },
    async removeVersion(id, version) {
      await store.delete(versionKey(id, version));
      await store.delete(contentKey(id, version));
    },
    content: async (id, version) => (await store.get(contentKey(id, version))) as Content | undefined,
  };
}

/** The files of a version as JSON. */
export interface StoredFiles {
  readonly folder: string;
  readonly files: readonly { readonly path: string; readonly base64: string }[];
}

export function storedFiles(folder: string, upload: Upload): StoredFiles {
  return {
    folder,
    files: upload.files.map(({ path, bytes }) => ({ path, base64: Buffer.from(bytes).toString('base64') })),
  };
}

/** The files again, each under the folder. */
export function loadedFiles(stored: StoredFiles): { path: string; bytes: Uint8Array }[] {
  return stored.files.map(({ path, base64 }) => ({
    path: `${stored.folder}/${path}`,
    bytes: Buffer.from(base64, 'base64'),
  }));
}
