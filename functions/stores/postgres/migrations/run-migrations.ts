import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Database } from '../database.ts';

/** Migrations by name, oldest first by name, and the table that remembers which of them have run. */
export type MigrationSet = { table: string; migrations: Record<string, Migration> };

/**
 * Brings the database to the newest migration of the set, in one transaction. Safe to repeat and to run from several
 * processes at once (Kysely takes an advisory lock). Sets with different tables live side by side in one database.
 * @throws what the failing migration threw; then none of them has taken effect
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
