import type { Kysely, RawBuilder } from 'kysely';
import type { Database } from '../database.ts';
import * as hiddenVideos from './0001_hidden_videos.ts';
import * as processingRuns from './0002_processing_runs.ts';
import * as namedIds from './0003_named_ids.ts';
import { type BuildOptions, buildIndexes, missingIndexes } from './build-indexes.ts';
import { type MigrationSet, type Plan, pendingMigrations, planned, runMigrations } from './run-migrations.ts';
import type { ShortLocks } from './short-locks.ts';

/** What each migration runs. Names are never changed and never reused. */
const PLANS: Record<string, Plan> = {
  '0001_hidden_videos': hiddenVideos.plan,
  '0002_processing_runs': processingRuns.plan,
  '0003_named_ids': namedIds.plan,
};

/** The migrations, and where it is recorded which have run. */
export const MIGRATIONS: MigrationSet = {
  table: 'video_deletion_migration',
  migrations: Object.fromEntries(Object.entries(PLANS).map(([name, plan]) => [name, planned(plan)])),
};

/**
 * Adds what a deletion needs to a platform's schema: `videos.deleted_at`, `processing_runs`, and indexes. Whatever
 * exists already is left as it is. Nobody waits for it longer than 3 s. There is no way back: the column may be the
 * platform's own, and without it every hidden video would be visible again.
 * @throws {TableBusy}
 */
export async function migrate(db: Kysely<Database>, options: ShortLocks & BuildOptions = {}): Promise<void> {
  await runMigrations(db, MIGRATIONS, options);
  await buildIndexes(db, options);
}

/** What `migrate` would run now. */
export async function plannedStatements(db: Kysely<Database>): Promise<RawBuilder<unknown>[]> {
  const statements: RawBuilder<unknown>[] = [];
  for (const name of await pendingMigrations(db, MIGRATIONS)) statements.push(...((await PLANS[name]?.(db)) ?? []));
  return [...statements, ...(await missingIndexes(db))];
}
