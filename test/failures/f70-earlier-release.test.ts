import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildIndexes } from '../../functions/stores/postgres/migrations/build-indexes.ts';
import { MIGRATIONS, migrate } from '../../functions/stores/postgres/migrations/migrate.ts';
import { runMigrations } from '../../functions/stores/postgres/migrations/run-migrations.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { seedRows } from '../support/seed-rows.ts';
import { openTransactionPooler } from '../support/transaction-pooler.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.drop());

const names = Object.keys(MIGRATIONS.migrations);

/** The release that knew only the first so many migrations. */
const released = (count: number) => ({
  ...MIGRATIONS,
  migrations: Object.fromEntries(Object.entries(MIGRATIONS.migrations).slice(0, count)),
});

async function recorded(): Promise<unknown[]> {
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(MIGRATIONS.table)} order by name`.execute(
    database.db,
  );
  return rows.map(({ name }) => name);
}

test.for(names.map((_, count) => count))(
  'F70 the release with %s migrations is deployed again after the current one, and the current one after it',
  async (count) => {
    const { db } = database;
    await runMigrations(db, released(count));
    await buildIndexes(db);
    expect(await recorded()).toEqual(names);
    await migrate(db);
    expect(await recorded()).toEqual(names);
    const ownerId = await seedRows(db).user();
    await seedRows(db).video({ ownerId });
    expect(await db.selectFrom('videos').select('deleted_at').execute()).toEqual([{ deleted_at: null }]);
  },
);

test('F70 behind a pooler, the next migration never waits for a lock that the last one left', async () => {
  const pooled = await openTransactionPooler(database.url);
  try {
    for (const _ of [1, 2, 3]) await migrate(pooled.db);
    const { rows } = await sql`select from pg_locks where locktype = 'advisory'
      and database = (select oid from pg_database where datname = current_database())`.execute(database.db);
    expect(rows).toEqual([]);
  } finally {
    await pooled.close();
  }
});
