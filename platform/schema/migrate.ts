import type { Kysely } from 'kysely';
import type { Database } from '../../functions/stores/postgres/database.ts';
import { runMigrations } from '../../functions/stores/postgres/migrations/run-migrations.ts';
import * as videos from './0001_videos.ts';
import * as audience from './0002_audience.ts';
import * as reports from './0003_reports.ts';
import * as videoStats from './0004_video_stats.ts';

/**
 * Creates the sample platform's schema. A real platform has its own. Our migrations
 * (`functions/stores/postgres/migrations/migrate.ts`) run after it.
 */
export function migrate(db: Kysely<Database>): Promise<void> {
  return runMigrations(db, {
    table: 'platform_migration',
    migrations: {
      '0001_videos': videos,
      '0002_audience': audience,
      '0003_reports': reports,
      '0004_video_stats': videoStats,
    },
  });
}
