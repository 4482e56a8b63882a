import type { Kysely } from 'kysely';
import type { Tombstones } from '../../functions/deletion/ports.ts';
import { stateBehindHold, type Tombstone } from '../../functions/deletion/record/tombstone.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import type { Database } from '../../functions/stores/postgres/database.ts';
import { type Entry, goneAmong, keepBehindFences } from './fences.ts';
import { Problem } from './problem.ts';
import { askCache, type ReadCache } from './read-cache.ts';
import { selectVideos, toVideo, type Video } from './video.ts';

type Sources = { db: Kysely<Database>; cache?: ReadCache; tombstones: Pick<Tombstones, 'find'> };

/** A video is cached in four parts, by how often they change. `seconds` is the lifetime of a part. */
const PARTS = [
  { suffix: '', seconds: 300, fields: ['id', 'status', 'created_at'] },
  { suffix: ':meta', seconds: 300, fields: ['title', 'description', 'duration_seconds'] },
  { suffix: ':playback', seconds: 300, fields: ['url_hls', 'thumbnail'] },
  { suffix: ':stats', seconds: 30, fields: ['likes', 'views'] },
] as const satisfies { suffix: string; seconds: number; fields: (keyof Video)[] }[];

const keyOf = (videoId: VideoId, suffix: string) => `video:${videoId}${suffix}`;

/**
 * A video that everybody may see.
 * @throws {Problem} 410 when it is deleted or being deleted, 404 when it is unknown, not ready, or was never public. So
 * nobody learns that there was a private video.
 */
export async function readVideo({ db, cache, tombstones }: Sources, videoId: VideoId): Promise<Video> {
  const asked = await askCache(cache, async (it) => ({ kept: await findKept(it, videoId) }));
  if (asked?.kept) return asked.kept;
  const [row, tombstone] = await Promise.all([
    selectVideos(db).where('videos.id', '=', videoId).executeTakeFirst(),
    tombstones.find(videoId),
  ]);
  if (tombstone && isDeleting(tombstone)) throw tombstone.wasPublic ? gone() : unknown();
  if (row?.status !== 'ready' || row.deleted_at) throw unknown();
  const video = toVideo(row);
  // If the cache did not answer, do not ask it again.
  if (asked && (await askCache(cache, (it) => keep(it, videoId, video)))) throw gone();
  return video;
}

function unknown(): Problem {
  return new Problem(404, 'There is no such video');
}

function gone(): Problem {
  return new Problem(410, 'This video has been deleted');
}

/**
 * Whether a deletion hides the video. A hold without a deletion hides nothing, and a hold during a deletion does not
 * change it.
 */
function isDeleting(tombstone: Tombstone): boolean {
  return !['none', 'cancelled'].includes(stateBehindHold(tombstone));
}

async function findKept(cache: ReadCache, videoId: VideoId): Promise<Video | undefined> {
  const parts = await Promise.all(PARTS.map(({ suffix }) => cache.get(keyOf(videoId, suffix))));
  if (parts.some((part) => part === null) || (await isGone(cache, videoId))) return undefined;
  return Object.assign({}, ...parts.map((part) => JSON.parse(part ?? '{}')));
}

/** Caches the parts, unless there is a fence before or after. True when there is a fence. */
async function keep(cache: ReadCache, videoId: VideoId, video: Video): Promise<boolean> {
  if (await isGone(cache, videoId)) return true;
  const entries: Entry[] = PARTS.map(({ suffix, seconds, fields }) => {
    const part = Object.fromEntries(fields.map((field) => [field, video[field]]));
    return { key: keyOf(videoId, suffix), value: JSON.stringify(part), seconds };
  });
  return (await keepBehindFences(cache, entries, [videoId])).size > 0;
}

async function isGone(cache: ReadCache, videoId: VideoId): Promise<boolean> {
  return (await goneAmong(cache, [videoId])).size > 0;
}
