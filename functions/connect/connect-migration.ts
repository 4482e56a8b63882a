import type { SettingsOf } from '../settings/settings.ts';
import { connectDatabase } from '../stores/postgres/connect-database.ts';
import { databaseAddress } from '../stores/postgres/database-address.ts';
import { migrate } from '../stores/postgres/migrations/migrate.ts';
import { setUpServingRole } from '../stores/postgres/migrations/serving-role.ts';

/** Updates the platform's database and the role with which the functions log in, over one connection of its own. */
export function connectMigration(settings: SettingsOf<'database' | 'migration'>) {
  return {
    async migrateDatabase(): Promise<void> {
      const database = connectDatabase(databaseAddress(settings), {
        maxConnections: 1,
        // An index on a large table takes long, and the connection is silent meanwhile.
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
