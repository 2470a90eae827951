/** Types of columns that tables have in common. */
import type { ColumnType } from 'kysely';

/** Read as a value, written as JSON text: drivers differ in how they bind arrays to jsonb. */
export type JsonColumn<T> = ColumnType<T, string, string>;
export type Time = ColumnType<Date, Date | string, Date | string>;
export type TimeOrNull = ColumnType<Date | null, Date | string | null, Date | string | null>;
export type CreatedTime = ColumnType<Date, Date | string | undefined, Date | string>;

export interface StoredPrincipal {
  type: string;
  id: string;
  name: string;
}
