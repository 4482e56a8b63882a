import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheKeysOf, feedPagesKeyOf, ownerCacheKeysOf, prefixOf } from '../../functions/deletion/data-map/data-map.ts';
import { strayKeysOf } from '../../functions/deletion/data-map/stray-keys.ts';
import { parseVideoId, type VideoId } from '../../functions/deletion/video-id.ts';
import { createLocalFiles } from '../../functions/stores/files/local-files.ts';
import { PROCESSING_FUNCTIONS } from '../../platform/processing/definition.ts';
import { fileOutput } from '../../platform/processing/outputs.ts';
import { processingTasks } from '../../platform/processing/tasks.ts';
import type { ReadCache } from '../../platform/reads/read-cache.ts';
import { createPlatformRoutes } from '../../platform/reads/routes.ts';
import { userIdOf } from '../../platform/seed/accounts.ts';
import { seedPlatform } from '../../platform/seed/seed-platform.ts';
import { videoFiles } from '../../platform/video-files.ts';
import { aVideoId } from '../support/a-tombstone.ts';
import { createMemoryTombstones } from '../support/memory-tombstones.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';

const CDN = 'https://cdn.example.com';
const ORIGINALS_PREFIXES = ['uploads/', 'originals/'];

let database: TestDatabase;
const stored: string[] = [];
beforeAll(async () => {
  database = await freshDatabase();
  await seedPlatform({ db: database.db, cdnUrl: CDN, putFile: async (key) => void stored.push(key) });
});
afterAll(() => database.drop());

/** What the platform's processing writes of a video, whatever its functions are. */
async function process(videoId: VideoId, write: (key: string, body: string | Uint8Array) => Promise<void>) {
  const tasks = processingTasks({ write, wait: async () => {}, segmentMilliseconds: 0 });
  const input = { videoId, rendition: '720p', segments: 2, nextSegment: 1 };
  for (const name of PROCESSING_FUNCTIONS) await tasks[name](input);
}

describe('F31 a new prefix that nobody empties', () => {
  it('has no key in the bucket that is neither under its prefix nor a stray key of its row', async () => {
    const videos = await database.db.selectFrom('videos').selectAll().execute();
    const isCovered = (key: string) =>
      videos.some(({ id, user_id: ownerId, url_hls, url_mp4, thumbnail }) => {
        const videoId = parseVideoId(id);
        const urls = [url_hls, url_mp4, thumbnail].filter((url) => url !== null);
        const row = { videoId, ownerId, bucket: 'videos', originalsPrefixes: ORIGINALS_PREFIXES };
        return key.startsWith(prefixOf(videoId)) || strayKeysOf(urls, row).strayKeys.includes(key);
      });
    expect(stored.length).toBeGreaterThan(videos.length);
    expect(stored.filter((key) => !isCovered(key))).toEqual([]);
  });

  it('has processing that writes under the prefix of its video alone', async () => {
    const videoId = aVideoId();
    const written: string[] = [];
    await process(videoId, async (key) => void written.push(key));
    expect(written).toHaveLength(5);
    expect(written.filter((key) => !key.startsWith(prefixOf(videoId)))).toEqual([]);
  });

  it('has no file on a disk that a deletion leaves', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'platform-keys-'));
    const videoId = aVideoId();
    const write = fileOutput(folder);
    for (const { key, body } of videoFiles(videoId, { thumbnail: 'harbour', layout: 'local' })) await write(key, body);
    await process(videoId, write);
    const files = async () =>
      (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect((await files()).length).toBeGreaterThan(10);

    const objects = createLocalFiles({ uploads: folder, processing: join(folder, 'none') });
    await objects.deleteAll({ videoId, prefix: prefixOf(videoId), strayKeys: [] }, async () => {});
    expect(await files()).toEqual([]);
    await rm(folder, { recursive: true });
  });
});

describe('F31 a new cache key that nobody invalidates', () => {
  it('has reads that keep nothing but the keys of the data map, and pages that its sets list', async () => {
    const { kept, pages } = await readEverything();
    const videos = await database.db.selectFrom('videos').select('id').execute();
    const users = await database.db.selectFrom('users').select('id').execute();
    const named = new Set([
      ...videos.flatMap(({ id }) => cacheKeysOf(parseVideoId(id))),
      ...users.flatMap(({ id }) => ownerCacheKeysOf(id)),
    ]);
    const sets = new Set(videos.map(({ id }) => feedPagesKeyOf(parseVideoId(id))));
    const listed = new Set([...pages].flatMap(([set, members]) => (sets.has(set) ? members : [])));

    expect([...pages.keys()].filter((set) => !sets.has(set))).toEqual([]);
    expect([...kept.keys()].filter((key) => !named.has(key) && !listed.has(key))).toEqual([]);
    // A page is listed with every video that it shows.
    for (const page of listed)
      for (const id of idsIn(kept.get(page) ?? ''))
        expect(pages.get(feedPagesKeyOf(parseVideoId(id))), `${page} shows ${id}`).toContain(page);
    expect([...kept.keys()].filter((key) => named.has(key)).length).toBeGreaterThan(6);
    expect(listed.size).toBeGreaterThan(0);
  });
});

/**
 * Calls every read of the platform for every video, as an owner. @returns what it cached, and which pages it listed
 * where
 */
async function readEverything() {
  const kept = new Map<string, string>();
  const pages = new Map<string, string[]>();
  const cache: ReadCache = {
    get: async () => null,
    exists: async () => false,
    set: async (key, value) => void kept.set(key, value),
    unlink: async () => {},
    addToSet: async (key, member) => void pages.set(key, [...(pages.get(key) ?? []), member]),
    removeFromSet: async () => {},
  };
  const routes = createPlatformRoutes({ db: database.db, cache, tombstones: createMemoryTombstones() });
  const ready = await database.db.selectFrom('videos').select('id').where('status', '=', 'ready').execute();
  for (const { path, handler } of routes) {
    for (const { id: videoId } of path.includes('{videoId}') ? ready : ready.slice(0, 1)) {
      const claims = { sub: userIdOf('ana') };
      const event = { rawPath: path, pathParameters: { videoId }, requestContext: { authorizer: { jwt: { claims } } } };
      const { statusCode } = await handler(event as unknown as APIGatewayProxyEventV2WithJWTAuthorizer);
      expect(statusCode, path).toBe(200);
    }
  }
  return { kept, pages };
}

function idsIn(page: string): string[] {
  return (JSON.parse(page) as { videos: { id: string }[] }).videos.map(({ id }) => id);
}
