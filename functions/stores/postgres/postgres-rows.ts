import type { Kysely } from 'kysely';
import { isChildTable } from '../../deletion/data-map/data-map.ts';
import { StoreUnavailable } from '../../deletion/errors.ts';
import type { VideoRows } from '../../deletion/ports.ts';
import type { Database } from './database.ts';
import { isDemoted } from './drop-demoted.ts';
import { isUnavailable } from './is-unavailable.ts';
import { countRows } from './queries/count-rows.ts';
import { deleteRowBatch } from './queries/delete-row-batch.ts';
import { deleteVideoRows, RunsMissed } from './queries/delete-video-rows.ts';
import { existingVideos } from './queries/existing-videos.ts';
import { findCaller, findRuns, findVideo } from './queries/find-video.ts';
import { hideVideo, unhideVideo } from './queries/hide-video.ts';
import { findNamers, findSharers } from './queries/shared-with-others.ts';

/**
 * The platform's rows in PostgreSQL. `find` and `findCaller` throw `StoreUnavailable` when the database does not answer
 * in time. All other errors are the driver's; their `code` is the SQLSTATE.
 */
export function createPostgresRows(db: Kysely<Database>): VideoRows {
  return onNewConnections(rowsIn(db));
}

/** The most connections that a failover may have left behind, one call after the other. */
const MOST_LEFT_BEHIND = 5;

/** Every call is safe to repeat, and is repeated where its connection led to a server that may no longer write. */
function onNewConnections(rows: VideoRows): VideoRows {
  const again =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      for (let left = MOST_LEFT_BEHIND; ; left -= 1) {
        try {
          return await call(...args);
        } catch (error) {
          if (left === 0 || !isDemoted(error)) throw error;
        }
      }
    };
  return Object.fromEntries(Object.entries(rows).map(([name, call]) => [name, again(call as never)])) as VideoRows;
}

function rowsIn(db: Kysely<Database>): VideoRows {
  return {
    find: (callerId, videoId) => findVideo(db, callerId, videoId).catch(sayUnavailable),
    findCaller: (callerId) => findCaller(db, callerId).catch(sayUnavailable),
    hide: (videoId, at, earlier) => hideVideo(db, videoId, at, earlier),
    restore: (videoId, at, earlier) => unhideVideo(db, videoId, at, earlier),
    runs: (videoId) => findRuns(db, videoId),
    existing: (videoIds) => existingVideos(db, videoIds),
    namersOf: (videoId) => findNamers(db, videoId),
    sharersOf: (videoId, runs) => findSharers(db, videoId, runs),
    async deleteBatch(place, videoId, limit) {
      if (!isChildTable(place)) throw new RangeError(`Rows of ${place.table} are not deleted in batches`);
      return deleteRowBatch(db, place, videoId, limit);
    },
    async deleteVideoRow(videoId, resolution) {
      try {
        const counts = await db.transaction().execute((trx) => deleteVideoRows(trx, videoId, resolution));
        return { counts, missed: [] };
      } catch (error) {
        if (error instanceof RunsMissed) return { counts: {}, missed: error.runs };
        throw error;
      }
    },
    look: (videoId) => countRows(db, videoId),
  };
}

function sayUnavailable(error: unknown): never {
  if (isUnavailable(error)) throw new StoreUnavailable('The database does not answer', { cause: error });
  throw error;
}
