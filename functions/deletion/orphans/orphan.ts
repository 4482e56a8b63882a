import type { Counts } from '../counts.ts';
import { prefixOf } from '../data-map/data-map.ts';
import { inGroups } from '../in-groups.ts';
import type { Clock, Tombstones, VideoObjects } from '../ports.ts';
import { canonicalJson } from '../record/history.ts';
import type { State } from '../record/tombstone.ts';
import type { VideoId } from '../video-id.ts';

/** What storage holds, by the names that stand where videos' ids should. */
export type StoredVideos = {
  /** All of it in pages; an id may come more than once. `foreign`: what stands there and names no video, as it is called. */
  list(): AsyncIterable<{ videoIds: VideoId[]; foreign: string[] }>;
  /** When the newest of what the video has there was written: objects, old versions, parts of unfinished uploads. */
  newestAt(videoId: VideoId): Promise<Date | undefined>;
};

/** Which of the videos have a row. The answer is as of now: no copy that lags behind. */
export type KnownVideos = { existing(videoIds: readonly VideoId[]): Promise<ReadonlySet<VideoId>> };

/**
 * `orphan`: nobody knows of the video, neither the database nor a deletion. `residue`: its deletion is done, and something of it
 * is there all the same.
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
  /** An orphan of which anything was written less than so many seconds ago may be an upload in flight: it is none yet. */
  minAgeSeconds: number;
  /**
   * Takes a row for life, without asking for its tombstone: a request less for every living video. What a restored backup has
   * brought back with its row is not found then.
   */
  trustsRows?: boolean;
};

/** Deletions that are through with the video, or that never were: what is not listed here is still at work, or forbids it. */
const KIND_AFTER: Partial<Record<State | 'unknown', Orphan['kind']>> = {
  unknown: 'orphan',
  none: 'orphan',
  cancelled: 'orphan',
  deleted: 'residue',
};

/** Videos that are looked at side by side. */
export const TOGETHER = 20;

/**
 * Those of the videos that are nobody's, as of now. Rows first, then tombstones, then what is stored: a deletion that ends
 * meanwhile has left its tombstone before its row went.
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

/** The orphan as it is now, if it still is what it was; undefined when anything about it has changed. */
export async function lookAgain(ports: OrphanPorts, found: Orphan, minAgeSeconds: number): Promise<Orphan | undefined> {
  const [again] = await suspectsAmong(ports, [found.videoId], { minAgeSeconds });
  return again && isSame(again, found) ? again : undefined;
}

/** What the row and the tombstone say of a video: nothing when it is alive, or in the hands of a deletion. */
export async function kindOf(
  { videos, tombstones }: Pick<OrphanPorts, 'videos' | 'tombstones'>,
  videoId: VideoId,
): Promise<Orphan['kind'] | undefined> {
  const existing = await videos.existing([videoId]);
  return await kindBeside({ tombstones }, videoId, existing);
}

/** A row makes a video alive, unless its deletion is done: then it is back, as from a backup. */
async function kindBeside(
  { tombstones }: Pick<OrphanPorts, 'tombstones'>,
  videoId: VideoId,
  existing: ReadonlySet<VideoId>,
): Promise<Orphan['kind'] | undefined> {
  const tombstone = await tombstones.find(videoId);
  const kind = KIND_AFTER[tombstone?.state ?? 'unknown'];
  return kind === 'orphan' && existing.has(videoId) ? undefined : kind;
}

function lookAt({ objects }: OrphanPorts, videoId: VideoId): Promise<Counts> {
  return objects.look({ videoId, prefix: prefixOf(videoId), strayKeys: [] });
}

/** Whatever is residue stays so while it grows; an orphan that grows is somebody's. */
function isSame(again: Orphan, found: Orphan): boolean {
  if (again.kind !== found.kind) return false;
  return again.kind === 'residue' || canonicalJson(again) === canonicalJson(found);
}
