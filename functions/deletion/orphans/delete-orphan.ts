import type { Counts } from '../counts.ts';
import { prefixOf } from '../data-map/data-map.ts';
import { NotAllowedNow } from '../errors.ts';
import type { VideoObjects } from '../ports.ts';
import { kindOf, lookAgain, type Orphan, type OrphanPorts } from './orphan.ts';

/**
 * Deletes an orphan from storage, after a third check. Before each batch it checks for a row and a tombstone again.
 * Residue is not deleted here: its deletion is reapplied.
 * @returns what was deleted, by kind
 * @throws {NotAllowedNow} when the orphan has changed, or somebody knows it now; then nothing (more) is deleted
 * @throws {StepFailed}
 * @throws {ObjectsLocked}
 */
export async function deleteOrphan(
  ports: OrphanPorts & { objects: VideoObjects },
  found: Orphan,
  { minAgeSeconds }: { minAgeSeconds: number },
): Promise<Counts> {
  const { videoId } = found;
  const again = await lookAgain(ports, found, minAgeSeconds);
  if (again?.kind !== 'orphan') throw new NotAllowedNow('It is not what it was when it was found');
  return await ports.objects.deleteAll({ videoId, prefix: prefixOf(videoId), strayKeys: [] }, async () => {
    if ((await kindOf(ports, videoId)) !== 'orphan') throw new NotAllowedNow('Somebody knows of the video now');
  });
}
