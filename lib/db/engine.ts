/** What both engines offer: one typed query builder, hints between processes, a health check, an end. */
import type { PGlite } from '@electric-sql/pglite';
import type { Kysely } from 'kysely';
import type { DatabaseHandle } from '../kernel/context.ts';
import type { Tables } from './tables.ts';

/** The part of PGlite that can be used beside Kysely. */
export type EmbeddedQueries = Pick<PGlite, 'query' | 'exec' | 'listen'>;

/** The engine itself, for the job engine, which brings its own driver. */
export type NativeEngine =
  | { readonly engine: 'pglite'; readonly pglite: EmbeddedQueries }
  | { readonly engine: 'postgres'; readonly url: string };

export interface Database extends DatabaseHandle {
  readonly kysely: Kysely<Tables>;
  readonly native: NativeEngine;
  /** Rejects with `offline:database` when the database does not answer. */
  checkReady(): Promise<void>;
  /** VACUUM (ANALYZE) where nobody else does it: the embedded engine has no autovacuum. */
  vacuum(): Promise<void>;
  close(): Promise<void>;
}
