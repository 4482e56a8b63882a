import { DeleteObjectsCommand, GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import type { RequestEvent } from '../../../local/s3/faults/faults.ts';
import { media, openMedia } from './s3-client.ts';

const ONCE = { maxAttempts: 1 };
const erase = (client: S3Client, ...keys: string[]) =>
  client.send(new DeleteObjectsCommand({ ...media, Delete: { Objects: keys.map((Key) => ({ Key })) } }));
const left = async (client: S3Client) =>
  (await client.send(new ListObjectsV2Command(media))).Contents?.map(({ Key }) => Key) ?? [];

test('fails single keys so many times each, and leaves them', async () => {
  const { s3, client } = await openMedia();
  s3.fill('media', ['a', 'b', 'c']);
  s3.faults.failKeys({ key: /^[ab]$/, code: 'InternalError', times: 1 });
  const first = await erase(client, 'a', 'b', 'c');
  expect(first.Errors?.map(({ Key, Code }) => [Key, Code])).toEqual([
    ['a', 'InternalError'],
    ['b', 'InternalError'],
  ]);
  expect(first.Deleted).toEqual([{ Key: 'c' }]);
  expect(await left(client)).toEqual(['a', 'b']);
  expect((await erase(client, 'a', 'b')).Errors).toBeUndefined();
  expect(await left(client)).toEqual([]);
});

test('reports a key as failed that was deleted all the same', async () => {
  const { s3, client } = await openMedia();
  s3.fill('media', ['a', 'b']);
  const lift = s3.faults.failKeys({ key: 'a', code: 'InternalError', when: 'after' });
  expect((await erase(client, 'a')).Errors).toMatchObject([{ Key: 'a', Code: 'InternalError' }]);
  expect(await left(client)).toEqual(['b']);
  lift();
  expect((await erase(client, 'a')).Errors).toBeUndefined();
});

test('fails whole requests, which the SDK tries again', async () => {
  const { s3, client } = await openMedia();
  s3.fill('media', ['a', 'b']);
  s3.faults.failRequests({ operation: 'DeleteObjects', code: 'SlowDown', times: 2 });
  await erase(client, 'a');
  expect(s3.requests.list('DeleteObjects').map(({ status }) => status)).toEqual([503, 503, 200]);
  expect(await left(client)).toEqual(['b']);
});

test('fails a request before or after its effect, with the status that is wanted', async () => {
  const { s3, client } = await openMedia({}, ONCE);
  s3.fill('media', ['a', 'b']);
  const fault = { operation: 'DeleteObjects', code: 'Teapot', status: 418, times: 1 } as const;
  const teapot = { name: 'Teapot', $metadata: { httpStatusCode: 418 } };
  s3.faults.failRequests(fault);
  await expect(erase(client, 'a')).rejects.toMatchObject(teapot);
  expect(await left(client)).toEqual(['a', 'b']);
  s3.faults.failRequests({ ...fault, when: 'after' });
  await expect(erase(client, 'a')).rejects.toMatchObject(teapot);
  expect(await left(client)).toEqual(['b']);
});

test('answers 200 with an error document', async () => {
  const { s3, client } = await openMedia({}, ONCE);
  s3.fill('media', ['a']);
  s3.faults.answerErrorDocuments({ operation: 'DeleteObjects', code: 'InternalError', times: 1 });
  await expect(erase(client, 'a')).rejects.toMatchObject({ name: 'InternalError' });
  expect(s3.requests.list('DeleteObjects')).toMatchObject([{ status: 200 }]);
  expect(await left(client)).toEqual(['a']);
});

test('cuts the connection before or after the effect', async () => {
  const { s3, client } = await openMedia({}, ONCE);
  s3.fill('media', ['a', 'b']);
  s3.faults.resetConnections({ operation: 'DeleteObjects', times: 1 });
  await expect(erase(client, 'a')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await left(client)).toEqual(['a', 'b']);
  s3.faults.resetConnections({ operation: 'DeleteObjects', times: 1, when: 'after' });
  await expect(erase(client, 'a')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await left(client)).toEqual(['b']);
  expect(s3.requests.list('DeleteObjects').map(({ status }) => status)).toEqual([0, 0]);
});

test('slows down who deletes more keys than a second allows', async () => {
  const { s3, client } = await openMedia({}, ONCE);
  s3.fill('media', ['a', ...Array.from({ length: 900 }, (_, at) => `k${at}`)]);
  const lift = s3.faults.throttleDeletes(1);
  await erase(client, ...Array.from({ length: 900 }, (_, at) => `k${at}`));
  await expect(erase(client, 'a')).rejects.toMatchObject({ name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
  const single = await fetch(`${s3.endpoint}/media/a`, { method: 'DELETE' });
  expect(single.status).toBe(503);
  expect(await left(client)).toEqual(['a']);
  lift();
  await erase(client, 'a');
  expect(await left(client)).toEqual([]);
});

test('waits before an operation, and not before others', async () => {
  const { s3, client, put } = await openMedia();
  await put('a');
  s3.faults.delay(1);
  const lift = s3.faults.delay(3_600_000, 'GetObject');
  const impatient = new AbortController();
  const get = new GetObjectCommand({ ...media, Key: 'a' });
  const slow = client.send(get, { abortSignal: impatient.signal });
  expect(await left(client)).toEqual(['a']);
  expect(s3.requests.count('GetObject')).toBe(0);
  impatient.abort();
  await expect(slow).rejects.toMatchObject({ name: 'AbortError' });
  lift();
  await client.send(new GetObjectCommand({ ...media, Key: 'a' }));
});

test('lets a test stand between a request and its effect, and between the effect and the answer', async () => {
  const { s3, client } = await openMedia();
  s3.fill('media', ['a', 'b']);
  const seen: (RequestEvent & { left: (string | undefined)[] })[] = [];
  const lift = s3.faults.onRequest(async (event) => {
    if (event.operation === 'DeleteObjects') seen.push({ ...event, left: await left(client) });
  });
  await erase(client, 'a');
  const event = { operation: 'DeleteObjects', bucket: 'media', key: '' };
  expect(seen).toEqual([
    { ...event, phase: 'before', left: ['a', 'b'] },
    { ...event, phase: 'after', left: ['b'] },
  ]);
  lift();
  await erase(client, 'b');
  expect(seen).toHaveLength(2);
});

test('lifts everything at once, and counts requests by operation', async () => {
  const { s3, client } = await openMedia({}, ONCE);
  s3.fill('media', ['a']);
  s3.faults.failRequests({ code: 'ServiceUnavailable' });
  s3.faults.failKeys({ key: 'a', code: 'AccessDenied' });
  s3.faults.throttleDeletes(0);
  await expect(erase(client, 'a')).rejects.toMatchObject({ name: 'ServiceUnavailable' });
  s3.faults.clear();
  expect((await erase(client, 'a')).Errors).toBeUndefined();
  expect([s3.requests.count('DeleteObjects'), s3.requests.count('GetObject'), s3.requests.count()]).toEqual([2, 0, 2]);
  s3.requests.clear();
  expect(s3.requests.count()).toBe(0);
});
