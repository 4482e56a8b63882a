import middy from '@middy/core';
import * as z from 'zod/mini';
import { connectTelemetry, onFirstUse } from './connect/connect.ts';
import { connectMigration } from './connect/connect-migration.ts';
import type { Log } from './deletion/ports.ts';
import { framed, type Invoked } from './stores/powertools/invocation.ts';

type MigratePorts = { log: Log; migrateDatabase(): Promise<void>; planMigration(): Promise<string[]> } & Invoked;

/** A deployment sends events of its own form, which say nothing. */
const dryRun = z.object({ dryRun: z.literal(true) });

/** What was run, or would be. */
export type Migrated = { dryRun: boolean; statements?: string[] };

/**
 * A deployment runs this before the new functions receive traffic. It adds what a deletion needs to the platform's
 * database, and creates the roles with which the functions log in. Safe to repeat. A failure fails the deployment. An
 * operator who sends `{ "dryRun": true }` gets the statements that it would run.
 */
export const migrateHandler = (connect: () => MigratePorts) =>
  middy<unknown, Migrated>()
    .use(framed(connect))
    .handler(async (event) => {
      const { log, migrateDatabase, planMigration } = connect();
      if (dryRun.safeParse(event).success) return { dryRun: true, statements: await planMigration() };
      await migrateDatabase();
      log.info('migrated');
      return { dryRun: false };
    });

export const handler = migrateHandler(
  onFirstUse(['log', 'database', 'migration'], (settings) => ({
    ...connectTelemetry(settings),
    ...connectMigration(settings),
  })),
);
