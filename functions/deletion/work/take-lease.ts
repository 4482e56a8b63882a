import { targetOf } from '../data-map/target.ts';
import { type FailureCode, reasonOf } from '../errors.ts';
import type { Ports, VideoRow } from '../ports.ts';
import { type ChangePorts, change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { isFree, type Tombstone } from '../record/tombstone.ts';
import { MAX_ATTEMPTS, type Rules } from '../rules.ts';

type LeasePorts = Pick<Ports, 'tombstones' | 'rows' | 'newId' | 'random'> & ChangePorts;

/** What became of the deletion. `exhausted`: no attempt is left; with `code`, because its row could not be read. */
export type Lease =
  | { outcome: 'leased' | 'ownerChanged' | 'postponed'; tombstone: Tombstone }
  | { outcome: 'exhausted'; code?: FailureCode | undefined }
  | { outcome: 'notFree' };

/**
 * Makes this worker the only one to work on the deletion, in one conditional write. The write also counts the attempt.
 * Before the work begins, the video's row is read once more: the video may have a new owner, and the row may name more.
 */
export async function takeLease(ports: LeasePorts, tombstone: Tombstone): Promise<Lease> {
  const { videoId, deletionId } = tombstone;
  const worker = ports.newId();
  const read = tombstone.state === 'pending' ? await readRow(ports, tombstone) : {};
  const isOurs = (current: Tombstone, at: Date) => current.deletionId === deletionId && isFree(current, at);
  const { before, after } = await change(
    ports,
    videoId,
    (current, now) => {
      // A release may have led back to a pending deletion, whose row this worker has not read.
      const isUnread = current.state === 'pending' && tombstone.state !== 'pending';
      if (!isOurs(current, now.at) || isUnread || isExhausted(current, read)) return current;
      if (current.state === 'pending' && read.code)
        return lifecycle.postpone(current, { code: read.code, random: ports.random }, now);
      return lifecycle.begin(current, { worker, row: read.video && rowOf(current, read.video, ports.rules) }, now);
    },
    tombstone,
  );
  if (after.lease?.owner === worker) return { outcome: 'leased', tombstone: after };
  if (after !== before)
    return { outcome: after.state === 'cancelled' ? 'ownerChanged' : 'postponed', tombstone: after };
  const isLost = !isOurs(before, ports.clock()) || !isExhausted(before, read);
  return isLost ? { outcome: 'notFree' } : { outcome: 'exhausted', code: read.code };
}

type Read = { video?: VideoRow; code?: FailureCode };

async function readRow({ rows }: LeasePorts, { videoId, ownerId }: Tombstone): Promise<Read> {
  try {
    const { video } = await rows.find(ownerId, videoId);
    return video ? { video } : {};
  } catch (error) {
    return { code: reasonOf(error) };
  }
}

function rowOf({ videoId }: Tombstone, video: VideoRow, rules: Rules) {
  return { ownerId: video.ownerId, target: targetOf({ videoId, video }, rules) };
}

/** The last attempt that cannot read the row is the end of a deletion that has not begun. */
function isExhausted(tombstone: Tombstone, { code }: Read): boolean {
  const isLast = tombstone.state === 'pending' && code !== undefined && tombstone.attempts + 1 >= MAX_ATTEMPTS;
  return isLast || lifecycle.isExhausted(tombstone);
}
