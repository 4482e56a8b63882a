import middy from '@middy/core';
import { connectTelemetry, onFirstUse } from './connect/connect.ts';
import { connectMigration } from './connect/connect-migration.ts';
import type { Log } from './deletion/ports.ts';
import { framed, type Invoked } from './stores/powertools/invocation.ts';

type MigratePorts = { log: Log; migrateDatabase(): Promise<void> } & Invoked;

/**
 * A deployment runs this before the new functions receive traffic. It adds what a deletion needs to the platform's
 * database, and creates the role with which the functions log in. Safe to repeat. A failure fails the deployment. The
 * event is ignored.
 */
export const migrateHandler = (connect: () => MigratePorts) =>
  middy<unknown, void>()
    .use(framed(connect))
    .handler(async () => {
      const { log, migrateDatabase } = connect();
      await migrateDatabase();
      log.info('migrated');
    });

export const handler = migrateHandler(
  onFirstUse(['log', 'database', 'migration'], (settings) => ({
    ...connectTelemetry(settings),
    ...connectMigration(settings),
  })),
);
