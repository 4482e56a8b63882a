import { NotYours, SomeRefused, UnknownVideo } from '../errors.ts';
import { inGroups } from '../in-groups.ts';
import type { Caller } from '../ports.ts';
import type { Tombstone } from '../record/tombstone.ts';
import type { VideoId } from '../video-id.ts';
import { authenticate, authoriseByRow, authoriseByTombstone } from './authorise.ts';
import { type Allowed, acceptDeletion, type RequestPorts } from './request-deletion.ts';

/** The most videos in one request. */
export const MOST_TOGETHER = 100;

/**
 * How many are accepted at the same time. A hundred at once would wait for database connections until they time out.
 */
const AT_A_TIME = 10;

/** The result for one video: its deletion, or the error that kept it from being accepted. */
export type Outcome = { videoId: VideoId } & ({ deletion: Tombstone } | { error: unknown });

type Found = { videoId: VideoId } & (Allowed | { deletion: Tombstone } | { error: Error });

/**
 * Accepts several deletions. Every video is checked before any is changed. If the caller may not delete one of them,
 * all are refused. After that each is independent: if a store fails for one, the others stay accepted.
 * @param videoIds at most `MOST_TOGETHER`; repeats count once
 * @throws {SomeRefused} with the refused videos {AccountDisabled} {StoreUnavailable} before anything is changed
 */
export async function requestDeletions(
  ports: RequestPorts,
  { callerId, videoIds }: { callerId: string; videoIds: readonly VideoId[] },
): Promise<{ caller: Caller; outcomes: Outcome[] }> {
  const found: Found[] = [];
  let caller: Caller | undefined;
  for (const videoId of new Set(videoIds)) {
    const known = await authenticate(ports, { callerId, videoId });
    caller = known.caller;
    found.push(await check(ports, { videoId, ...known }));
  }
  if (!caller) throw new UnknownVideo('No video is named');
  const refusals = found.flatMap((one) => ('error' in one ? [one] : []));
  if (refusals.length > 0) throw new SomeRefused(refusals);
  const outcomes = await inGroups(found, AT_A_TIME, (one) => outcomeOf(ports, one));
  return { caller, outcomes };
}

async function check(ports: RequestPorts, { videoId, caller, video }: Omit<Allowed, 'video'> & Partial<Allowed>) {
  try {
    if (!video) return { videoId, deletion: authoriseByTombstone(caller, await ports.tombstones.find(videoId)) };
    authoriseByRow(caller, video);
    return { videoId, caller, video };
  } catch (error) {
    if (error instanceof NotYours || error instanceof UnknownVideo) return { videoId, error };
    throw error;
  }
}

async function outcomeOf(ports: RequestPorts, found: Found): Promise<Outcome> {
  const { videoId } = found;
  if (!('video' in found)) return found;
  try {
    return { videoId, deletion: await acceptDeletion(ports, found) };
  } catch (error) {
    return { videoId, error };
  }
}
