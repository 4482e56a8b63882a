import { CreateMultipartUploadCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { connectStoredVideos } from '../../functions/connect/connect-stored-videos.ts';
import { prefixOf } from '../../functions/deletion/data-map/data-map.ts';
import { RESERVED_FOR_SECOND_LOOK } from '../../functions/deletion/orphans/find-orphans.ts';
import type { StoredVideos } from '../../functions/deletion/orphans/orphan.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { findOrphansHandler } from '../../functions/find-orphans.ts';
import { readSettings } from '../../functions/settings/settings.ts';
import { existingVideos } from '../../functions/stores/postgres/queries/existing-videos.ts';
import { lambdaContext } from '../../local/handlers/lambda-context.ts';
import { aTombstone, aVideoId } from '../support/a-tombstone.ts';
import { BUCKET } from '../support/stores.ts';
import { useWorld } from '../support/use-world.ts';

const DAY_SECONDS = 86_400;
const world = useWorld();
const made: VideoId[] = [];
let settings: Parameters<typeof connectStoredVideos>[0];
beforeAll(() => {
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  const environment = { VIDEO_STORAGE: 's3', VIDEO_BUCKET: BUCKET, STORAGE_ENDPOINT: world.s3.endpoint };
  settings = readSettings(environment, ['places', 'storage']);
});
afterAll(() => vi.unstubAllEnvs());
beforeEach(() => {
  world.recorded.length = 0;
  world.logged.length = 0;
});
afterEach(async () => {
  for (const videoId of made.splice(0)) {
    await world.ports.objects.deleteAll({ videoId, prefix: prefixOf(videoId), strayKeys: [] }, async () => {});
  }
});

type Options = { pause?: () => Promise<unknown>; timeLeft?: () => number; afterPage?: () => void; age?: number };

/** One run, as Lambda starts it, when what is put now is `age` seconds old. */
async function search(options: Options = {}) {
  const { pause = async () => {}, timeLeft = () => 900_000, afterPage = () => {}, age = 2 * DAY_SECONDS } = options;
  const { stored: prefixes } = connectStoredVideos(settings);
  const stored: StoredVideos = {
    ...prefixes,
    async *list() {
      for await (const page of prefixes.list()) {
        yield page;
        afterPage();
      }
    },
  };
  const ports = {
    ...world.ports,
    stored,
    videos: { existing: (videoIds: readonly VideoId[]) => existingVideos(world.db, videoIds) },
    clock: () => new Date(Date.now() + age * 1000),
  };
  const context = lambdaContext({ name: 'find-orphans', timeoutSeconds: 900 });
  return await findOrphansHandler(() => ports, pause)({} as never, { ...context, getRemainingTimeInMillis: timeLeft });
}

/** A video that has no row, with these objects; `deleted`: its tombstone says that it is. */
async function stray(names: string[], { deleted = false } = {}): Promise<VideoId> {
  const videoId = aVideoId();
  made.push(videoId);
  if (deleted) await world.ports.tombstones.write(undefined, { ...aTombstone(), videoId, state: 'deleted' });
  for (const name of names) await world.put(prefixOf(videoId) + name);
  return videoId;
}

/** Every version, marker and upload of the bucket, to the version id. */
async function stored() {
  const { Versions, DeleteMarkers } = await world.objects.send(new ListObjectVersionsCommand({ Bucket: BUCKET }));
  return { Versions, DeleteMarkers, keys: await world.inBucket('') };
}

const figures = () => Object.fromEntries(world.recorded.map(([name, value]) => [name, value]));
const said = (message: string) => world.logged.flatMap((line) => (line.message === message ? [line.fields] : []));

it('says 0 when there is nothing but living videos: then it has looked', async () => {
  await world.video();
  const { listed } = await search();
  expect(listed).toBeGreaterThan(0);
  expect(figures()).toEqual({ OrphansFound: 0, ResidueLeft: 0 });
});

it('reports residue and orphans as figures and in the log, and touches nothing, least of all what is live', async () => {
  await world.video();
  const residue = await stray(['a.ts', 'b.ts'], { deleted: true });
  const orphan = await stray(['a.ts']);
  await world.put('videos/ana@example.com/a.ts');
  const before = await stored();
  const outcome = await search();
  expect(outcome).toMatchObject({ orphans: 1, residue: 1, isComplete: true });
  expect(figures()).toEqual({ OrphansFound: 1, ResidueLeft: 2 });
  expect(said('residue')).toMatchObject([{ videoId: residue, counts: { objects: 2 } }]);
  expect(said('orphan')).toMatchObject([{ videoId: orphan, counts: { objects: 1 } }]);
  expect(JSON.stringify(world.logged), "names that are no ids may be anybody's").not.toContain('ana@');
  expect(said('looked for orphans')).toMatchObject([{ ...outcome, foreign: 1 }]);
  expect(await stored()).toEqual(before);
});

it('takes an upload of today for no orphan, and residue for residue however young', async () => {
  const residue = await stray(['a.ts'], { deleted: true });
  await stray(['a.ts']);
  await search({ age: DAY_SECONDS - 3600 });
  expect(said('residue')).toMatchObject([{ videoId: residue }]);
  expect(said('orphan')).toEqual([]);
});

it('asks for no tombstone of a video that has a row', async () => {
  const { videoId } = await world.video();
  const orphan = await stray(['a.ts']);
  const asked = vi.spyOn(world.ports.tombstones, 'find');
  await search();
  const ids = asked.mock.calls.map(([id]) => id);
  asked.mockRestore();
  expect(ids).toContain(orphan);
  expect(ids).not.toContain(videoId);
});

it('stops listing while there is time for a second look, and says how far it came', async () => {
  const residue = await stray(['a.ts'], { deleted: true });
  // On the second page: unfinished uploads are listed after all that is there.
  const uploading = await stray([]);
  const Key = `${prefixOf(uploading)}a.ts`;
  await world.objects.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
  let left = 900_000;
  const afterPage = () => {
    left = RESERVED_FOR_SECOND_LOOK - 1;
  };
  const outcome = await search({ timeLeft: () => left, afterPage });
  expect(outcome).toMatchObject({ residue: 1, orphans: 0, isComplete: false });
  expect(said('not all looked at')).toEqual([{ listed: outcome.listed, last: residue }]);
  expect(figures()).toEqual({ OrphansFound: 0, ResidueLeft: 1 });
  expect(await search()).toMatchObject({ residue: 1, orphans: 1, isComplete: true });
});

it('reports nothing that it had no time to look at twice, and says so', async () => {
  await stray(['a.ts'], { deleted: true });
  let left = 900_000;
  const pause = async () => {
    left = 10_000;
  };
  expect(await search({ timeLeft: () => left, pause })).toMatchObject({ residue: 0, isComplete: false });
  expect(said('not all looked at')).toHaveLength(1);
});

it('fails when it cannot look, and reports no figure: silence is an alarm', async () => {
  await stray(['a.ts']);
  world.ports.tombstones = { ...world.ports.tombstones, find: () => Promise.reject(new Error('The table is down')) };
  await expect(search()).rejects.toThrow('The table is down');
  expect(world.recorded).toEqual([]);
});
