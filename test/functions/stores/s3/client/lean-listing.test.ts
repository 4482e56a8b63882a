import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readEntries, useLeanListings } from '../../../../../functions/stores/s3/client/lean-listing.ts';
import { clientSettings } from '../../../../../local/aws/client-settings.ts';
import { type S3Simulator, startS3 } from '../../../../../local/s3/start.ts';

const Bucket = 'versions';
const HOSTILE = [
  'a&b',
  'a<b>',
  '"quoted"',
  "o'clock",
  'line\rend',
  'tab\tend',
  ' space ',
  'ümlaut',
  '😀',
  '&amp;',
  ']]>',
  '%2e',
];

let s3: S3Simulator;
let whole: S3Client;
let lean: S3Client;
beforeAll(async () => {
  s3 = await startS3({ buckets: [{ name: Bucket, versioning: 'Enabled' }] });
  const settings = { ...clientSettings(s3.endpoint), forcePathStyle: true };
  whole = new S3Client(settings);
  lean = new S3Client(settings);
  useLeanListings(lean);
  for (const name of HOSTILE) {
    await whole.send(new PutObjectCommand({ Bucket, Key: `videos/${name}`, Body: name }));
    await whole.send(new PutObjectCommand({ Bucket, Key: `videos/${name}`, Body: `${name} again` }));
  }
  await whole.send(new DeleteObjectCommand({ Bucket, Key: 'videos/a&b' }));
});
afterAll(() => s3.stop());

type Entry = { Key?: string; VersionId?: string; IsLatest?: boolean; Size?: number };
const leanOf = ({ Key, VersionId, IsLatest, Size }: Entry) =>
  Object.fromEntries(Object.entries({ Key, VersionId, IsLatest, Size }).filter(([, value]) => value !== undefined));

it.each([1, 3, 1000])('reads pages of %i versions and markers as the SDK does', async (MaxKeys) => {
  let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  let seen = 0;
  for (let isTruncated = true; isTruncated; ) {
    const query = { Bucket, MaxKeys, Prefix: 'videos/', ...from };
    const expected = await whole.send(new ListObjectVersionsCommand(query));
    const found = await lean.send(new ListObjectVersionsCommand(query));
    const markers = ({ IsTruncated, NextKeyMarker, NextVersionIdMarker }: typeof found) => [
      IsTruncated,
      NextKeyMarker,
      NextVersionIdMarker,
    ];
    expect(markers(found)).toEqual(markers(expected));
    expect(found.Versions).toEqual(expected.Versions?.map(leanOf));
    expect(found.DeleteMarkers).toEqual(expected.DeleteMarkers?.map(leanOf));
    seen += (found.Versions?.length ?? 0) + (found.DeleteMarkers?.length ?? 0);
    isTruncated = found.IsTruncated === true;
    from = { KeyMarker: found.NextKeyMarker, VersionIdMarker: found.NextVersionIdMarker };
  }
  expect(seen).toBe(HOSTILE.length * 2 + 1);
});

it('reads pages of plain objects as the SDK does, and a prefix with nothing', async () => {
  for (const Prefix of ['videos/', 'none/']) {
    const expected = await whole.send(new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 5 }));
    const found = await lean.send(new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 5 }));
    expect(found.Contents).toEqual(expected.Contents?.map(leanOf));
    expect(found.NextContinuationToken).toBe(expected.NextContinuationToken);
  }
});

it('leaves errors to the SDK, also one in a 200', async () => {
  await expect(lean.send(new ListObjectsV2Command({ Bucket: 'no-such-bucket' }))).rejects.toMatchObject({
    name: 'NoSuchBucket',
  });
});

const read = (...pieces: Uint8Array[]) => readEntries(Readable.from(pieces));

it('takes nothing from what is no listing, whatever it looks like', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), async (text) => {
      const xml = `<Error><Code>${text.replaceAll('<', '')}</Code></Error>`;
      const { rest, entries } = await read(Buffer.from(xml));
      expect(entries.size).toBe(0);
      expect(rest).toBe(Buffer.from(xml).toString());
    }),
  );
  expect((await read(Buffer.from('<ListVersionsResult><Version><Key>cut'))).rest).toContain('<Version>');
});

it('reads the same however the page is cut into pieces', async () => {
  const entries = HOSTILE.map((name) => {
    const key = name.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    return `<Version><Key>${key}</Key><VersionId>1</VersionId></Version><DeleteMarker><Key>${key}</Key></DeleteMarker>`;
  });
  const page = Buffer.from(`<ListVersionsResult><Name>v</Name>${entries.join('\n')}<Versions/></ListVersionsResult>`);
  const whole = await read(page);
  expect(whole.entries.get('Version')?.map(({ Key }) => Key)).toEqual(HOSTILE);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(page.length), { maxLength: 12 }), async (places) => {
      const cuts = [0, ...places.toSorted((a, b) => a - b), page.length];
      const pieces = cuts.slice(1).map((to, n) => page.subarray(cuts[n], to));
      expect(await read(...pieces)).toEqual(whole);
    }),
  );
  expect(await read(...Array.from(page, (byte) => Buffer.of(byte)))).toEqual(whole);
});
