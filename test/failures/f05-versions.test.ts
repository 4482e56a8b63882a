import { DeleteObjectCommand, GetObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const OVERWRITES = 3;

const world = useWorld();
const { due, receipt, expectGone } = deletionsIn(world);

/** The first five keys of a video of the world, each overwritten three times and then deleted as anybody would. */
async function overwriteAndDelete(keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    for (let version = 1; version <= OVERWRITES; version++) await world.put(key, `version ${version}`);
    await world.objects.send(new DeleteObjectCommand({ Bucket: world.bucket, Key: key }));
  }
}

const versionsOf = async (prefix: string) =>
  (await world.objects.send(new ListObjectVersionsCommand({ Bucket: world.bucket, Prefix: prefix }))).Versions ?? [];

const read = (Key: string | undefined, VersionId: string | undefined) =>
  world.objects.send(new GetObjectCommand({ Bucket: world.bucket, Key, VersionId }));

test('F5 overwritten three times, then deleted as anybody would: every byte is still there, until the deletion', async ({
  annotate,
}) => {
  const video = await world.video();
  const prefix = `videos/${video.videoId}/`;
  const keys = ['playlist.m3u8', 'thumbnail.jpg', '720p/a_001.ts'].map((name) => prefix + name);
  await overwriteAndDelete(keys);
  const versions = (await versionsOf(prefix)).filter(({ Key = '' }) => keys.includes(Key));
  // One of the keys had been overwritten before.
  expect(versions).toHaveLength(keys.length * (OVERWRITES + 1) + 1);
  for (const { Key, VersionId } of versions) expect((await read(Key, VersionId)).ContentLength).toBeGreaterThan(0);

  await due(video);
  await world.settle();
  await expectGone(video);
  for (const { Key, VersionId } of versions) await expect(read(Key, VersionId)).rejects.toThrow(/NoSuch|not exist/);
  expect(await world.inBucket(prefix)).toEqual([]);
  const { deleteObjects } = (await receipt(video)).counts;
  expect(deleteObjects).toMatchObject({ deleteMarkers: keys.length + 1 });
  await annotate(`${versions.length} versions below ${keys.length} delete markers: 0 versions and 0 markers left`);
});
