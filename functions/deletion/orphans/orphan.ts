import type { Counts } from '../counts.ts';
import { prefixOf } from '../data-map/data-map.ts';
import { inGroups } from '../in-groups.ts';
import type { Clock, Tombstones, VideoObjects } from '../ports.ts';
import { canonicalJson } from '../record/history.ts';
import { isOfOrphan, type State } from '../record/tombstone.ts';
import type { VideoId } from '../video-id.ts';
import type { StoredOriginal } from './lost-originals.ts';

/** The contents of storage, by the names that stand where the ids of videos should be. */
export type StoredVideos = {
  /** Everything, in pages. An id may occur more than once. `foreign`: the names that are not the id of a video. */
  list(): AsyncIterable<{ videoIds: VideoId[]; foreign: string[] }>;
  /** The files under the prefixes of originals, in pages. Unfinished uploads are not among them. */
  originals(): AsyncIterable<StoredOriginal[]>;
  /** When the newest thing of the video was written: an object, an old version, or a part of an unfinished upload. */
  newestAt(videoId: VideoId): Promise<Date | undefined>;
};

/** Which of the videos have a row. The answer must be current, not from a replica that lags behind. */
export type KnownVideos = { existing(videoIds: readonly VideoId[]): Promise<ReadonlySet<VideoId>> };

/**
 * `orphan`: neither the database nor a deletion knows the video. `residue`: the deletion of the video is done, but
 * something of it is still in storage.
 */
export type Orphan = { videoId: VideoId; kind: 'orphan' | 'residue'; counts: Counts; newestAt: string };

export type OrphanPorts = {
  stored: StoredVideos;
  videos: KnownVideos;
  objects: Pick<VideoObjects, 'look'>;
  tombstones: Pick<Tombstones, 'find'>;
  clock: Clock;
};

export type SuspectOptions = {
  /** If any part of a video is younger than this, it may be an upload in progress, so it is not an orphan yet. */
  minAgeSeconds: number;
  /**
   * True: a row proves that the video exists, and its tombstone is not read. This saves a request for every existing
   * video, but does not find a video that a restored backup has brought back together with its row.
   */
  trustsRows?: boolean;
};

/**
 * What a stored video is after a deletion in this state. In all other states, a deletion is in progress or a hold
 * forbids deleting.
 */
const KIND_AFTER: Partial<Record<State | 'unknown', Orphan['kind']>> = {
  unknown: 'orphan',
  none: 'orphan',
  cancelled: 'orphan',
  deleted: 'residue',
};

/** How many videos are checked at the same time. */
export const TOGETHER = 20;

/**
 * The orphans and residue among the videos. It reads rows first, then tombstones, then storage. A deletion writes its
 * tombstone before it deletes the row, so a deletion that ends meanwhile is found.
 */
export async function suspectsAmong(
  ports: OrphanPorts,
  videoIds: readonly VideoId[],
  { minAgeSeconds, trustsRows = false }: SuspectOptions,
): Promise<Orphan[]> {
  if (videoIds.length === 0) return [];
  const existing = await ports.videos.existing(videoIds);
  const doubtful = trustsRows ? videoIds.filter((videoId) => !existing.has(videoId)) : videoIds;
  const before = new Date(ports.clock().getTime() - minAgeSeconds * 1000);
  const found = await inGroups(doubtful, TOGETHER, async (videoId): Promise<Orphan | undefined> => {
    const kind = await kindBeside(ports, videoId, existing);
    const newest = kind && (await ports.stored.newestAt(videoId));
    if (!newest || (kind === 'orphan' && newest > before)) return undefined;
    return { videoId, kind, counts: await lookAt(ports, videoId), newestAt: newest.toISOString() };
  });
  return found.filter((suspect) => suspect !== undefined);
}

/** Checks the orphan again. Undefined when anything about it has changed. */
export async function lookAgain(ports: OrphanPorts, found: Orphan, minAgeSeconds: number): Promise<Orphan | undefined> {
  const [again] = await suspectsAmong(ports, [found.videoId], { minAgeSeconds });
  return again && isSame(again, found) ? again : undefined;
}

/** What a stored video is, by its row and its tombstone. Undefined while it exists, or while a deletion works on it. */
export async function kindOf(
  { videos, tombstones }: Pick<OrphanPorts, 'videos' | 'tombstones'>,
  videoId: VideoId,
): Promise<Orphan['kind'] | undefined> {
  const existing = await videos.existing([videoId]);
  return await kindBeside({ tombstones }, videoId, existing);
}

/** A video with a row exists, unless its deletion is done. In that case a backup has brought the row back. */
export async function kindBeside(
  { tombstones }: Pick<OrphanPorts, 'tombstones'>,
  videoId: VideoId,
  existing: ReadonlySet<VideoId>,
): Promise<Orphan['kind'] | undefined> {
  const tombstone = await tombstones.find(videoId);
  const kind = KIND_AFTER[tombstone?.state ?? 'unknown'];
  // What was deleted as an orphan was nobody's. With a row, it is a new video.
  const isSomebodys =
    existing.has(videoId) && (kind === 'orphan' || (tombstone !== undefined && isOfOrphan(tombstone)));
  return isSomebodys ? undefined : kind;
}

function lookAt({ objects }: OrphanPorts, videoId: VideoId): Promise<Counts> {
  return objects.look({ videoId, prefix: prefixOf(videoId), strayKeys: [] });
}

/** Residue may grow and is still residue. An orphan that grows is in use. */
function isSame(again: Orphan, found: Orphan): boolean {
  if (again.kind !== found.kind) return false;
  return again.kind === 'residue' || canonicalJson(again) === canonicalJson(found);
}
