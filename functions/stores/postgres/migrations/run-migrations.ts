import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Database } from '../database.ts';
import { inShortLocks, type ShortLocks } from './short-locks.ts';

/** What a migration has to run, given what is there already. It only reads. */
export type Plan = (db: Kysely<Database>) => Promise<RawBuilder<unknown>[]>;

/** Migrations by name, in the order of their names, and the table that records which of them have run. */
export type MigrationSet = { table: string; migrations: Record<string, Migration> };

/** A migration that runs its plan. */
export function planned(plan: Plan): Migration {
  return {
    async up(db) {
      for (const statement of await plan(db)) await statement.execute(db);
    },
  };
}

/**
 * Runs the migrations of the set that have not run yet, in one transaction that waits for no lock longer than 3 s. Safe
 * to repeat and to run from several processes at the same time. Sets with different tables can share a database. What a
 * later release has run stays: an earlier one can be deployed again.
 * @throws the error of the migration that failed; then none of them has taken effect {TableBusy}
 */
export async function runMigrations<Schema>(
  db: Kysely<Schema>,
  { table, migrations }: MigrationSet,
  options: ShortLocks = {},
): Promise<void> {
  await inShortLocks(db, (trx) => migrateIn(trx, { table, migrations }), options);
}

/** The names of the migrations of the set that have not run yet. */
export async function pendingMigrations<Schema>(db: Kysely<Schema>, set: MigrationSet): Promise<string[]> {
  const done = await executedMigrations(db, set.table);
  return Object.keys(set.migrations).filter((name) => !done.includes(name));
}

async function migrateIn<Schema>(trx: Transaction<Schema>, { table, migrations }: MigrationSet): Promise<void> {
  const later = (await executedMigrations(trx, table)).filter((name) => !(name in migrations));
  const nothing = { up: async () => undefined } satisfies Migration;
  const known = { ...migrations, ...Object.fromEntries(later.map((name) => [name, nothing])) };
  const migrator = new Migrator({
    db: trx,
    provider: { getMigrations: async () => known },
    migrationTableName: table,
    migrationLockTableName: `${table}_lock`,
  });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

async function executedMigrations<Schema>(db: Kysely<Schema>, table: string): Promise<string[]> {
  const { rows: found } = await sql`select where to_regclass(${table}) is not null`.execute(db);
  if (found.length === 0) return [];
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(table)} order by name`.execute(db);
  return rows.map(({ name }) => name);
}
