import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Database } from '../database.ts';

/** Migrations by name, in the order of their names, and the table that records which of them have run. */
export type MigrationSet = { table: string; migrations: Record<string, Migration> };

/**
 * Runs the migrations of the set that have not run yet, in one transaction. Safe to repeat and to run from several
 * processes at the same time (Kysely takes an advisory lock). Sets with different tables can share a database.
 * @throws the error of the migration that failed; then none of them has taken effect
 */
export async function runMigrations(db: Kysely<Database>, { table, migrations }: MigrationSet): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    migrationTableName: table,
    migrationLockTableName: `${table}_lock`,
  });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
