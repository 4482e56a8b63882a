import { prefixOf } from '../deletion/data-map/data-map.ts';
import { StepFailed } from '../deletion/errors.ts';
import type { StorageTarget } from '../deletion/ports.ts';
import { isUuid } from '../deletion/video-id.ts';

/**
 * The last guard before anything is deleted: whatever a tombstone says, a store is only ever asked for this video's
 * own prefix and for keys that name the video.
 * @throws {StepFailed} `UnsafeTarget`
 */
export function refuseUnsafe({ videoId, prefix, strayKeys }: StorageTarget): void {
  const isSafe = isUuid(videoId) && prefix === prefixOf(videoId) && strayKeys.every((key) => key.includes(videoId));
  if (!isSafe) throw new StepFailed('UnsafeTarget');
}
