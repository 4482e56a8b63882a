import { type ColumnDefinitionBuilder, sql } from 'kysely';

/** Columns that many tables have, for `addColumn`. */
export const primaryId = (column: ColumnDefinitionBuilder) => column.primaryKey().defaultTo(sql`gen_random_uuid()`);
export const required = (column: ColumnDefinitionBuilder) => column.notNull();
export const requiredNow = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(sql`now()`);

/** A row that goes when the video or the user it belongs to goes. */
export const ownedBy = (reference: string) => (column: ColumnDefinitionBuilder) =>
  column.notNull().references(reference).onDelete('cascade');

/** A row that stays when the user it names goes. */
export const naming = (reference: string) => (column: ColumnDefinitionBuilder) =>
  column.references(reference).onDelete('set null');
