import {
  GetBucketVersioningCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { collect, media, openMedia } from './s3-client.ts';

const utf8Order = (keys: string[]) => [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

test('lists in the order of UTF-8 bytes, whatever the order of writing', async () => {
  const { s3, client } = await openMedia();
  const ends = [
    '',
    '/',
    '0',
    'Z',
    'a',
    'é',
    '\uffee',
    '\u{10000}',
    '\u{1f3ac}',
    '\ud7ff',
    '\ue000',
    'a/b',
    'a0',
    'a.b',
  ];
  const keys = ends.flatMap((end) => [`k${end}`, `j${end}x`]);
  s3.fill('media', keys);
  const { Contents } = await client.send(new ListObjectsV2Command(media));
  expect(Contents?.map(({ Key }) => Key)).toEqual(utf8Order(keys));
});

test('pages through 2,500 keys of a prefix, each once', async () => {
  const { s3, client } = await openMedia();
  const keys = Array.from({ length: 2500 }, (_, at) => `videos/1/${(at * 7919) % 2500}.ts`);
  s3.fill('media', [...keys, 'videos/10/a', 'videos/1', 'videos/0/z']);
  const pages = await collect(paginateListObjectsV2({ client }, { ...media, Prefix: 'videos/1/' }));
  expect(pages.map(({ KeyCount }) => KeyCount)).toEqual([1000, 1000, 500]);
  expect(pages.flatMap(({ Contents }) => Contents?.map(({ Key }) => Key))).toEqual(utf8Order(keys));
});

test('pages as older programs do, each name once, with a marker where there is a delimiter', async () => {
  const { s3, client } = await openMedia();
  s3.fill('media', ['v/1/a', 'v/1/b', 'v/2', 'w/1']);
  const flat = await client.send(new ListObjectsCommand({ ...media, Prefix: 'v/', MaxKeys: 2 }));
  expect(flat.Contents?.map(({ Key }) => Key)).toEqual(['v/1/a', 'v/1/b']);
  expect(flat).toMatchObject({ IsTruncated: true, Marker: '' });
  expect(flat.NextMarker).toBeUndefined();
  const rest = await client.send(new ListObjectsCommand({ ...media, Prefix: 'v/', Marker: 'v/1/b' }));
  expect(rest.Contents?.map(({ Key }) => Key)).toEqual(['v/2']);
  expect(rest.IsTruncated).toBe(false);
  const folded = await client.send(new ListObjectsCommand({ ...media, Prefix: 'v/', Delimiter: '/', MaxKeys: 1 }));
  expect(folded).toMatchObject({ CommonPrefixes: [{ Prefix: 'v/1/' }], NextMarker: 'v/1/' });
});

test('never returns more than 1,000 keys, and none for zero', async () => {
  const { s3, client } = await openMedia();
  s3.fill(
    'media',
    Array.from({ length: 1001 }, (_, at) => `k${at}`),
  );
  const many = await client.send(new ListObjectsV2Command({ ...media, MaxKeys: 5000 }));
  expect(many).toMatchObject({ KeyCount: 1000, MaxKeys: 1000, IsTruncated: true });
  const none = await client.send(new ListObjectsV2Command({ ...media, MaxKeys: 0 }));
  expect(none).toMatchObject({ KeyCount: 0, IsTruncated: false });
});

test('folds keys at the delimiter, one by one page', async () => {
  const { s3, client } = await openMedia();
  s3.fill('media', ['v/1/a', 'v/1/b', 'v/2/a', 'v/3', 'v/4/a/b', 'w/1']);
  const asked = { ...media, Prefix: 'v/', Delimiter: '/' };
  const whole = await client.send(new ListObjectsV2Command(asked));
  expect(whole.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['v/1/', 'v/2/', 'v/4/']);
  expect(whole.Contents?.map(({ Key }) => Key)).toEqual(['v/3']);
  expect(whole.KeyCount).toBe(4);
  const pages = await collect(paginateListObjectsV2({ client, pageSize: 1 }, asked));
  const names = pages.flatMap((page) => [page.CommonPrefixes?.[0]?.Prefix ?? page.Contents?.[0]?.Key]);
  expect(names).toEqual(['v/1/', 'v/2/', 'v/3', 'v/4/']);
});

test('starts behind a key, and goes on although the key of the token is gone', async () => {
  const { s3, client } = await openMedia();
  s3.fill('media', ['a', 'b', 'c', 'd']);
  const first = await client.send(new ListObjectsV2Command({ ...media, StartAfter: 'a', MaxKeys: 1 }));
  expect(first.Contents?.map(({ Key }) => Key)).toEqual(['b']);
  await fetch(`${s3.endpoint}/media/b`, { method: 'DELETE' });
  const token = { ContinuationToken: first.NextContinuationToken };
  const second = await client.send(new ListObjectsV2Command({ ...media, ...token }));
  expect(second.Contents?.map(({ Key }) => Key)).toEqual(['c', 'd']);
  const wrong = new ListObjectsV2Command({ ...media, ContinuationToken: 'not a token' });
  await expect(client.send(wrong)).rejects.toMatchObject({ name: 'InvalidArgument' });
});

test('encodes names when asked', async () => {
  const { s3, client } = await openMedia();
  s3.fill('media', ['a b+c/é\n&']);
  const { Contents, EncodingType } = await client.send(new ListObjectsV2Command({ ...media, EncodingType: 'url' }));
  expect(EncodingType).toBe('url');
  expect(Contents?.map(({ Key }) => Key)).toEqual(['a+b%2Bc/%C3%A9%0A%26']);
});

test('keeps 100,000 keys in order through deletions in the middle and at both ends', async () => {
  const { s3, client } = await openMedia();
  const keyOf = (at: number) => `k${String(at).padStart(6, '0')}`;
  // 7,919 is prime to 100,000, so that every number comes once, in no order.
  const keys = Array.from({ length: 100_000 }, (_, at) => keyOf((at * 7919) % 100_000));
  s3.fill('media', keys);
  const left = new Set(keys);
  for (const key of [...left].filter((_, at) => at % 1000 === 0).concat(keyOf(0), keyOf(99_999))) {
    left.delete(key);
    await fetch(`${s3.endpoint}/media/${key}`, { method: 'DELETE' });
  }
  const pages = await collect(paginateListObjectsV2({ client }, { ...media }));
  expect(pages.flatMap(({ Contents }) => Contents?.map(({ Key }) => Key))).toEqual([...left].sort());
});

test('imitates R2, which has no versions', async () => {
  const { s3, client } = await openMedia();
  const versioning = () => client.send(new GetBucketVersioningCommand(media));
  const lift = s3.faults.imitate('r2');
  await expect(versioning()).rejects.toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
  expect((await client.send(new ListObjectsV2Command(media))).KeyCount).toBe(0);
  lift();
  expect((await versioning()).Status).toBeUndefined();
});
