import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { media, openMedia } from './s3-client.ts';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

const STRANGE_KEYS = [
  'a&b<c>d"e\'f',
  'line\r\nbreak\rand\ttab',
  ' leading and trailing ',
  'plus+percent%25%zz',
  'naïve/日本語/🎬.ts',
  'dots/../and/./slashes//end/',
  '/leading',
  '?query=1&x#hash',
  '\u0001\u007f',
];

test('keeps type and metadata of an object', async () => {
  const { client } = await openMedia();
  const written = { ContentType: 'video/mp2t', CacheControl: 'max-age=5', Metadata: { 'cache-tag': 'v1' } };
  await client.send(new PutObjectCommand({ ...media, Key: 'a.ts', Body: 'segment', ...written }));
  const read = await client.send(new GetObjectCommand({ ...media, Key: 'a.ts' }));
  expect(read).toMatchObject({ ...written, ContentLength: 7, ETag: `"${md5('segment')}"` });
  expect(await read.Body?.transformToString()).toBe('segment');
  expect(read.VersionId).toBeUndefined();
  const head = await client.send(new HeadObjectCommand({ ...media, Key: 'a.ts' }));
  expect(head).toMatchObject({ ...written, ContentLength: 7, ETag: read.ETag });
});

test('takes a stream, which the SDK sends in chunks with its checksum behind them', async () => {
  const { client } = await openMedia();
  const body = Buffer.alloc(300_000, 'segment ');
  await client.send(
    new PutObjectCommand({ ...media, Key: 'a', Body: Readable.from([body]), ContentLength: body.length }),
  );
  const read = await client.send(new GetObjectCommand({ ...media, Key: 'a' }));
  expect(Buffer.from((await read.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
  expect(read.ContentEncoding).toBeUndefined();
});

test('refuses a body that does not match its checksum', async () => {
  const { client } = await openMedia();
  const wrong = { ...media, Key: 'a', Body: 'one', ChecksumCRC32: 'AAAAAA==' };
  await expect(client.send(new PutObjectCommand(wrong))).rejects.toMatchObject({ name: 'BadDigest' });
  await expect(client.send(new GetObjectCommand({ ...media, Key: 'a' }))).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test.each(STRANGE_KEYS)('keeps the key %j apart from all others', async (key) => {
  const { client, put } = await openMedia();
  await put(key, `body of ${key}`);
  const read = await client.send(new GetObjectCommand({ ...media, Key: key }));
  expect(await read.Body?.transformToString()).toBe(`body of ${key}`);
  const { Contents } = await client.send(new ListObjectsV2Command(media));
  expect(Contents?.map(({ Key }) => Key)).toEqual([key]);
});

test.each([
  ['bytes=2-4', '234', 'bytes 2-4/10'],
  ['bytes=7-', '789', 'bytes 7-9/10'],
  ['bytes=-2', '89', 'bytes 8-9/10'],
  ['bytes=8-99', '89', 'bytes 8-9/10'],
  ['bytes=0-0', '0', 'bytes 0-0/10'],
])('serves the range %s', async (Range, body, ContentRange) => {
  const { client, put } = await openMedia();
  await put('a', '0123456789');
  const read = await client.send(new GetObjectCommand({ ...media, Key: 'a', Range }));
  expect(await read.Body?.transformToString()).toBe(body);
  expect(read).toMatchObject({ ContentRange, ContentLength: body.length, $metadata: { httpStatusCode: 206 } });
});

test('refuses a range behind the end and ignores several ranges', async () => {
  const { client, put } = await openMedia();
  await put('a', '0123456789');
  const get = (Range: string) => client.send(new GetObjectCommand({ ...media, Key: 'a', Range }));
  await expect(get('bytes=10-')).rejects.toMatchObject({ name: 'InvalidRange', $metadata: { httpStatusCode: 416 } });
  expect((await get('bytes=0-1,3-4')).ContentLength).toBe(10);
});

test('tells what is not there', async () => {
  const { client } = await openMedia();
  const missing = { name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } };
  await expect(client.send(new GetObjectCommand({ ...media, Key: 'a' }))).rejects.toMatchObject(missing);
  await expect(client.send(new HeadObjectCommand({ ...media, Key: 'a' }))).rejects.toMatchObject({ name: 'NotFound' });
  const elsewhere = new GetObjectCommand({ Bucket: 'nowhere', Key: 'a' });
  await expect(client.send(elsewhere)).rejects.toMatchObject({ name: 'NoSuchBucket' });
  const long = new PutObjectCommand({ ...media, Key: 'ü'.repeat(513), Body: 'x' });
  await expect(client.send(long)).rejects.toMatchObject({ name: 'KeyTooLongError' });
});

test('revalidates by ETag and time', async () => {
  const { s3, put } = await openMedia();
  await put('a', 'one');
  const url = `${s3.endpoint}/media/a`;
  const first = await fetch(url);
  expect((await fetch(url, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } })).status).toBe(304);
  const since = first.headers.get('last-modified') ?? '';
  expect((await fetch(url, { headers: { 'if-modified-since': since } })).status).toBe(304);
  await put('a', 'two');
  const second = await fetch(url, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } });
  expect([second.status, await second.text()]).toEqual([200, 'two']);
});

