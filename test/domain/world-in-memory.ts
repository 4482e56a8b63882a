import { TestRunner } from 'vitest';
import { cacheKeysOf, feedPagesKeyOf, ownerCacheKeysOf } from '../../functions/deletion/data-map/data-map.ts';
import type { DeletionMessage, Ports } from '../../functions/deletion/ports.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { aVideoId } from '../support/a-tombstone.ts';
import { type MemoryWorld, openMemoryWorld } from '../support/memory-world.ts';
import { s3On } from './s3-in-memory.ts';
import { sqlOn } from './sql-in-memory.ts';

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/**
 * The part of `openWorld` that the tests of the domain use, with every store in memory, so that thousands of runs take
 * minutes. A test that needs something of a real store (SQL, a fault of the network) is skipped.
 */
export async function openWorld() {
  // What is cached at the edge outlasts every test.
  const world = openMemoryWorld({ gate: { ttlSeconds: 1e9, invalidates: true } });
  delete world.ports.rules.gate;
  const logged: { message: string; fields: Record<string, unknown> }[] = [];
  const recorded: Parameters<Ports['metrics']['record']>[] = [];
  const log = (message: string, fields: Record<string, unknown> = {}) => void logged.push({ message, fields });
  const { gate, ...ports } = world.ports;
  const { objects, edge, runs, seed } = world;
  Object.assign(ports, {
    log: { info: log, warn: log, error: log },
    metrics: { record: (...figure: never) => recorded.push(figure) },
  });
  // The workers of a world look at its ports, which tests replace: it must stay the same object.
  delete (world.ports as Ports).gate;
  Object.assign(world.ports, ports);
  return {
    ...world,
    ...platformOf(world),
    logged,
    recorded,
    put: async (key: string) => objects.put(key),
    inBucket: async (prefix: string) =>
      objects
        .keys()
        .filter((key) => key.startsWith(prefix))
        .sort(),
    lock: async (key: string, until: Date) => objects.lock(key, until),
    startRun: async (name: string) => runs.start(name),
    isRunning: (run: string) =>
      world.lines().some(({ place, text }) => place === 'running' && text.startsWith(`${run} `)),
    refreshStats: seed.refreshStats,
    viewers: {
      gate,
      gateStore: { has: (id: VideoId) => gatesIn(world).includes(id), keys: () => gatesIn(world) },
      view: async (path: string) => ({ status: edge.view((UUID.exec(path)?.[0] ?? '') as VideoId, path) }),
    },
    inRedis: { run: <T>(ask: (client: object) => T) => ask(clientOf(world)) },
    s3: s3On(world),
    db: sqlOn(world, skipTest),
    stop: async () => {},
  };
}

function platformOf({ seed, objects, runs, cache, edge, lines }: MemoryWorld) {
  const user = ({ is_admin: isAdmin = false, is_active: isActive = true } = {}) => seed.user({ isAdmin, isActive });
  return {
    user,
    async video(owner?: string) {
      const ownerId = owner ?? (await user());
      const videoId = aVideoId();
      const prefix = `videos/${videoId}/`;
      const urls = [`https://cdn.example.com/${prefix}playlist.m3u8`, `uploads/${videoId}.mp4`];
      await seed.video({ videoId, ownerId, urls });
      await seed.children('views', videoId, 3);
      for (const table of ['votes', 'user_liked_videos'] as const) await seed.children(table, videoId, 1);
      await seed.report({ type: 'video', targetId: videoId, status: 'pending' });
      for (const name of ['playlist.m3u8', 'thumbnail.jpg', '720p/a.m3u8', '720p/a_001.ts', '720p/a_002.ts', 'old.ts'])
        objects.put(prefix + name);
      objects.put(`${prefix}playlist.m3u8`);
      objects.mark(`${prefix}old.ts`);
      objects.upload(`${prefix}720p/a_003.ts`);
      objects.put(`uploads/${videoId}.mp4`);
      const run = runs.start(`video-${videoId}`);
      await seed.run(videoId, run);
      const pages = [1, 2].map((page) => `feed:${videoId}:${page}`);
      const keys = [...cacheKeysOf(videoId), ...ownerCacheKeysOf(ownerId), ...pages];
      await cache.inside.mSet(Object.fromEntries(keys.map((key) => [key, 'cached'])));
      await cache.inside.sAdd(feedPagesKeyOf(videoId), pages);
      edge.view(videoId, `/${prefix}playlist.m3u8`);
      return { videoId, ownerId, run, message: (deletionId: string): DeletionMessage => ({ videoId, deletionId }) };
    },
    async left(videoId: VideoId, ownerId: string) {
      const left: Record<string, number> = {};
      const add = (place: string) => {
        left[place] = (left[place] ?? 0) + 1;
      };
      for (const { place, text } of lines()) {
        const isOwners = place === 'cache' && ownerCacheKeysOf(ownerId).some((key) => text.startsWith(`${key} `));
        if (isOwners || (text.includes(videoId) && !KEPT.includes(place))) add(NAMES[place] ?? place);
      }
      return left;
    },
  };
}

const KEPT = ['settled reports', 'running', 'ended runs', 'ended copies', 'fences', 'gates'];
const NAMES: Record<string, string> = { objects: 'bucket', reports: 'pendingReports' };

function gatesIn({ lines }: MemoryWorld): string[] {
  return lines()
    .filter(({ place }) => place === 'gates')
    .map(({ text }) => text.replace('gate ', ''));
}

function clientOf({ cache: { inside } }: MemoryWorld) {
  return { ...inside, set: (key: string, value: string) => inside.mSet({ [key]: value }) };
}

function skipTest(): never {
  const test = TestRunner.getCurrentTest();
  if (!test) throw new Error('Only real stores have this');
  return test.context.skip('Only real stores have this');
}
