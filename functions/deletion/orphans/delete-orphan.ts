import { prefixOf } from '../data-map/data-map.ts';
import { NotAllowedNow } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { type ChangePorts, create } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { isUndone, type Target, type Tombstone, UNKNOWN_OWNER } from '../record/tombstone.ts';
import type { VideoId } from '../video-id.ts';
import { enqueue, enqueueGate } from '../work/enqueue.ts';
import { lookAgain, type Orphan, type OrphanPorts } from './orphan.ts';

type DeletePorts = OrphanPorts & Pick<Ports, 'tombstones' | 'cleanupQueue' | 'edgeQueue' | 'newId'> & ChangePorts;

/**
 * Requests the deletion of an orphan, after a third check: from then on it is a deletion as any other, with a
 * tombstone, the checks and a receipt. There is no undo window, because nobody owns the video. Residue is not deleted
 * here: its deletion is reapplied.
 * @param by who asks, as the history records it
 * @throws {NotAllowedNow} when the orphan has changed, or somebody knows it now; then nothing is deleted
 */
export async function deleteOrphan(
  ports: DeletePorts,
  found: Orphan,
  { minAgeSeconds, by }: { minAgeSeconds: number; by: string },
): Promise<Tombstone> {
  const { videoId } = found;
  const again = await lookAgain(ports, found, minAgeSeconds);
  if (again?.kind !== 'orphan') throw new NotAllowedNow('It is not what it was when it was found');
  const asked = { videoId, deletionId: ports.newId(), ownerId: UNKNOWN_OWNER, by, reason: 'orphan' } as const;
  const { after } = await create(ports, videoId, (standing, now) => {
    if (standing && !isUndone(standing)) throw new NotAllowedNow('Somebody knows of the video now');
    return lifecycle.request({ ...asked, wasPublic: false, target: targetOf(videoId) }, now, standing);
  });
  ports.metrics.record('DeletionsRequested', 1);
  ports.log.info('deletion requested', { videoId, deletionId: after.deletionId, reason: asked.reason });
  await Promise.all([enqueueGate(ports, after), enqueue(ports, after)]);
  return after;
}

/**
 * Only the prefix was looked at, counted and found old. Under the prefixes of originals, the same id may be a user's,
 * or an upload may have just begun: what lies there is reported as lost, for a person to decide.
 */
function targetOf(videoId: VideoId): Target {
  return { prefix: prefixOf(videoId), strayKeys: [], notOurs: { count: 0 }, runs: [], runsByName: true };
}
