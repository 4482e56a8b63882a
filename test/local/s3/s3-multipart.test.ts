import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { media, openMedia } from './s3-client.ts';

const MEBIBYTE = 1024 * 1024;

const start = async (client: S3Client, Key: string) =>
  (await client.send(new CreateMultipartUploadCommand({ ...media, Key, ContentType: 'video/mp4' }))).UploadId ?? '';
const part = async (client: S3Client, Key: string, UploadId: string, PartNumber: number, Body: string | Buffer) => ({
  PartNumber,
  ETag: (await client.send(new UploadPartCommand({ ...media, Key, UploadId, PartNumber, Body }))).ETag,
});
const complete = (client: S3Client, Key: string, UploadId: string, Parts: { PartNumber: number; ETag?: string }[]) =>
  client.send(new CompleteMultipartUploadCommand({ ...media, Key, UploadId, MultipartUpload: { Parts } }));
const uploads = (client: S3Client, more = {}) => client.send(new ListMultipartUploadsCommand({ ...media, ...more }));

test('joins parts to one object, whatever the order of their upload', async () => {
  const { client } = await openMedia();
  const id = await start(client, 'a.mp4');
  const second = await part(client, 'a.mp4', id, 2, 'the end');
  await part(client, 'a.mp4', id, 1, 'replaced');
  const first = await part(client, 'a.mp4', id, 1, Buffer.alloc(5 * MEBIBYTE, 'ab'));
  expect((await client.send(new ListObjectsV2Command(media))).KeyCount).toBe(0);
  await complete(client, 'a.mp4', id, [first, second]);
  const whole = await client.send(new GetObjectCommand({ ...media, Key: 'a.mp4' }));
  expect(whole).toMatchObject({ ContentLength: 5 * MEBIBYTE + 7, ContentType: 'video/mp4' });
  expect(whole.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
  const Range = `bytes=${5 * MEBIBYTE - 2}-${5 * MEBIBYTE + 2}`;
  const across = await client.send(new GetObjectCommand({ ...media, Key: 'a.mp4', Range }));
  expect(await across.Body?.transformToString()).toBe('abthe');
  expect((await uploads(client)).Uploads).toBeUndefined();
});

test('refuses parts that are too small, unknown or out of order, and keeps the upload', async () => {
  const { client } = await openMedia();
  const id = await start(client, 'a');
  const first = await part(client, 'a', id, 1, 'small');
  const second = await part(client, 'a', id, 2, 'small too');
  await expect(complete(client, 'a', id, [first, second])).rejects.toMatchObject({ name: 'EntityTooSmall' });
  await expect(complete(client, 'a', id, [second, first])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
  await expect(complete(client, 'a', id, [{ PartNumber: 3, ETag: '"0"' }])).rejects.toMatchObject({
    name: 'InvalidPart',
  });
  await expect(part(client, 'a', id, 10_001, 'x')).rejects.toMatchObject({ name: 'InvalidArgument' });
  expect((await uploads(client)).Uploads).toMatchObject([{ Key: 'a', UploadId: id }]);
});

test('aborts an upload once, and for its own key only', async () => {
  const { client } = await openMedia();
  const id = await start(client, 'a');
  await part(client, 'a', id, 1, 'x');
  const abort = (Key: string) => client.send(new AbortMultipartUploadCommand({ ...media, Key, UploadId: id }));
  await expect(abort('b')).rejects.toMatchObject({ name: 'NoSuchUpload' });
  expect(await abort('a')).toMatchObject({ $metadata: { httpStatusCode: 204 } });
  await expect(abort('a')).rejects.toMatchObject({ name: 'NoSuchUpload' });
  await expect(client.send(new ListPartsCommand({ ...media, Key: 'a', UploadId: id }))).rejects.toMatchObject({
    name: 'NoSuchUpload',
  });
});

test('refuses a part whose upload was aborted while it was on its way', async () => {
  const { s3, client } = await openMedia();
  const id = await start(client, 'a');
  s3.faults.onRequest(async ({ operation, phase }) => {
    if (operation !== 'UploadPart' || phase !== 'before') return;
    await client.send(new AbortMultipartUploadCommand({ ...media, Key: 'a', UploadId: id }));
  });
  await expect(part(client, 'a', id, 1, 'late')).rejects.toMatchObject({ name: 'NoSuchUpload' });
  expect((await uploads(client)).Uploads).toBeUndefined();
});

test('lists parts by page', async () => {
  const { client } = await openMedia();
  const id = await start(client, 'a');
  for (const number of [3, 1, 2]) await part(client, 'a', id, number, `part ${number}`);
  const list = (more = {}) => client.send(new ListPartsCommand({ ...media, Key: 'a', UploadId: id, ...more }));
  const first = await list({ MaxParts: 2 });
  expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2' });
  expect(first.Parts).toMatchObject([
    { PartNumber: 1, Size: 6 },
    { PartNumber: 2, Size: 6 },
  ]);
  const rest = await list({ PartNumberMarker: first.NextPartNumberMarker });
  expect(rest.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([3]);
  expect(rest.IsTruncated).toBe(false);
});

test('lists each of the uploads of one key once, a page at a time', async () => {
  const { client } = await openMedia();
  const ids = [await start(client, 'a'), await start(client, 'a'), await start(client, 'a')];
  const found: (string | undefined)[] = [];
  let markers = {};
  for (const id of ids) {
    const page = await uploads(client, { MaxUploads: 1, ...markers });
    found.push(page.Uploads?.[0]?.UploadId);
    expect(page.IsTruncated).toBe(id !== ids[2]);
    markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
  expect(found).toEqual(ids);
});

test('pages through the uploads of a prefix, several of one key, and goes on when they are aborted meanwhile', async () => {
  const { client } = await openMedia();
  const keys = ['v/1/a', 'v/1/a', 'v/1/a', 'v/1/b', 'v/10/a'];
  const ids: string[] = [];
  for (const key of keys) ids.push(await start(client, key));
  const found: (string | undefined)[] = [];
  let markers = {};
  for (let isTruncated = true; isTruncated; ) {
    const page = await uploads(client, { Prefix: 'v/1/', MaxUploads: 2, ...markers });
    for (const { Key, UploadId } of page.Uploads ?? []) {
      found.push(UploadId);
      await client.send(new AbortMultipartUploadCommand({ ...media, Key, UploadId }));
    }
    markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    isTruncated = page.IsTruncated ?? false;
  }
  expect(found).toEqual(ids.slice(0, 4));
  expect((await uploads(client)).Uploads).toMatchObject([{ Key: 'v/10/a', UploadId: ids[4] }]);
  const behind = await uploads(client, { KeyMarker: 'v/1/z' });
  expect(behind.Uploads?.map(({ Key }) => Key)).toEqual(['v/10/a']);
});
