import type { Counts } from '../../../functions/deletion/counts.ts';
import { cacheKeysOf, feedPagesKeyOf, ownerCacheKeysOf } from '../../../functions/deletion/data-map/data-map.ts';
import type { DeletionMessage } from '../../../functions/deletion/ports.ts';
import type { VideoId } from '../../../functions/deletion/video-id.ts';
import { aVideoId } from '../a-tombstone.ts';
import type { MemoryStores } from './stores.ts';

export type MemoryVideo = { videoId: VideoId; ownerId: string; message(deletionId: string): DeletionMessage };

/**
 * What a deletion does not delete although it names the video: settled reports, ended runs and copies, the fence, the
 * gate.
 */
const KEPT = ['settled reports', 'ended runs', 'ended copies', 'fences', 'gates'];

/** How a test puts a video into every store in memory, and looks whether it is still there, past all of our code. */
export function memoryPlatformOf({ objects, cache, runs, edge, seed, lines }: MemoryStores) {
  const namingAny = (ids: readonly string[]) => lines().filter(({ text }) => ids.some((id) => text.includes(id)));
  return {
    user: seed.user,
    /**
     * A video in every store: 6 objects (one overwritten, one deleted, one being uploaded), rows, a run, cached copies.
     */
    async video({ ownerId, videoId = aVideoId() }: { ownerId?: string; videoId?: VideoId } = {}): Promise<MemoryVideo> {
      const owner = ownerId ?? (await seed.user());
      const prefix = `videos/${videoId}/`;
      const urls = [`https://cdn.example.com/${prefix}playlist.m3u8`, `uploads/${videoId}.mp4`];
      await seed.video({ videoId, ownerId: owner, urls });
      await seed.children('views', videoId, 3);
      for (const table of ['votes', 'user_liked_videos', 'share_links', 'share_clicks'] as const)
        await seed.children(table, videoId, 1);
      await seed.report({ type: 'video', targetId: videoId, status: 'pending' });
      await seed.stat(videoId);
      putObjects(objects, videoId);
      const run = runs.start(`video-${videoId}`);
      await seed.run(videoId, run);
      const pages = [1, 2].map((page) => `feed:${videoId}:${page}`);
      const keys = [...cacheKeysOf(videoId), ...ownerCacheKeysOf(owner), ...pages];
      await cache.inside.mSet(Object.fromEntries(keys.map((key) => [key, 'cached'])));
      await cache.inside.sAdd(feedPagesKeyOf(videoId), pages);
      edge.view(videoId, `/${prefix}playlist.m3u8`);
      return { videoId, ownerId: owner, message: (deletionId) => ({ videoId, deletionId }) };
    },
    /** What is left of a video, by kind; nothing is `{}`. Its owner's own lists are the platform's to write again. */
    left(videoId: VideoId): Counts {
      const counts: Counts = {};
      for (const { place } of namingAny([videoId])) if (!KEPT.includes(place)) counts[place] = (counts[place] ?? 0) + 1;
      return counts;
    },
    /**
     * The content of every store, without what names one of the videos, and without what every deletion changes: its
     * owner's lists, the feed.
     */
    othersThan(videos: readonly Pick<MemoryVideo, 'videoId' | 'ownerId'>[]): string[] {
      const ids = videos.map(({ videoId }) => videoId);
      const madeOld = ['feed:version', ...videos.flatMap(({ ownerId }) => ownerCacheKeysOf(ownerId))];
      return lines()
        .filter(({ text }) => !ids.some((id) => text.includes(id)))
        .filter(({ place, text }) => place !== 'cache' || !madeOld.some((key) => text.startsWith(key)))
        .map(({ text }) => text)
        .sort();
    },
  };
}

function putObjects(objects: MemoryStores['objects'], videoId: VideoId): void {
  const prefix = `videos/${videoId}/`;
  for (const name of ['playlist.m3u8', 'thumbnail.jpg', '720p/a.m3u8', '720p/a_001.ts', '720p/a_002.ts', 'old.ts'])
    objects.put(prefix + name);
  objects.put(`${prefix}playlist.m3u8`);
  objects.mark(`${prefix}old.ts`);
  objects.upload(`${prefix}720p/a_003.ts`);
  objects.put(`uploads/${videoId}.mp4`);
}
