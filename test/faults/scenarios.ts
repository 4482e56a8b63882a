import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { Ports } from '../../functions/deletion/ports.ts';
import type { Exceptions } from '../../functions/deletion/record/exceptions.ts';
import { holdVideo } from '../../functions/deletion/requests/hold-video.ts';
import { releaseVideo } from '../../functions/deletion/requests/release-video.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { undoDeletion } from '../../functions/deletion/requests/undo-deletion.ts';
import { createLocalFiles } from '../../functions/stores/files/local-files.ts';
import { createS3Objects } from '../../functions/stores/s3/objects.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { startS3 } from '../../local/s3/start.ts';
import type { MemoryVideo } from '../support/memory/platform.ts';
import { type MemoryWorld, openMemoryWorld } from '../support/memory-world.ts';

const BUCKET = 'videos';

/** A world with a video, and what is asked of its deletion. */
export type Stage = {
  world: MemoryWorld;
  video: MemoryVideo;
  adminId: string;
  /** What storage holds besides the bucket in memory. */
  files?: { left(): Promise<string[]>; close(): Promise<void> };
};

/** What a caller asks for, in order. `passes`: the seconds before. Each is asked for again until it is accepted. */
export type Act = {
  passes?: number;
  ask(ports: Ports, stage: Stage): Promise<unknown>;
  isOver?: (error: Error) => boolean;
};

export type Scenario = {
  gate?: { ttlSeconds: number; invalidates: boolean };
  prepare?(stage: Stage): Promise<void>;
  acts: Act[];
  ends: 'deleted' | 'cancelled';
  /** What the receipt excepts when nothing befalls the deletion. */
  excepts?: Exceptions;
};

const REASON = { code: 'litigation', caseNumber: '1' } as const;
/** Repeats of a request that was accepted, though its answer was lost. */
const isDoneAlready = ({ name }: Error) => name === 'NotAllowedNow';

const request: Act = {
  ask: (ports, { video }) => requestDeletion(ports, { callerId: video.ownerId, videoId: video.videoId }),
};
const undo: Act = {
  passes: 3,
  ask: (ports, { video }) => undoDeletion(ports, { callerId: video.ownerId, videoId: video.videoId }),
  isOver: isDoneAlready,
};
const hold = (passes: number): Act => ({
  passes,
  ask: (ports, { video, adminId: by }) => holdVideo(ports, { videoId: video.videoId, by, reason: REASON }),
});
const release = (passes: number): Act => ({
  passes,
  ask: (ports, { video, adminId: by }) => releaseVideo(ports, { videoId: video.videoId, by, reason: REASON }),
  isOver: isDoneAlready,
});

export const SCENARIOS: Record<string, Scenario> = {
  deleted: { acts: [request], ends: 'deleted' },
  'deleted behind a gate': { gate: { ttlSeconds: 600, invalidates: false }, acts: [request], ends: 'deleted' },
  'undone in its window': { acts: [request, undo], ends: 'cancelled' },
  'undone behind a gate': {
    gate: { ttlSeconds: 600, invalidates: true },
    acts: [request, undo],
    ends: 'cancelled',
  },
  'undone, and asked for again': { acts: [request, undo, { ...request, passes: 20 }], ends: 'deleted' },
  'held before its work, then released': { acts: [request, hold(4), release(600)], ends: 'deleted' },
  'held while it settles, then released': { acts: [request, hold(300), release(600)], ends: 'deleted' },
  'with a locked version, unlocked later': {
    prepare: async ({ world, video }) => world.objects.lock(`videos/${video.videoId}/720p/a_001.ts`),
    acts: [
      request,
      {
        passes: 3600,
        ask: async (_, { world, video }) => world.objects.unlock(`videos/${video.videoId}/720p/a_001.ts`),
      },
    ],
    ends: 'deleted',
    excepts: { failures: { deleteObjects: 1 } },
  },
  'in a bucket without versions': {
    prepare: useUnversioned,
    acts: [request],
    ends: 'deleted',
    excepts: { notFound: 1 },
  },
  // The row names an original of the bucket.
  'in local files': { prepare: useFiles, acts: [request], ends: 'deleted', excepts: { notFound: 1 } },
};

export async function openStage({ gate, prepare }: Scenario): Promise<Stage> {
  const world = openMemoryWorld(gate ? { gate } : {});
  const video = await world.video();
  await world.video({ ownerId: video.ownerId });
  const stage: Stage = { world, video, adminId: await world.user({ isAdmin: true }) };
  await prepare?.(stage);
  return stage;
}

/** The video's files are on a disk instead of in the bucket. */
async function useFiles(stage: Stage): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'scenario-'));
  const [uploads, processing] = [join(folder, 'uploads'), join(folder, 'processing')];
  const { world, video } = stage;
  const names = [
    `${video.videoId}.mp4`,
    `processed/${video.videoId}/a.ts`,
    `processed/videos_${video.videoId}_720p.mp4`,
  ];
  const other = join(uploads, 'processed/other.ts');
  for (const file of [...names.map((name) => join(uploads, name)), other]) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, 'video');
  }
  await mkdir(processing);
  const target = { videoId: video.videoId, prefix: `videos/${video.videoId}/`, strayKeys: [] };
  await world.objects.deleteAll({ ...target, strayKeys: [`uploads/${video.videoId}.mp4`] }, async () => {});
  const files = createLocalFiles({ uploads, processing });
  world.ports.objects = files as typeof world.ports.objects;
  stage.files = {
    left: async () => {
      const { bytes: _, ...counts } = await files.look(target);
      return Object.entries(counts).flatMap(([kind, count]) => (count > 0 ? [`${count} ${kind}`] : []));
    },
    close: () => rm(folder, { recursive: true }),
  };
}

/** The video's objects are in a bucket that keeps no versions, behind the real client. */
async function useUnversioned(stage: Stage): Promise<void> {
  const { world, video } = stage;
  const s3 = await startS3({ buckets: [{ name: BUCKET, versioning: 'Unversioned' }] });
  const client = new S3Client({ ...clientSettings(s3.endpoint), forcePathStyle: true });
  const target = { videoId: video.videoId, prefix: `videos/${video.videoId}/`, strayKeys: [] };
  await world.objects.deleteAll({ ...target, strayKeys: [`uploads/${video.videoId}.mp4`] }, async () => {});
  const other = 'videos/01936b4e-0000-7000-8000-0000000000ff/a.ts';
  s3.fill(BUCKET, ['a.ts', 'b.ts', '720p/a.ts'].map((name) => `${target.prefix}${name}`).concat(other));
  const objects = createS3Objects(client, { bucket: BUCKET });
  world.ports.objects = objects as typeof world.ports.objects;
  stage.files = {
    left: async () => {
      const { bytes: _, ...counts } = await objects.look(target);
      const { KeyCount } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: other }));
      const left = Object.entries(counts).flatMap(([kind, count]) => (count > 0 ? [`${count} ${kind}`] : []));
      return KeyCount === 1 ? left : [...left, 'the neighbour is gone'];
    },
    async close() {
      client.destroy();
      await s3.stop();
    },
  };
}
