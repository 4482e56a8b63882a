import { AbortMultipartUploadCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import {
  batches,
  contents,
  failureOf,
  keys,
  named,
  original,
  prefix,
  proceed,
  s3,
  sent,
  startEmpty,
  startS3Objects,
  target,
  waits,
} from '../../../support/s3-wire.ts';

startEmpty();

const upload = (UploadId: string, Key = `${prefix}a.ts`) => ({ Key, UploadId });

test('follows key and upload markers, aborts each, and looks again', async () => {
  s3.on(ListMultipartUploadsCommand)
    .resolvesOnce({
      Uploads: [upload('u1')],
      IsTruncated: true,
      NextKeyMarker: `${prefix}a.ts`,
      NextUploadIdMarker: 'u1',
    })
    .resolvesOnce({ Uploads: [upload('u2')] })
    .resolves({});
  expect(await startS3Objects().deleteAll(target, proceed)).toEqual({ uploads: 2 });
  expect(sent(ListMultipartUploadsCommand)).toEqual([
    { Bucket: 'clips', Prefix: prefix, EncodingType: 'url' },
    { Bucket: 'clips', Prefix: prefix, EncodingType: 'url', KeyMarker: `${prefix}a.ts`, UploadIdMarker: 'u1' },
    { Bucket: 'clips', Prefix: prefix, EncodingType: 'url' },
  ]);
  expect(sent(AbortMultipartUploadCommand)).toEqual([
    { Bucket: 'clips', ...upload('u1') },
    { Bucket: 'clips', ...upload('u2') },
  ]);
});

test('one whose part arrives during the abort is aborted again and counts once', async () => {
  s3.on(ListMultipartUploadsCommand)
    .resolvesOnce({ Uploads: [upload('u1')] })
    .resolvesOnce({ Uploads: [upload('u1')] })
    .resolves({});
  expect(await startS3Objects().deleteAll(target, proceed)).toEqual({ uploads: 1 });
  expect(sent(AbortMultipartUploadCommand)).toHaveLength(2);
});

test('one that somebody else ended is success', async () => {
  s3.on(ListMultipartUploadsCommand)
    .resolvesOnce({ Uploads: [upload('u1')] })
    .resolves({});
  s3.on(AbortMultipartUploadCommand).rejects(named('NoSuchUpload'));
  expect(await startS3Objects().deleteAll(target, proceed)).toEqual({});
});

test('one that was completed before its abort may be an object that the list has missed: it goes too, and counts once', async () => {
  s3.on(ListMultipartUploadsCommand)
    .resolvesOnce({ Uploads: [upload('u1')] })
    .resolves({});
  s3.on(AbortMultipartUploadCommand).rejects(named('NoSuchUpload'));
  s3.on(ListObjectsV2Command, { Prefix: `${prefix}a.ts` }).resolves({ Contents: contents([`${prefix}a.ts`]) });
  expect(await startS3Objects().deleteAll(target, proceed)).toEqual({ objects: 1, bytes: 10 });
  expect(batches()).toEqual([{ Objects: [{ Key: `${prefix}a.ts` }], Quiet: true }]);
});

test.each([
  ['refused', named('AccessDenied'), 'AccessDenied'],
  ['listed for ever', undefined, 'UploadsRemain'],
])('one that is %s: five rounds, the objects go all the same, then the step fails', async (_, error, code) => {
  s3.on(ListMultipartUploadsCommand).resolves({ Uploads: [upload('u1')] });
  if (error) s3.on(AbortMultipartUploadCommand).rejects(error);
  s3.on(ListObjectsV2Command).resolves({ Contents: contents(keys(0, 1)) });
  const failure = await failureOf(startS3Objects().deleteAll(target, proceed));
  // An upload that is still listed is not deleted, however often it was aborted. It counts as no progress, so the
  // deletion can fail.
  expect(failure).toMatchObject({ code, counts: { objects: 1, bytes: 10 } });
  expect(failure).not.toHaveProperty('counts.uploads');
  expect(sent(AbortMultipartUploadCommand)).toHaveLength(5);
  expect(waits).toEqual([50, 100, 200]);
});

test("a neighbour's upload beside a stray key stays", async () => {
  s3.on(ListMultipartUploadsCommand, { Prefix: original }).resolves({ Uploads: [upload('u1', `${original}.bak`)] });
  await startS3Objects().deleteAll({ ...target, strayKeys: [original] }, proceed);
  expect(sent(AbortMultipartUploadCommand)).toEqual([]);
});
