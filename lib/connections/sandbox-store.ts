/** The SQL of `sandbox_objects`: where the sandbox emulators keep their state. */
import { query } from '../db/database.ts';
import type { Environment } from '../kernel/context.ts';

/** A key-value store as the emulators ask for it. Keys are listed in bytewise order. */
export interface SandboxStore {
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  list(prefix: string): Promise<{ key: string; value: unknown }[]>;
}

/** Keys of different emulators are kept apart by `scope`. */
export function sandboxStore(env: Environment, scope: string): SandboxStore {
  const scoped = (key: string) => `${scope}/${key}`;
  return {
    async get(key) {
      const row = await query(env)
        .selectFrom('sandbox_objects')
        .select('value')
        .where('key', '=', scoped(key))
        .executeTakeFirst();
      return row?.value;
    },
    async put(key, value) {
      const text = JSON.stringify(value);
      await query(env)
        .insertInto('sandbox_objects')
        .values({ key: scoped(key), value: text })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: text }))
        .execute();
    },
    async delete(key) {
      await query(env).deleteFrom('sandbox_objects').where('key', '=', scoped(key)).execute();
    },
    async list(prefix) {
      const from = scoped(prefix);
      const rows = await query(env)
        .selectFrom('sandbox_objects')
        .select(['key', 'value'])
        .where('key', '>=', from)
        .where('key', '<', `${from}\u{10FFFF}`)
        .orderBy('key')
        .execute();
      return rows.map((row) => ({ key: row.key.slice(scope.length + 1), value: row.value }));
    },
  };
}
