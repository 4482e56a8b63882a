import { createPostgresRows } from './adapters/postgres-rows.ts';
import { connectDatabase } from './db/connect-database.ts';
import { databaseAddress } from './db/database-address.ts';
import { existingVideos } from './db/existing-videos.ts';
import { refreshVideoStatsIfStale } from './db/refresh-video-stats.ts';
import type { KnownVideos } from './deletion/orphan.ts';
import type { Log } from './deletion/ports.ts';
import type { SettingsOf } from './settings.ts';

/** A function serves one event at a time, and hides a video while it reads; the proxy shares out what there is. */
const MAX_CONNECTIONS = 2;

export type RowsOptions = { log: Log; maxConnections?: number };

/** The platform's database. */
export function connectRows(settings: SettingsOf<'database'>, { log, maxConnections = MAX_CONNECTIONS }: RowsOptions) {
  const database = connectDatabase(databaseAddress(settings), {
    maxConnections,
    onLostConnection: () => log.warn('database connection lost'),
  });
  const videos: KnownVideos = { existing: (videoIds) => existingVideos(database, videoIds) };
  return {
    rows: createPostgresRows(database),
    videos,
    stats: { refreshIfStale: () => refreshVideoStatsIfStale(database) },
    /** Closes the connections; nothing can be called afterwards. */
    close: () => database.destroy(),
  };
}