test('writes only what is not there when told so', async () => {
  const { client, put } = await openMedia();
  await put('a', 'first');
  const again = new PutObjectCommand({ ...media, Key: 'a', Body: 'second', IfNoneMatch: '*' });
  await expect(client.send(again)).rejects.toMatchObject({ name: 'PreconditionFailed' });
  await client.send(new PutObjectCommand({ ...media, Key: 'b', Body: 'first', IfNoneMatch: '*' }));
});

test('answers a plain GET and a PUT to a presigned URL', async () => {
  const { s3, client } = await openMedia();
  const query =
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=local%2F20260101%2Fus-east-1%2Fs3%2Faws4_request' +
    '&X-Amz-Date=20260101T000000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=0' +
    '&x-amz-meta-owner=u1&x-id=PutObject';
  const url = `${s3.endpoint}/media/uploads/my%20clip.mp4`;
  const put = await fetch(`${url}?${query}`, { method: 'PUT', body: 'mp4', headers: { 'content-type': 'video/mp4' } });
  expect(put.status).toBe(200);
  const got = await fetch(url);
  expect([got.headers.get('content-type'), await got.text()]).toEqual(['video/mp4', 'mp4']);
  const head = await client.send(new HeadObjectCommand({ ...media, Key: 'uploads/my clip.mp4' }));
  expect(head.Metadata).toEqual({ owner: 'u1' });
});

test('answers 501 to sub-resources, copies and conditions that it does not have', async () => {
  const { s3, client, put } = await openMedia();
  await put('a', 'untouched');
  const tags = { ...media, Key: 'a', Tagging: { TagSet: [{ Key: 'k', Value: 'v' }] } };
  const unknown = { name: 'NotImplemented', $metadata: { httpStatusCode: 501 } };
  await expect(client.send(new PutObjectTaggingCommand(tags))).rejects.toMatchObject(unknown);
  await expect(client.send(new GetObjectTaggingCommand({ ...media, Key: 'a' }))).rejects.toMatchObject(unknown);
  const copy = await fetch(`${s3.endpoint}/media/a`, { method: 'PUT', headers: { 'x-amz-copy-source': 'media/b' } });
  const erase = await fetch(`${s3.endpoint}/media/a`, { method: 'DELETE', headers: { 'if-match': '"other"' } });
  const policy = await fetch(`${s3.endpoint}/media?policy`, { method: 'DELETE' });
  expect([copy.status, erase.status, policy.status]).toEqual([501, 501, 501]);
  expect(await (await fetch(`${s3.endpoint}/media/a`)).text()).toBe('untouched');
  expect(s3.requests.count('Unknown')).toBe(5);
});

test('makes and lists buckets', async () => {
  const { client } = await openMedia();
  await client.send(new CreateBucketCommand({ Bucket: 'another' }));
  expect((await client.send(new ListBucketsCommand())).Buckets?.map(({ Name }) => Name)).toEqual(['another', 'media']);
  await client.send(new HeadBucketCommand({ Bucket: 'another' }));
  await expect(client.send(new HeadBucketCommand({ Bucket: 'third' }))).rejects.toMatchObject({ name: 'NotFound' });
  const again = new CreateBucketCommand({ Bucket: 'another' });
  await expect(client.send(again)).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
});
