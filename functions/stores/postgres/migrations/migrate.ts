import type { Kysely } from 'kysely';
import type { Database } from '../database.ts';
import * as hiddenVideos from './0001_hidden_videos.ts';
import * as processingRuns from './0002_processing_runs.ts';
import { runMigrations } from './run-migrations.ts';

/**
 * Adds what a deletion needs to a platform's schema: `videos.deleted_at` and `processing_runs`. Whatever exists already
 * is left as it is. There is no way back: the column may be the platform's own, and without it every hidden video would
 * be visible again.
 */
export function migrate(db: Kysely<Database>): Promise<void> {
  return runMigrations(db, {
    table: 'video_deletion_migration',
    migrations: { '0001_hidden_videos': hiddenVideos, '0002_processing_runs': processingRuns },
  });
}
