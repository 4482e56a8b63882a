import { prefixOf } from '../deletion/data-map/data-map.ts';
import { StepFailed } from '../deletion/errors.ts';
import type { StorageTarget } from '../deletion/ports.ts';
import { idsWithin, isUuid, type VideoId } from '../deletion/video-id.ts';

/**
 * The last check before anything is deleted. Whatever a tombstone says, a store deletes only under the video's own
 * prefix, and only keys that contain the video's id.
 * @throws {StepFailed} `UnsafeTarget`
 */
export function refuseUnsafe({ videoId, prefix, strayKeys, folders = [] }: StorageTarget): void {
  const isSafe =
    isUuid(videoId) &&
    prefix === prefixOf(videoId) &&
    strayKeys.every((key) => key.includes(videoId)) &&
    folders.every((folder) => folder.endsWith(`/${videoId}/`));
  if (!isSafe) throw new StepFailed('UnsafeTarget');
}

/**
 * True for a key in one of the video's own folders of originals that is not the video's beyond doubt: it holds another
 * id anywhere, another video's row names it, or it holds dots that lead out of the folder.
 */
export function isKept(
  key: string,
  { videoId, ownerId, others = [] }: Pick<StorageTarget, 'videoId' | 'ownerId' | 'others'>,
): boolean {
  // S3 keeps dots as they are. Whoever resolves them means another folder.
  if (key.split('/').some((segment) => segment === '.' || segment === '..')) return true;
  return others.includes(key) || idsWithin(key).some((id) => id !== videoId && id !== ownerId);
}

/** The ids that are a segment of the key or its stem, each once. */
export function idsIn(key: string): VideoId[] {
  const names = key.split('/').flatMap((segment) => [segment, segment.split('.')[0] ?? '']);
  return [...new Set(names.map((name) => name.toLowerCase()))].filter(isUuid) as VideoId[];
}
