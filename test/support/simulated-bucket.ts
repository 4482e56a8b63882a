import { S3Client } from '@aws-sdk/client-s3';
import { prepared } from '../../functions/stores/s3/client/connect-bucket.ts';
import { createS3Objects } from '../../functions/stores/s3/objects.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { type S3Simulator, startS3 } from '../../local/s3/start.ts';
import type { StorageUnderTest } from '../contracts/video-objects.ts';
import { fillBucket, type Keeps, namesIn, neighboursOf, putInto } from './filled-bucket.ts';

export type BucketMode = 'unversioned' | 'versioned' | 'suspended' | 'R2' | 'locked';
export type SimulatedBucket = StorageUnderTest & { simulator: S3Simulator; client: S3Client };

export const BUCKET = 'clips';
const KEEPS: Partial<Record<BucketMode, Keeps>> = {
  versioned: 'versions',
  suspended: 'versions that it had before',
};

/** The adapter on a bucket of the simulator, and the means to fill it. A suspended bucket had versions before. */
export async function startSimulatedBucket(mode: BucketMode): Promise<SimulatedBucket> {
  const keeps = KEEPS[mode] ?? 'nothing';
  const simulator = await startS3({
    buckets: [
      { name: BUCKET, versioning: keeps === 'nothing' ? 'Unversioned' : 'Enabled', objectLock: mode === 'locked' },
    ],
  });
  const settings = { ...clientSettings(simulator.endpoint), forcePathStyle: true };
  const client = new S3Client(settings);
  const restrict = () => (mode === 'R2' ? simulator.faults.imitate('r2') : () => {});
  let lift = restrict();
  const bucket = { client, name: BUCKET };
  return {
    simulator,
    client,
    objects: createS3Objects(prepared(new S3Client(settings)), { bucket: BUCKET, wait: async () => {} }),
    put: async (key) => void (await putInto(bucket, key)),
    fill: (videoId) => fillBucket(bucket, videoId, keeps),
    neighbours: neighboursOf,
    names: async () => {
      lift();
      const names = await namesIn(bucket);
      lift = restrict();
      return names;
    },
    obstruct: async (videoId) => {
      const clear = simulator.faults.failKeys({ key: `videos/${videoId}/thumbnail.jpg`, code: 'InternalError' });
      return async () => clear();
    },
    close: async () => {
      client.destroy();
      await simulator.stop();
    },
  };
}
