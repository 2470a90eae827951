/** Where an emulator keeps its skills: a small key-value store, in memory here, a database table in the product. */

/** Values are JSON-serialisable; `get` answers undefined for an unknown key. `list` answers in bytewise order of the keys. */
export interface EmulatorStore {
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  list(prefix: string): Promise<{ key: string; value: unknown }[]>;
}

export function memoryStore(): EmulatorStore {
  // Kept as text so that a caller never shares an object with the store, as with a database.
  const texts = new Map<string, string>();
  return {
    async get(key) {
      const text = texts.get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    async put(key, value) {
      texts.set(key, JSON.stringify(value));
    },
    async delete(key) {
      texts.delete(key);
    },
    async list(prefix) {
      return [...texts]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
        .map(([key, text]) => ({ key, value: JSON.parse(text) }));
    },
  };
}
