import { connectDatabase } from './db/connect-database.ts';
import { databaseAddress } from './db/database-address.ts';
import { migrate } from './db/migrate.ts';
import { setUpServingRole } from './db/serving-role.ts';
import type { SettingsOf } from './settings.ts';

/** Brings the platform's database up to date, and the role that serves; over one connection, opened each time. */
export function connectMigration(settings: SettingsOf<'database' | 'migration'>) {
  return {
    async migrateDatabase(): Promise<void> {
      const database = connectDatabase(databaseAddress(settings), {
        maxConnections: 1,
        // An index on a large table takes its time, and says nothing meanwhile.
        silenceMilliseconds: Number.POSITIVE_INFINITY,
      });
      try {
        await migrate(database);
        await setUpServingRole(database, settings.DATABASE_SERVING_USER);
      } finally {
        await database.destroy();
      }
    },
  };
}
