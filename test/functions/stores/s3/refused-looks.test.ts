import { expect, it, onTestFinished } from 'vitest';
import { newVideoId, proceed, targetOf } from '../../../contracts/video-objects.ts';
import { startSimulatedBucket } from '../../../support/simulated-bucket.ts';

/** A bucket with versions of a video in it, in which one operation is refused until it is lifted. */
async function startRefusing(operation: 'GetBucketVersioning' | 'ListObjectVersions' | 'ListMultipartUploads') {
  const bucket = await startSimulatedBucket('versioned');
  onTestFinished(() => bucket.close());
  const videoId = newVideoId();
  const everything = await bucket.fill(videoId);
  const lift = bucket.simulator.faults.failRequests({ operation, code: 'AccessDenied' });
  return { ...bucket, target: targetOf(videoId), everything, lift };
}

it('whether there are versions is not known: nothing is taken for gone, and the answer is asked for again', async () => {
  const { objects, target, names, everything, lift } = await startRefusing('GetBucketVersioning');
  const { uploads } = everything;
  const removed = objects.deleteAll(target, proceed);
  await expect(removed).rejects.toMatchObject({ code: 'AccessDenied', counts: { uploads } });
  await expect(objects.look(target)).rejects.toMatchObject({ code: 'AccessDenied' });
  lift();
  const { uploads: _, ...others } = everything;
  expect(await objects.deleteAll(target, proceed)).toEqual(others);
  expect(await names()).toEqual([]);
});

it('what there is cannot be listed: the uploads go, and nothing else is taken for gone', async () => {
  const { objects, target, names, everything, lift } = await startRefusing('ListObjectVersions');
  const { uploads, ...others } = everything;
  const removed = objects.deleteAll(target, proceed);
  await expect(removed).rejects.toMatchObject({ code: 'AccessDenied', counts: { uploads } });
  await expect(objects.look(target)).rejects.toMatchObject({ code: 'AccessDenied' });
  lift();
  expect(await objects.look(target)).toEqual(others);
  expect(await objects.deleteAll(target, proceed)).toEqual(others);
  expect(await names()).toEqual([]);
});

it('uploads cannot be listed: everything else goes, and they are not taken for gone', async () => {
  const { objects, target, names, everything, lift } = await startRefusing('ListMultipartUploads');
  const { uploads, ...others } = everything;
  const removed = objects.deleteAll(target, proceed);
  await expect(removed).rejects.toMatchObject({ code: 'AccessDenied', counts: others });
  await expect(objects.look(target)).rejects.toMatchObject({ code: 'AccessDenied' });
  lift();
  expect(await objects.deleteAll(target, proceed)).toEqual({ uploads });
  expect(await names()).toEqual([]);
});
