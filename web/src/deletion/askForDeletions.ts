import { ApiError, statusOf } from '../client/ApiError.ts';
import type { VideoApi } from '../client/createVideoApi.ts';
import { TIMED_OUT } from '../client/send.ts';
import type { Deletion } from '../client/types.ts';
import { inBatches } from './progress/inBatches.ts';
import { isOpen, WITH_OTHERS } from './progress/progress.ts';

/** The result of a request: a deletion, or the status with which it was refused. */
export type Outcome = { deletion: Deletion } | { status: number };

type Asked = Pick<VideoApi, 'requestDeletion' | 'requestDeletions' | 'deletion'>;

/**
 * Requests one deletion, or several together. If no answer comes, or an unclear one, it asks the API for each deletion:
 * the service may have accepted the request, and then the video must not reappear in the list. Never throws.
 * @returns the outcome for each id
 */
export async function askForDeletions(api: Asked, videoIds: readonly string[]): Promise<Map<string, Outcome>> {
  const [only, ...others] = videoIds;
  try {
    if (only && others.length === 0) return new Map([[only, { deletion: await api.requestDeletion(only) }]]);
    const results = await api.requestDeletions(videoIds);
    return new Map(
      results.map(({ videoId, status, deletion }) => [videoId, deletion ? { deletion } : { status }] as const),
    );
  } catch (error) {
    const ofEach = error instanceof ApiError ? error.refused : new Map<string, number>();
    const ofOthers = ofEach.size > 0 ? WITH_OTHERS : statusOf(error);
    const outcomes = await inBatches(videoIds, (id) => outcomeOf(api, id, ofEach.get(id) ?? ofOthers));
    return new Map(videoIds.map((id, position) => [id, outcomes[position] ?? { status: ofOthers }]));
  }
}

async function outcomeOf(api: Asked, videoId: string, status: number): Promise<Outcome> {
  if (!isUnclear(status)) return { status };
  const deletion = await api.deletion(videoId).catch(() => undefined);
  return deletion && (deletion.hidden || isOpen(deletion)) ? { deletion } : { status };
}

function isUnclear(status: number): boolean {
  return status === 0 || status === TIMED_OUT || status >= 500;
}
