import { UnknownVideo } from '../errors.ts';
import { inGroups } from '../in-groups.ts';
import type { Caller } from '../ports.ts';
import type { VideoId } from '../video-id.ts';
import { authenticate } from './authorise.ts';
import type { Outcome } from './request-deletions.ts';
import { type AskedToUndo, cancelDeletion, showAgain, type UndoPorts } from './undo-deletion.ts';

/** How many are undone at the same time. A hundred at once would wait for database connections until they time out. */
const AT_A_TIME = 10;

/**
 * Undoes several deletions. All are cancelled before any video is shown again, so that none runs out of time for the
 * others. Each has its own result.
 * @param videoIds at most `MOST_TOGETHER`; repeats count once
 * @throws {AccountDisabled} {StoreUnavailable} before anything is changed
 */
export async function undoDeletions(
  ports: UndoPorts,
  { videoIds, ...asked }: Omit<AskedToUndo, 'videoId'> & { videoIds: readonly VideoId[] },
): Promise<{ caller: Caller; outcomes: Outcome[] }> {
  const [first] = videoIds;
  if (!first) throw new UnknownVideo('No video is named');
  const { caller } = await authenticate(ports, { callerId: asked.callerId, videoId: first });
  const cancelled = await inGroups([...new Set(videoIds)], AT_A_TIME, async (videoId) => {
    const [outcome] = await Promise.allSettled([cancelDeletion(ports, { ...asked, videoId })]);
    return { videoId, outcome };
  });
  const outcomes = await inGroups(cancelled, AT_A_TIME, async ({ videoId, outcome }): Promise<Outcome> => {
    if (outcome.status === 'rejected') return { videoId, error: outcome.reason };
    const { deletion } = await showAgain(ports, outcome.value).catch(() => outcome.value);
    return { videoId, deletion };
  });
  return { caller, outcomes };
}
