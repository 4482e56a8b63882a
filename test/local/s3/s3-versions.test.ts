import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutBucketVersioningCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { collect, media, openMedia } from './s3-client.ts';

const versions = (client: S3Client, more = {}) => client.send(new ListObjectVersionsCommand({ ...media, ...more }));
const erase = (client: S3Client, Key: string, VersionId?: string) =>
  client.send(new DeleteObjectCommand({ ...media, Key, VersionId }));
const read = async (client: S3Client, Key: string, VersionId?: string) =>
  (await client.send(new GetObjectCommand({ ...media, Key, VersionId }))).Body?.transformToString();
const setVersioning = (client: S3Client, Status: 'Enabled' | 'Suspended') =>
  client.send(new PutBucketVersioningCommand({ ...media, VersioningConfiguration: { Status } }));

/** Every page of a listing, as a loop over the markers reads it. */
async function* pages(client: S3Client, MaxKeys: number, more = {}): AsyncGenerator<ListObjectVersionsCommandOutput> {
  let markers = {};
  for (;;) {
    const page = await versions(client, { MaxKeys, ...more, ...markers });
    yield page;
    if (!page.IsTruncated) return;
    markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}

test('keeps every version and hides them behind a delete marker', async () => {
  const { client, put } = await openMedia({ versioning: 'Enabled' });
  const first = await put('a', 'one');
  const second = await put('a', 'two');
  expect(await read(client, 'a')).toBe('two');
  const marker = await erase(client, 'a');
  expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.stringMatching(/^\w{32}$/) });
  const hidden = { name: 'NoSuchKey', $response: { headers: { 'x-amz-delete-marker': 'true' } } };
  await expect(read(client, 'a')).rejects.toMatchObject(hidden);
  expect((await client.send(new ListObjectsV2Command(media))).KeyCount).toBe(0);
  expect(await read(client, 'a', first)).toBe('one');
  const listed = await versions(client);
  expect(listed.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
    [second, false],
    [first, false],
  ]);
  expect(listed.DeleteMarkers).toMatchObject([{ Key: 'a', VersionId: marker.VersionId, IsLatest: true }]);
});

test('deletes a version by its id, and the marker brings the object back', async () => {
  const { client, put } = await openMedia({ versioning: 'Enabled' });
  const first = await put('a', 'one');
  const second = await put('a', 'two');
  const marker = (await erase(client, 'a')).VersionId;
  expect(await erase(client, 'a', marker)).toMatchObject({ DeleteMarker: true, VersionId: marker });
  expect(await read(client, 'a')).toBe('two');
  expect(await erase(client, 'a', second)).toMatchObject({ VersionId: second });
  expect(await read(client, 'a')).toBe('one');
  expect(await erase(client, 'a', second)).toMatchObject({ $metadata: { httpStatusCode: 204 } });
  await erase(client, 'a', first);
  expect((await versions(client)).Versions).toBeUndefined();
});

test('reports markers and versions in the answer to a batch', async () => {
  const { client, put } = await openMedia({ versioning: 'Enabled' });
  const VersionId = await put('a', 'one');
  const marker = (await erase(client, 'b')).VersionId;
  const Objects = [
    { Key: 'a' },
    { Key: 'a', VersionId },
    { Key: 'b', VersionId: marker },
    { Key: 'c', VersionId: 'no' },
  ];
  const answer = await client.send(new DeleteObjectsCommand({ ...media, Delete: { Objects } }));
  expect(answer.Deleted).toEqual([
    { Key: 'a', DeleteMarker: true, DeleteMarkerVersionId: expect.stringMatching(/^\w{32}$/) },
    { Key: 'a', VersionId },
    { Key: 'b', VersionId: marker, DeleteMarker: true, DeleteMarkerVersionId: marker },
  ]);
  expect(answer.Errors).toMatchObject([{ Key: 'c', VersionId: 'no', Code: 'NoSuchVersion' }]);
  expect((await versions(client)).DeleteMarkers).toHaveLength(1);
});

