import { setTimeout as wait } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import type { Database } from '../../functions/stores/postgres/database.ts';

/** Milliseconds between two views of one visitor. */
const PAUSE = 5;

/**
 * Writes views of a video until the video is gone. @returns `leave`, which returns how long writing each view took, in
 * milliseconds
 */
export function startVisitor(db: Kysely<Database>, videoId: VideoId): { leave(): Promise<number[]> } {
  let isLeaving = false;
  const stay = async () => {
    const times: number[] = [];
    while (!isLeaving) {
      const from = performance.now();
      const isThere = await view(db, videoId);
      times.push(performance.now() - from);
      if (!isThere) break;
      await wait(PAUSE);
    }
    return times;
  };
  const stayed = stay();
  return {
    leave() {
      isLeaving = true;
      return stayed;
    },
  };
}

/** False when the video does not exist any more. */
async function view(db: Kysely<Database>, videoId: VideoId): Promise<boolean> {
  const FOREIGN_KEY_VIOLATION = '23503';
  try {
    await db.insertInto('views').values({ video_id: videoId }).execute();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === FOREIGN_KEY_VIOLATION) return false;
    throw error;
  }
}
