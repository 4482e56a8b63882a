import { describe, expect, it } from 'vitest';
import type { VideoId } from '../../../functions/deletion/video-id.ts';
import { edgeContract } from '../../contracts/edge.ts';
import { gateContract } from '../../contracts/gate.ts';
import { describeVideoCache } from '../../contracts/video-cache.ts';
import { describeVideoObjects, newVideoId, proceed, targetOf } from '../../contracts/video-objects.ts';
import { describeVideoRows } from '../../contracts/video-rows.ts';
import { videoRunsContract } from '../../contracts/video-runs.ts';
import { createMemoryCache } from './cache.ts';
import { createMemoryEdge } from './edge.ts';
import { createMemoryObjects } from './objects.ts';
import { createMemoryRows, createMemoryStats } from './rows.ts';
import { createMemoryRuns } from './runs.ts';
import { emptyTables, seedTables } from './tables.ts';

const NOW = new Date('2026-11-22T10:00:00.000Z');
const clock = () => NOW;
const close = async () => {};

describeVideoRows('memory', async () => {
  const tables = emptyTables();
  return { rows: createMemoryRows(tables), seed: seedTables(tables), close };
});

describe('VideoObjects: memory', () =>
  describeVideoObjects(async () => {
    const objects = createMemoryObjects({ clock });
    return {
      objects,
      put: async (key) => objects.put(key),
      names: async () => objects.keys(),
      fill: async (videoId) => {
        const keys = keysOf(videoId);
        for (const key of [...keys, ...keys]) objects.put(key, 5);
        objects.mark(keys[0] as string);
        for (const key of keys) objects.upload(key);
        return { objects: 2, versions: 4, deleteMarkers: 1, uploads: 3, bytes: 30 };
      },
      neighbours: (videoId) => [`videos/${videoId}`, `videos/${videoId}x/a.ts`, `uploads/${videoId}.mp4.bak`],
      obstruct: async (videoId) => {
        const clear = objects.refuse(`videos/${videoId}/thumbnail.jpg`);
        return async () => clear();
      },
      close,
    };
  }));

describe('VideoCache: memory', () =>
  describeVideoCache(async () => {
    const cache = createMemoryCache({ clock });
    return { cache, inside: cache.inside, stop: close };
  }));

videoRunsContract('memory', async () => {
  const runs = createMemoryRuns();
  return { runs, start: async (name) => runs.start(name), finish: async () => runs.finish(), close };
});

edgeContract('memory', async () => {
  const { edge, complete } = createMemoryEdge({ clock });
  return { edge, complete: async () => complete(), close };
});

gateContract('memory', async () => {
  const { gate, view } = createMemoryEdge({ clock });
  return {
    gate,
    async view(videoId) {
      const status = view(videoId, `/videos/${videoId}/a.ts`);
      return { status, cacheControl: status === 410 ? 'no-store' : null };
    },
    close,
  };
});

describe('storage in memory', () => {
  it('keeps a locked version, takes the rest, and says until when', async () => {
    const objects = createMemoryObjects({ clock });
    const videoId = newVideoId();
    const [locked, free] = keysOf(videoId) as [string, string];
    for (const key of [locked, free]) objects.put(key, 5);
    objects.lock(locked, new Date('2026-12-01T00:00:00.000Z'));
    await expect(objects.deleteAll(targetOf(videoId), proceed)).rejects.toMatchObject({
      name: 'ObjectsLocked',
      until: '2026-12-01T00:00:00.000Z',
      counts: { objects: 1, bytes: 5 },
    });
    expect(objects.keys()).toEqual([locked]);
    objects.lock(locked);
    await expect(objects.deleteAll(targetOf(videoId), proceed)).rejects.toMatchObject({ until: undefined });
    objects.unlock(locked);
    expect(await objects.deleteAll(targetOf(videoId), proceed)).toEqual({ objects: 1, bytes: 5 });
  });
});

describe('the edge in memory', () => {
  it('keeps a copy that was made after the invalidation was asked for', async () => {
    const { edge, view, complete, lines } = createMemoryEdge({ clock });
    const videoId = newVideoId();
    view(videoId, `/videos/${videoId}/before.ts`);
    await edge.invalidate([`/videos/${videoId}/*`], 'a:1');
    view(videoId, `/videos/${videoId}/after.ts`);
    complete();
    expect(lines()).toEqual([{ place: 'edge', text: `/videos/${videoId}/after.ts` }]);
  });
});

describe('the figures in memory', () => {
  it('are derived anew only while they name a video that is gone', async () => {
    const tables = emptyTables();
    const stats = createMemoryStats(tables);
    const seed = seedTables(tables);
    const videoId = await seed.video({ ownerId: await seed.user() });
    await seed.refreshStats();
    expect(await stats.refreshIfStale()).toBe(false);
    tables.videos.delete(videoId);
    expect([await stats.refreshIfStale(), tables.stats.size]).toEqual([true, 0]);
  });
});

function keysOf(videoId: VideoId): string[] {
  return [`videos/${videoId}/thumbnail.jpg`, `videos/${videoId}/720p/a.ts`, `uploads/${videoId}.mp4`];
}
