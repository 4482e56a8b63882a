import type { Kysely } from 'kysely';
import type { Database } from '../database.ts';
import * as hiddenVideos from './0001_hidden_videos.ts';
import * as processingRuns from './0002_processing_runs.ts';
import * as namedIds from './0003_named_ids.ts';
import { buildIndexes } from './named-ids.ts';
import { runMigrations } from './run-migrations.ts';

/**
 * Adds what a deletion needs to a platform's schema: `videos.deleted_at`, `processing_runs`, and indexes for
 * what other videos name. Whatever exists already is left as it is. There is no way back: the column may be the platform's own, and without it every hidden video would
 * be visible again.
 */
export async function migrate(db: Kysely<Database>): Promise<void> {
  await runMigrations(db, {
    table: 'video_deletion_migration',
    migrations: {
      '0001_hidden_videos': hiddenVideos,
      '0002_processing_runs': processingRuns,
      '0003_named_ids': namedIds,
    },
  });
  await buildIndexes(db);
}
