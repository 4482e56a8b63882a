import type { Kysely } from 'kysely';
import type { SettingsOf } from '../settings/settings.ts';
import { connectDatabase } from '../stores/postgres/connect-database.ts';
import type { Database } from '../stores/postgres/database.ts';
import { databaseAddress } from '../stores/postgres/database-address.ts';
import { planPreparation, prepareDatabase, type Roles } from '../stores/postgres/migrations/prepare-database.ts';

/** One works. The other watches that an index waits for nobody too long. */
const CONNECTIONS = 2;

/** Updates the platform's database and the roles with which functions log in, over connections of its own. */
export function connectMigration(settings: SettingsOf<'database' | 'migration'>) {
  const roles = rolesOf(settings);
  return {
    migrateDatabase: () => onDatabase(settings, (database) => prepareDatabase(database, roles)),
    /** The statements that `migrateDatabase` would run. */
    planMigration: () => onDatabase(settings, (database) => planPreparation(database, roles)),
  };
}

function rolesOf(settings: SettingsOf<'migration'>): Roles {
  const { DATABASE_SERVING_USER, DATABASE_READING_USER, DATABASE_LOG_IN: logIn, DATABASE_PLATFORM_USER } = settings;
  return {
    serving: [
      { name: DATABASE_SERVING_USER, duty: 'deletes', logIn },
      { name: DATABASE_READING_USER, duty: 'reads', logIn },
    ],
    ...(DATABASE_PLATFORM_USER && { platform: DATABASE_PLATFORM_USER }),
  };
}

async function onDatabase<Result>(
  settings: SettingsOf<'database'>,
  work: (database: Kysely<Database>) => Promise<Result>,
): Promise<Result> {
  const database = connectDatabase(databaseAddress(settings), {
    maxConnections: CONNECTIONS,
    // An index on a large table takes long, and the connection is silent meanwhile.
    silenceMilliseconds: Number.POSITIVE_INFINITY,
  });
  try {
    return await work(database);
  } finally {
    await database.destroy();
  }
}
