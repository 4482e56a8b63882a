import { setTimeout as wait } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import type { Database } from '../../functions/stores/postgres/database.ts';

/** Between two views of one visitor, in milliseconds. */
const PAUSE = 5;

/** Somebody who watches a video over and over until it is gone. @returns `leave`, with how long each view took to be written, in milliseconds */
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

/** False when there is no such video any more. */
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
