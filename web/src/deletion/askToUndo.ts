import { statusOf } from '../client/ApiError.ts';
import type { VideoApi } from '../client/createVideoApi.ts';
import type { Deletion } from '../client/types.ts';
import { inBatches } from './progress/inBatches.ts';

/** What became of an undo: the deletion as it is now, or the status with which it was refused. */
export type Undone = { deletion: Deletion } | { status: number };

/** The most videos in one request. */
export const MOST_TOGETHER = 100;

/**
 * Undoes one deletion, or several in one request: the service decides by its arrival, so none is too late because of
 * the others. If no answer comes, it asks for each deletion. Never throws. @returns the outcome for each id
 */
export async function askToUndo(
  api: Pick<VideoApi, 'undo' | 'undoDeletions' | 'deletion'>,
  videoIds: readonly string[],
): Promise<Map<string, Undone>> {
  const outcomes = new Map<string, Undone>();
  for (let next = 0; next < videoIds.length; next += MOST_TOGETHER) {
    const ids = videoIds.slice(next, next + MOST_TOGETHER);
    try {
      const [only] = ids;
      if (only !== undefined && ids.length === 1) outcomes.set(only, { deletion: await api.undo(only) });
      else
        for (const { videoId, status, deletion } of await api.undoDeletions(ids))
          outcomes.set(videoId, deletion ? { deletion } : { status });
    } catch (error) {
      const status = statusOf(error);
      const found = await inBatches(ids, (id) => api.deletion(id).catch(() => undefined));
      for (const [position, id] of ids.entries()) {
        const deletion = found[position];
        outcomes.set(id, deletion?.state === 'cancelled' ? { deletion } : { status });
      }
    }
  }
  return outcomes;
}
