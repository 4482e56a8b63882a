import type { Ports } from '../ports.ts';
import { type ChangePorts, change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import type { Tombstone } from '../record/tombstone.ts';
import type { VideoId } from '../video-id.ts';
import { enqueue } from '../work/enqueue.ts';

/**
 * Lets the next attempt of a deletion begin now, which otherwise waits for the end of its backoff.
 * @throws {NotAllowedNow} unless it waits for that {UnknownVideo}
 */
export async function hurryDeletion(
  ports: Pick<Ports, 'tombstones' | 'cleanupQueue'> & ChangePorts,
  { videoId, by }: { videoId: VideoId; by: string },
): Promise<Tombstone> {
  const { after } = await change(ports, videoId, (current, now) => lifecycle.hurry(current, { by }, now));
  await enqueue(ports, after);
  ports.log.info('deletion hurried', { videoId, deletionId: after.deletionId });
  return after;
}
