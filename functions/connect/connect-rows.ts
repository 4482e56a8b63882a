import type { KnownVideos } from '../deletion/orphans/orphan.ts';
import type { Log } from '../deletion/ports.ts';
import type { SettingsOf } from '../settings/settings.ts';
import { connectDatabase } from '../stores/postgres/connect-database.ts';
import { databaseAddress } from '../stores/postgres/database-address.ts';
import { createPostgresRows } from '../stores/postgres/postgres-rows.ts';
import { existingVideos } from '../stores/postgres/queries/existing-videos.ts';
import { refreshVideoStatsIfStale } from '../stores/postgres/queries/refresh-video-stats.ts';

/**
 * A function handles one event at a time, and may hide a video while it reads. The proxy distributes the connections.
 */
const MAX_CONNECTIONS = 2;

export type RowsOptions = { log: Log; maxConnections?: number };

/** The platform's database. */
export function connectRows(settings: SettingsOf<'database'>, { log, maxConnections = MAX_CONNECTIONS }: RowsOptions) {
  const database = connectDatabase(databaseAddress(settings), {
    maxConnections,
    seesAll: true,
    onLostConnection: () => log.warn('database connection lost'),
  });
  const videos: KnownVideos = { existing: (videoIds) => existingVideos(database, videoIds) };
  return {
    rows: createPostgresRows(database),
    videos,
    stats: { refreshIfStale: () => refreshVideoStatsIfStale(database) },
    /** Closes the connections. Nothing can be called afterwards. */
    close: () => database.destroy(),
  };
}