test('tells apart a version that is gone, an id that never was, and a marker', async () => {
  const { client, put } = await openMedia({ versioning: 'Enabled' });
  const first = await put('a', 'one');
  const marker = (await erase(client, 'a')).VersionId;
  await erase(client, 'a', first);
  await expect(read(client, 'a', first)).rejects.toMatchObject({ name: 'NoSuchVersion' });
  await expect(read(client, 'a', 'nonsense')).rejects.toMatchObject({ name: 'InvalidArgument' });
  await expect(erase(client, 'a', 'nonsense')).rejects.toMatchObject({ name: 'InvalidArgument' });
  const head = new HeadObjectCommand({ ...media, Key: 'a', VersionId: marker });
  await expect(client.send(head)).rejects.toMatchObject({ $metadata: { httpStatusCode: 405 } });
});

test('knows one null version while versions are suspended, and before they were enabled', async () => {
  const { client, put } = await openMedia();
  expect((await client.send(new GetBucketVersioningCommand(media))).Status).toBeUndefined();
  await put('a', 'before');
  expect((await versions(client)).Versions).toMatchObject([{ Key: 'a', VersionId: 'null', IsLatest: true }]);
  await setVersioning(client, 'Enabled');
  const kept = await put('a', 'kept');
  await setVersioning(client, 'Suspended');
  expect((await client.send(new GetBucketVersioningCommand(media))).Status).toBe('Suspended');
  expect(await put('a', 'after')).toBeUndefined();
  expect(await read(client, 'a', 'null')).toBe('after');
  expect((await versions(client)).Versions?.map(({ VersionId }) => VersionId)).toEqual(['null', kept]);
  expect(await erase(client, 'a')).toMatchObject({ DeleteMarker: true, VersionId: 'null' });
  const listed = await versions(client);
  expect(listed.DeleteMarkers?.map(({ VersionId }) => VersionId)).toEqual(['null']);
  expect(listed.Versions?.map(({ VersionId }) => VersionId)).toEqual([kept]);
  await erase(client, 'a', 'null');
  expect(await read(client, 'a')).toBe('kept');
});

test('pages through 2,100 versions of one key between its neighbours, newest first', async () => {
  const { s3, client } = await openMedia({ versioning: 'Enabled' });
  s3.fill('media', ['j', 'l', ...Array.from({ length: 2100 }, () => 'k')]);
  const listed = (await collect(pages(client, 1000))).flatMap((page) => page.Versions ?? []);
  expect(listed.map(({ Key }) => Key)).toEqual(['j', ...Array.from({ length: 2100 }, () => 'k'), 'l']);
  const ids = listed.filter(({ Key }) => Key === 'k').map(({ VersionId }) => VersionId ?? '');
  expect(new Set(ids).size).toBe(2100);
  expect(listed.filter(({ IsLatest }) => IsLatest)).toHaveLength(3);
  expect(listed[1]?.IsLatest).toBe(true);
});

test('goes on although each page was deleted before the next, markers interleaved', async () => {
  const { s3, client } = await openMedia({ versioning: 'Enabled' });
  s3.fill('media', ['a', 'a', 'a', 'b', 'b', 'c']);
  await erase(client, 'a');
  await erase(client, 'c');
  let pageCount = 0;
  for await (const { Versions = [], DeleteMarkers = [] } of pages(client, 3)) {
    pageCount += 1;
    expect(Versions.length + DeleteMarkers.length).toBeLessThanOrEqual(3);
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    await client.send(new DeleteObjectsCommand({ ...media, Delete: { Objects } }));
  }
  expect(pageCount).toBe(3);
  const { Versions, DeleteMarkers } = await versions(client);
  expect([Versions, DeleteMarkers]).toEqual([undefined, undefined]);
});

test('folds versions at the delimiter and goes on behind a common prefix', async () => {
  const { s3, client } = await openMedia({ versioning: 'Enabled' });
  s3.fill('media', ['v/1/a', 'v/1/a', 'v/2', 'v/3/a', 'w']);
  const asked = { Prefix: 'v/', Delimiter: '/' };
  const listed = await collect(pages(client, 1, asked));
  const names = listed.map((page) => page.CommonPrefixes?.[0]?.Prefix ?? page.Versions?.[0]?.Key);
  expect(names).toEqual(['v/1/', 'v/2', 'v/3/']);
});

test('refuses version markers that S3 refuses', async () => {
  const { client } = await openMedia({ versioning: 'Enabled' });
  const refused = { name: 'InvalidArgument' };
  await expect(versions(client, { VersionIdMarker: 'null' })).rejects.toMatchObject(refused);
  await expect(versions(client, { KeyMarker: 'a', VersionIdMarker: 'nonsense' })).rejects.toMatchObject(refused);
});
