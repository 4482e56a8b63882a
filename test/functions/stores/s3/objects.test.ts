import {
  CreateMultipartUploadCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ObjectsLocked } from '../../../../functions/deletion/errors.ts';
import { describeVideoObjects, newVideoId, proceed, targetOf } from '../../../contracts/video-objects.ts';
import {
  BUCKET,
  type BucketMode,
  type SimulatedBucket,
  startSimulatedBucket,
} from '../../../support/simulated-bucket.ts';

const MODES = ['unversioned', 'versioned', 'suspended', 'R2'] as const;

describe.each(MODES)('in a bucket that is %s', (mode) => describeVideoObjects(() => startSimulatedBucket(mode)));

const videoId = newVideoId();
const target = targetOf(videoId);
const segments = (count: number) =>
  Array.from({ length: count }, (_, n) => `videos/${videoId}/720p/${videoId}_${n}.ts`);

async function start(mode: BucketMode): Promise<SimulatedBucket> {
  const bucket = await startSimulatedBucket(mode);
  onTestFinished(() => bucket.close());
  return bucket;
}

describe('many', () => {
  it('deletes 2,501 keys and 1,200 versions of one of them', async () => {
    const { simulator, objects, names } = await start('versioned');
    simulator.fill(BUCKET, segments(2501));
    for (let version = 2; version <= 1200; version += 1) simulator.fill(BUCKET, segments(1));
    const everything = { objects: 2501, versions: 1199, bytes: 3700 };
    expect(await objects.look(target)).toEqual(everything);
    expect(await objects.deleteAll(target, proceed)).toEqual(everything);
    expect(await names()).toEqual([]);
  });

  it('needs one list of uploads, one of objects and one delete for a page', async () => {
    const { simulator, objects } = await start('unversioned');
    simulator.fill(BUCKET, segments(1000));
    await objects.deleteAll({ ...target, strayKeys: [] }, proceed);
    const asked = simulator.requests.list().map(({ operation, keys = 0 }) => `${operation} ${keys}`);
    const needed = ['DeleteObjects 1000', 'GetBucketVersioning 0', 'ListMultipartUploads 0', 'ListObjectsV2 0'];
    expect(asked.toSorted()).toEqual(needed);
  });
});

describe('what fails', () => {
  it('one key of 1,500 is refused, then allowed', async () => {
    const { simulator, objects, names } = await start('unversioned');
    const [, refused = ''] = segments(2);
    simulator.fill(BUCKET, segments(1500));
    const lift = simulator.faults.failKeys({ key: refused, code: 'AccessDenied' });
    await expect(objects.deleteAll(target, proceed)).rejects.toMatchObject({
      code: 'AccessDenied',
      counts: { objects: 1499, bytes: 1499 },
    });
    expect(await names()).toEqual([refused]);
    lift();
    expect(await objects.deleteAll(target, proceed)).toEqual({ objects: 1, bytes: 1 });
  });

  it('slowed-down keys are tried again by themselves', async () => {
    const { simulator, objects } = await start('unversioned');
    simulator.fill(BUCKET, segments(30));
    simulator.faults.failKeys({ key: /_1\d\.ts$/, code: 'SlowDown', times: 2 });
    expect(await objects.deleteAll(target, proceed)).toEqual({ objects: 30, bytes: 30 });
    expect(simulator.requests.list('DeleteObjects').map(({ keys }) => keys)).toEqual([30, 10, 10]);
  });

  it('a 200 with an error for a body is no success', async () => {
    const { simulator, objects, names } = await start('unversioned');
    simulator.fill(BUCKET, segments(3));
    const lift = simulator.faults.answerErrorDocuments({ operation: 'DeleteObjects', code: 'InternalError' });
    await expect(objects.deleteAll(target, proceed)).rejects.toMatchObject({ code: 'InternalError', counts: {} });
    expect(await names()).toHaveLength(3);
    lift();
    expect(await objects.deleteAll(target, proceed)).toEqual({ objects: 3, bytes: 3 });
  });

  it('an upload that begins while another is aborted is aborted too', async () => {
    const { simulator, client, objects, names } = await start('unversioned');
    const [Key = ''] = segments(1);
    const begin = () => client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
    const { UploadId } = await begin();
    let isFirst = true;
    simulator.faults.onRequest(async ({ operation, phase }) => {
      if (operation !== 'AbortMultipartUpload' || phase !== 'before' || !isFirst) return;
      isFirst = false;
      await client.send(new UploadPartCommand({ Bucket: BUCKET, Key, UploadId, PartNumber: 1, Body: 'late' }));
      await begin();
    });
    expect(await objects.deleteAll(target, proceed)).toEqual({ uploads: 2 });
    expect(await names()).toEqual([]);
  });
});

