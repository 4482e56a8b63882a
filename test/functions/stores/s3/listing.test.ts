import { GetBucketVersioningCommand, ListObjectsV2Command, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { expect, test, vi } from 'vitest';
import {
  batches,
  codeOf,
  contents,
  failureOf,
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

const version = (VersionId: string, IsLatest = false, Key = `${prefix}a.ts`) => ({
  Key,
  VersionId,
  IsLatest,
  Size: 5,
});

test.each(['Enabled', 'Suspended'] as const)('%s: versions and delete markers go by their ids', async (Status) => {
  s3.on(GetBucketVersioningCommand).resolves({ Status });
  s3.on(ListObjectVersionsCommand).resolves({
    Versions: [version('v2'), version('null'), version('w1', true, `${prefix}b.ts`)],
    DeleteMarkers: [{ Key: `${prefix}a.ts`, VersionId: 'm3', IsLatest: true }],
  });
  const removed = await startS3Objects().deleteAll(target, proceed);
  expect(removed).toEqual({ objects: 1, versions: 2, deleteMarkers: 1, bytes: 15 });
  expect(batches()[0]?.Objects).toEqual([
    { Key: `${prefix}a.ts`, VersionId: 'v2' },
    { Key: `${prefix}a.ts`, VersionId: 'null' },
    { Key: `${prefix}b.ts`, VersionId: 'w1' },
    { Key: `${prefix}a.ts`, VersionId: 'm3' },
  ]);
});

test('follows key and version markers, and is not misled by what a page before has deleted', async () => {
  s3.on(GetBucketVersioningCommand).resolves({ Status: 'Enabled' });
  s3.on(ListObjectVersionsCommand)
    .resolvesOnce({
      Versions: [version('v3', true)],
      IsTruncated: true,
      NextKeyMarker: `${prefix}a.ts`,
      NextVersionIdMarker: 'v3',
    })
    .resolvesOnce({ Versions: [version('v2', true), version('v1')] });
  expect(await startS3Objects().deleteAll(target, proceed)).toEqual({ objects: 1, versions: 2, bytes: 15 });
  expect(sent(ListObjectVersionsCommand)[1]).toEqual({
    Bucket: 'clips',
    Prefix: prefix,
    EncodingType: 'url',
    KeyMarker: `${prefix}a.ts`,
    VersionIdMarker: 'v3',
  });
});

test('asks once in five minutes whether there are versions', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const objects = startS3Objects();
    await objects.look(target);
    await objects.look(target);
    expect(sent(GetBucketVersioningCommand)).toHaveLength(1);
    vi.setSystemTime(Date.now() + 5 * 60_000);
    s3.on(GetBucketVersioningCommand).resolves({ Status: 'Enabled' });
    s3.on(ListObjectVersionsCommand).resolves({ Versions: [version('v1', true)] });
    expect(await objects.look(target)).toEqual({ objects: 1, bytes: 5 });
  } finally {
    vi.useRealTimers();
  }
});

test('a key outside the prefix is never deleted', async () => {
  s3.on(ListObjectsV2Command).resolves({ Contents: contents([`${prefix}a.ts`, 'videos/another/a.ts']) });
  expect(await codeOf(startS3Objects().deleteAll(target, proceed))).toBe('KeyOutsidePrefix');
  expect(batches()).toEqual([]);
});

test('one that breaks does not keep the stray keys from going', async () => {
  s3.on(ListObjectsV2Command, { Prefix: prefix }).rejects(named('SlowDown'));
  s3.on(ListObjectsV2Command, { Prefix: original }).resolves({ Contents: contents([original]) });
  const error = await failureOf(startS3Objects().deleteAll({ ...target, strayKeys: [original] }, proceed));
  expect(error).toMatchObject({ code: 'SlowDown', counts: { objects: 1, bytes: 10 } });
});

test('more to come but no marker: fails instead of listing for ever', async () => {
  s3.on(GetBucketVersioningCommand).resolves({ Status: 'Enabled' });
  s3.on(ListObjectVersionsCommand).resolves({ IsTruncated: true });
  expect(await codeOf(startS3Objects().deleteAll(target, proceed))).toBe('ListingWithoutMarker');
});
