import type { RedisClientType } from '@redis/client';
import type { DemoVideo } from '../video/video-content.ts';

/** The first page of everybody's feed. */
const FIRST_PAGE = 'feed:page:first';

/**
 * Caches a video as the sample platform does: its parts, its owner's statistics, feed pages that show it, and the set
 * that lists those pages. Each value contains the video's id, so that a copy can be recognised under any key. Without
 * `seconds`, copies do not expire, and the first page of the feed is not written.
 */
export async function writeCachedCopies(
  redis: RedisClientType,
  video: DemoVideo,
  { pages, seconds }: { pages: number; seconds: number | undefined },
): Promise<void> {
  const pageKeys = Array.from({ length: pages }, (_, n) =>
    n === 0 && seconds ? FIRST_PAGE : `feed:page:demo-${video.videoId}-${n + 1}`,
  );
  const page = { videos: [{ ...shownAs(video), owner: 'demo' }] };
  const copies = { ...partsOf(video), ...figuresOf(video), ...Object.fromEntries(pageKeys.map((key) => [key, page])) };
  const expiration = seconds ? { expiration: { type: 'EX' as const, value: seconds } } : {};
  await Promise.all(Object.entries(copies).map(([key, value]) => redis.set(key, JSON.stringify(value), expiration)));
  if (pageKeys.length === 0) return;
  const list = `video:${video.videoId}:feeds`;
  await redis.sAdd(list, pageKeys);
  if (seconds) await redis.expire(list, seconds);
}

/** The video as the platform's API returns it. */
function shownAs({ videoId, title, status = 'ready' }: DemoVideo) {
  return { id: videoId, title, description: null, status, ...playbackOf(videoId), ...WITHOUT_FIGURES };
}

const WITHOUT_FIGURES = { duration_seconds: 7, created_at: '2026-11-22T10:00:00.000Z', likes: 0, views: 0 };
const playbackOf = (videoId: string) => ({
  url_hls: `/videos/${videoId}/playlist.m3u8`,
  thumbnail: `/videos/${videoId}/thumbnail.jpg`,
});

function partsOf(video: DemoVideo): Record<string, object> {
  const { videoId, title, status = 'ready' } = video;
  const key = `video:${videoId}`;
  return {
    [key]: { id: videoId, status, created_at: WITHOUT_FIGURES.created_at },
    [`${key}:meta`]: { id: videoId, title, description: null, duration_seconds: 7 },
    [`${key}:playback`]: playbackOf(videoId),
    [`${key}:stats`]: { id: videoId, likes: 0, views: 0 },
  };
}

function figuresOf(video: DemoVideo): Record<string, object> {
  const { videoId, ownerId } = video;
  const newest = { newest: videoId };
  const account = { id: ownerId, username: 'demo', created_at: WITHOUT_FIGURES.created_at };
  return {
    [`user:${ownerId}:profile`]: { ...account, ...newest },
    [`user:${ownerId}:stats`]: { videos_uploaded: 1, total_likes_received: 0, total_views: 0, ...newest },
    [`user:${ownerId}:videos`]: { videos: [shownAs(video)] },
  };
}
