import { type ColumnDefinitionBuilder, sql } from 'kysely';

/** Columns that many tables have, for `addColumn`. */
export const primaryId = (column: ColumnDefinitionBuilder) => column.primaryKey().defaultTo(sql`gen_random_uuid()`);
export const required = (column: ColumnDefinitionBuilder) => column.notNull();
export const requiredNow = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(sql`now()`);

/** A reference whose row is deleted with its video or user. */
export const ownedBy = (reference: string) => (column: ColumnDefinitionBuilder) =>
  column.notNull().references(reference).onDelete('cascade');

/** A reference whose row stays when its user is deleted. */
export const naming = (reference: string) => (column: ColumnDefinitionBuilder) =>
  column.references(reference).onDelete('set null');
