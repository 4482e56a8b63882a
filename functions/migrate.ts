import middy from '@middy/core';
import { connectTelemetry, onFirstUse } from './connect/connect.ts';
import { connectMigration } from './connect/connect-migration.ts';
import type { Log } from './deletion/ports.ts';
import { framed, type Invoked } from './stores/powertools/invocation.ts';

type MigratePorts = { log: Log; migrateDatabase(): Promise<void> } & Invoked;

/**
 * Run by a deployment before traffic goes to the new functions: adds what a deletion needs to the platform's database, and
 * makes the role that serves. Safe to repeat; a failure fails the deployment. The event says nothing.
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
