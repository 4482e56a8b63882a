import { GetBucketVersioningCommand, ListObjectsV2Command, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import {
  batches,
  calls,
  codeOf,
  contents,
  keys,
  listsPages,
  named,
  original,
  prefix,
  proceed,
  s3,
  sent,
  startEmpty,
  startS3Objects,
  target,
} from '../../../support/s3-wire.ts';

startEmpty();

test('up to one page: one list of uploads, one of objects, one delete, and whether there are versions once', async () => {
  s3.on(ListObjectsV2Command).resolves({ Contents: contents(keys(0, 3)) });
  const objects = startS3Objects();
  expect(await objects.deleteAll(target, proceed)).toEqual({ objects: 3, bytes: 30 });
  const pass = ['ListMultipartUploadsCommand', 'ListObjectsV2Command', 'DeleteObjectsCommand'];
  expect(calls().toSorted()).toEqual(['GetBucketVersioningCommand', ...pass].toSorted());
  expect(sent(ListObjectsV2Command)).toEqual([expect.objectContaining({ Bucket: 'clips', Prefix: prefix })]);
  expect(batches()).toEqual([{ Objects: keys(0, 3).map((Key) => ({ Key })), Quiet: true }]);
  await objects.deleteAll(target, proceed);
  expect(calls().slice(4).toSorted()).toEqual(pass.toSorted());
});

test('nothing there: nothing is sent to delete', async () => {
  expect(await startS3Objects().deleteAll(target, proceed)).toEqual({});
  expect(batches()).toEqual([]);
});

test('follows the continuation token and deletes 1,000 keys at a time', async () => {
  listsPages(keys(0, 1000), keys(1000, 1600), keys(1600, 2501));
  expect(await startS3Objects().deleteAll(target, proceed)).toEqual({ objects: 2501, bytes: 25_010 });
  expect(sent(ListObjectsV2Command)).toHaveLength(3);
  expect(batches().map((batch) => batch?.Objects?.length)).toEqual([1000, 1000, 501]);
  expect(batches().flatMap((batch) => batch?.Objects?.map(({ Key }) => Key))).toEqual(keys(0, 2501));
});

test('a stray key is matched exactly and goes in the same request', async () => {
  s3.on(ListObjectsV2Command, { Prefix: prefix }).resolves({ Contents: contents(keys(0, 1)) });
  s3.on(ListObjectsV2Command, { Prefix: original }).resolves({
    Contents: contents([original, `${original}.bak`]),
    IsTruncated: true,
    NextContinuationToken: 'never asked for',
  });
  await startS3Objects().deleteAll({ ...target, strayKeys: [original] }, proceed);
  expect(batches()).toEqual([{ Objects: [{ Key: `${prefix}0.ts` }, { Key: original }], Quiet: true }]);
  expect(sent(ListObjectsV2Command)).toHaveLength(2);
});

test('R2, which does not know versioning, counts as one', async () => {
  s3.on(GetBucketVersioningCommand).rejects(named('NotImplemented'));
  s3.on(ListObjectVersionsCommand).rejects(named('NotImplemented'));
  s3.on(ListObjectsV2Command).resolves({ Contents: contents(keys(0, 1)) });
  expect(await startS3Objects().deleteAll(target, proceed)).toEqual({ objects: 1, bytes: 10 });
});

test('a look that cannot be completed fails', async () => {
  s3.on(ListObjectsV2Command).rejects(named('NoSuchBucket'));
  expect(await codeOf(startS3Objects().look(target))).toBe('NoSuchBucket');
});

test.each([
  ['no prefix', { ...target, prefix: '' }],
  ['a prefix without a slash', { ...target, prefix: prefix.slice(0, -1) }],
  ['all videos', { ...target, prefix: 'videos/' }],
  ["another video's prefix", { ...target, prefix: 'videos/0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c12/' }],
  ['an empty stray key', { ...target, strayKeys: [''] }],
  ['a stray key that names no video', { ...target, strayKeys: ['uploads/a.mp4'] }],
])('%s is refused before anything is asked', async (_, unsafe) => {
  expect(await codeOf(startS3Objects().deleteAll(unsafe, proceed))).toBe('UnsafeTarget');
  expect(await codeOf(startS3Objects().look(unsafe))).toBe('UnsafeTarget');
  expect(calls()).toEqual([]);
});
