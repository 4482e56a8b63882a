import { DeleteObjectsCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useLeanDeletes } from '../../../../../functions/stores/s3/client/lean-deletes.ts';
import { clientSettings } from '../../../../../local/aws/client-settings.ts';
import { type S3Simulator, startS3 } from '../../../../../local/s3/start.ts';

const Bucket = 'versions';
const HOSTILE = [
  ...['a&b', 'a<b>', '"quoted"', "o'clock", 'line\rend', 'line\nend', 'tab\tend', ' space ', 'ümlaut', '😀', '&amp;'],
  ...[']]>', '%2e', '\u0085\u2028', '</Key></Object><Quiet>false</Quiet>'],
];

let s3: S3Simulator;
let whole: S3Client;
let lean: S3Client;
beforeAll(async () => {
  // The simulator verifies the checksum of each request.
  s3 = await startS3({ buckets: [{ name: Bucket, versioning: 'Enabled' }] });
  const settings = { ...clientSettings(s3.endpoint), forcePathStyle: true };
  whole = new S3Client(settings);
  lean = new S3Client(settings);
  useLeanDeletes(lean);
});
afterAll(() => s3.stop());

/** Writes two versions of every key. @returns their names */
async function fill() {
  for (const Key of [...HOSTILE, ...HOSTILE]) await whole.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  return (await left()).map(({ Key, VersionId }) => ({ Key, VersionId }));
}
const left = async () => (await whole.send(new ListObjectVersionsCommand({ Bucket }))).Versions ?? [];

it('names keys and versions as the SDK does, whatever they are called', async () => {
  const Objects = await fill();
  await lean.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: Objects.slice(1), Quiet: true } }));
  expect(await left()).toEqual([expect.objectContaining(Objects[0])]);
  await lean.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: Objects.slice(0, 1), Quiet: true } }));
  expect(await left()).toEqual([]);
});

it('leaves the answer to the SDK: what was deleted if it was not to be quiet, and errors of single keys', async () => {
  const Objects = await fill();
  const lift = s3.faults.failKeys({ key: 'a&b', code: 'SlowDown' });
  const send = (client: S3Client) => client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  const { Deleted, Errors } = await send(lean);
  const expected = await send(whole);
  expect({ Deleted, Errors }).toEqual({ Deleted: expected.Deleted, Errors: expected.Errors });
  expect(Errors).toHaveLength(2);
  lift();
});

it('tries again with the same document', async () => {
  const Objects = await fill();
  s3.faults.failRequests({ operation: 'DeleteObjects', code: 'InternalError', times: 1 });
  await lean.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  expect(await left()).toEqual([]);
});

it('never loses a condition: the store refuses what it does not understand', async () => {
  const Objects = (await fill()).map((named) => ({ ...named, ETag: 'another' }));
  const outcome = lean.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  await expect(outcome).rejects.toMatchObject({ name: 'NotImplemented' });
  expect(await left()).not.toEqual([]);
});

it('lets no reader change a line end, or take a key for XML', async () => {
  let body = '';
  const client = new S3Client({ ...clientSettings(s3.endpoint), forcePathStyle: true });
  useLeanDeletes(client);
  client.middlewareStack.add(
    (next) => (args) => {
      body = String((args.request as { body?: unknown }).body);
      return next(args);
    },
    { step: 'finalizeRequest' },
  );
  await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: '&<>"\'\r\n\u0085\u2028' }] } }));
  expect(body).toContain('<Key>&#x26;&#x3c;&#x3e;&#x22;&#x27;&#xd;&#xa;&#x85;&#x2028;</Key>');
});
