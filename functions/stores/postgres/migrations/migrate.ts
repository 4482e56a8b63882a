import type { Kysely } from 'kysely';
import type { Database } from '../database.ts';
import * as hiddenVideos from './0001_hidden_videos.ts';
import * as processingRuns from './0002_processing_runs.ts';
import { runMigrations } from './run-migrations.ts';

/**
 * Adds what a deletion needs to a platform's schema: `videos.deleted_at` and `processing_runs`. What a platform has
 * already stays as it is. There is no way down: the column may have been the platform's own, and without it every hidden
 * video would be shown again.
 */
export function migrate(db: Kysely<Database>): Promise<void> {
  return runMigrations(db, {
    table: 'video_deletion_migration',
    migrations: { '0001_hidden_videos': hiddenVideos, '0002_processing_runs': processingRuns },
  });
}