describe('Object Lock', () => {
  const [kept = '', free = ''] = segments(2);
  const until = new Date(Date.now() + 86_400_000);
  until.setMilliseconds(0);
  const put = ({ client }: SimulatedBucket, Key: string, lock: object = {}) =>
    client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'video', ...lock }));

  it('says until when a retained version is locked, and deletes the rest', async () => {
    const bucket = await start('locked');
    await put(bucket, kept, { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until });
    await put(bucket, free);
    const error = await bucket.objects.deleteAll(target, proceed).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ObjectsLocked);
    expect(error).toMatchObject({ until: until.toISOString(), counts: { objects: 1, bytes: 5 } });
    expect(await bucket.names()).toEqual([kept]);
  });

  it('waits for no time under a legal hold, and deletes once it is lifted', async () => {
    const bucket = await start('locked');
    await put(bucket, kept, { ObjectLockLegalHoldStatus: 'ON' });
    const error = await bucket.objects.deleteAll(target, proceed).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ObjectsLocked);
    expect(error).toMatchObject({ until: undefined, counts: {} });
    await bucket.client.send(
      new PutObjectLegalHoldCommand({ Bucket: BUCKET, Key: kept, LegalHold: { Status: 'OFF' } }),
    );
    expect(await bucket.objects.deleteAll(target, proceed)).toEqual({ objects: 1, bytes: 5 });
  });

  it('tells a broken grant from a lock', async () => {
    const bucket = await start('locked');
    await put(bucket, kept);
    bucket.simulator.faults.failKeys({ key: kept, code: 'AccessDenied' });
    const error = await bucket.objects.deleteAll(target, proceed).catch((thrown: unknown) => thrown);
    expect(error).not.toBeInstanceOf(ObjectsLocked);
    expect(error).toMatchObject({ code: 'AccessDenied' });
  });
});

describe('stores that speak S3 with an accent', () => {
  it('learns how many keys a request may have, and asks no more for more', async () => {
    const { simulator, objects, names } = await start('unversioned');
    simulator.faults.speakWith({ keysInARequest: 300 });
    simulator.fill(BUCKET, segments(2000));
    expect(await objects.deleteAll(target, proceed)).toEqual({ objects: 2000, bytes: 2000 });
    expect(await names()).toEqual([]);
    simulator.requests.clear();
    simulator.fill(BUCKET, segments(1000));
    await objects.deleteAll(target, proceed);
    expect(simulator.requests.list('DeleteObjects').map(({ status, keys }) => [status, keys])).toEqual(
      Array(4).fill([200, 250]),
    );
  });

  it('is refused once, without Content-MD5 and with a batch, and remembers it', async () => {
    for (const store of ['md5', 'singles'] as const) {
      const { simulator, objects } = await start('unversioned');
      simulator.faults.imitate(store);
      for (const _ of [1, 2]) {
        simulator.fill(BUCKET, segments(40));
        expect(await objects.deleteAll(target, proceed)).toEqual({ objects: 40, bytes: 40 });
      }
      const refused = simulator.requests.list('DeleteObjects').filter(({ status }) => status !== 200);
      expect(refused).toHaveLength(1);
    }
  });

  it.each([
    ['VersioningNotConfigured', 404],
    ['NotImplemented', 501],
    ['InvalidRequest', 400],
    ['MethodNotAllowed', 405],
  ])('lists versions where a store answers %s to the question whether there are any', async (code, status) => {
    const { simulator, objects, names } = await start('versioned');
    simulator.fill(BUCKET, segments(1));
    simulator.fill(BUCKET, segments(1));
    simulator.faults.failRequests({ operation: 'GetBucketVersioning', code, status });
    expect(await objects.deleteAll(target, proceed)).toEqual({ objects: 1, versions: 1, bytes: 2 });
    expect(await names()).toEqual([]);
  });

  it.each([
    ['AccessDenied', 403],
    ['SlowDown', 503],
    ['NoSuchBucket', 404],
  ])('takes %s for no answer to that question', async (code, status) => {
    const { simulator, objects } = await start('versioned');
    simulator.faults.failRequests({ operation: 'GetBucketVersioning', code, status });
    await expect(objects.look(target)).rejects.toMatchObject({ code });
  });
});
