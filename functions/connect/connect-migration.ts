import type { SettingsOf } from '../settings/settings.ts';
import { connectDatabase } from '../stores/postgres/connect-database.ts';
import { databaseAddress } from '../stores/postgres/database-address.ts';
import { migrate } from '../stores/postgres/migrations/migrate.ts';
import { setUpServingRole } from '../stores/postgres/migrations/serving-role.ts';

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
