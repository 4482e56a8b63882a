import { DeleteObjectCommand, DeleteObjectsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { media, openMedia } from './s3-client.ts';

const named = (keys: string[], Quiet = false) =>
  new DeleteObjectsCommand({ ...media, Delete: { Objects: keys.map((Key) => ({ Key })), Quiet } });

test('deletes a batch and counts what was not there as deleted', async () => {
  const { s3, client } = await openMedia();
  s3.fill('media', ['a', 'a&b<"\r\n>', 'c', 'ç 🎬']);
  const answer = await client.send(named(['a', 'a&b<"\r\n>', 'missing', 'ç 🎬']));
  expect(answer.Deleted).toEqual([{ Key: 'a' }, { Key: 'a&b<"\r\n>' }, { Key: 'missing' }, { Key: 'ç 🎬' }]);
  expect(answer.Errors).toBeUndefined();
  const left = await client.send(new ListObjectsV2Command(media));
  expect(left.Contents?.map(({ Key }) => Key)).toEqual(['c']);
  expect(s3.requests.list('DeleteObjects')).toMatchObject([{ bucket: 'media', status: 200, keys: 4 }]);
});

test('says nothing of the deleted when quiet', async () => {
  const { s3, client } = await openMedia();
  s3.fill('media', ['a', 'b']);
  s3.faults.failKeys({ key: 'b', code: 'AccessDenied' });
  const answer = await client.send(named(['a', 'b'], true));
  expect(answer.Deleted).toBeUndefined();
  expect(answer.Errors).toEqual([{ Key: 'b', Code: 'AccessDenied', Message: 'Access Denied' }]);
});

test('takes 1,000 keys and refuses 1,001, none, and a body without checksum', async () => {
  const { s3, client } = await openMedia();
  const keys = Array.from({ length: 1001 }, (_, at) => `k${at}`);
  s3.fill('media', keys);
  await expect(client.send(named(keys))).rejects.toMatchObject({ name: 'MalformedXML' });
  await expect(client.send(named([]))).rejects.toMatchObject({ name: 'MalformedXML' });
  const xml = '<Delete><Object><Key>k1000</Key></Object></Delete>';
  const plain = await fetch(`${s3.endpoint}/media?delete`, { method: 'POST', body: xml });
  expect([plain.status, await plain.text()]).toEqual([400, expect.stringContaining('InvalidRequest')]);
  expect((await client.send(named(keys.slice(0, 1000)))).Deleted).toHaveLength(1000);
  expect((await client.send(new ListObjectsV2Command(media))).Contents?.map(({ Key }) => Key)).toEqual(['k1000']);
});

test('refuses XML that is not a deletion, and conditions it does not know', async () => {
  const { s3, put } = await openMedia();
  await put('a');
  const post = async (body: string) => {
    const sum = Buffer.from(await crypto.subtle.digest('SHA-1', Buffer.from(body))).toString('base64');
    const headers = { 'x-amz-checksum-sha1': sum };
    return (await fetch(`${s3.endpoint}/media?delete`, { method: 'POST', body, headers })).status;
  };
  expect(await post('<Delete><Object><Key>a</Key></Object>')).toBe(400);
  expect(await post('<Other><Object><Key>a</Key></Object></Other>')).toBe(400);
  expect(await post('<Delete><Object><Key>a</Key><ETag>other</ETag></Object></Delete>')).toBe(501);
  expect((await fetch(`${s3.endpoint}/media/a`)).status).toBe(200);
});

test('deletes one object, there or not', async () => {
  const { s3, client, put } = await openMedia();
  await put('a');
  const erase = () => client.send(new DeleteObjectCommand({ ...media, Key: 'a' }));
  expect(await erase()).toMatchObject({ $metadata: { httpStatusCode: 204 } });
  expect((await erase()).DeleteMarker).toBeUndefined();
  expect((await fetch(`${s3.endpoint}/media/a`)).status).toBe(404);
});
