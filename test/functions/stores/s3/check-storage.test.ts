import { ListMultipartUploadsCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it, onTestFinished } from 'vitest';
import { checkStorage } from '../../../../functions/stores/s3/check-storage.ts';
import { prepared } from '../../../../functions/stores/s3/client/connect-bucket.ts';
import { clientSettings } from '../../../../local/aws/client-settings.ts';
import type { ProfileName } from '../../../../local/s3/faults/accents.ts';
import { startS3 } from '../../../../local/s3/start.ts';
import { newVideoId } from '../../../contracts/video-objects.ts';

const BUCKET = 'clips';

async function openStore(versioning: 'Enabled' | 'Unversioned' = 'Enabled') {
  const simulator = await startS3({ buckets: [{ name: BUCKET, versioning }] });
  const settings = { ...clientSettings(simulator.endpoint), forcePathStyle: true };
  const clients: S3Client[] = [];
  const open = () => {
    const client = new S3Client(settings);
    clients.push(client);
    return client;
  };
  onTestFinished(async () => {
    for (const client of clients) client.destroy();
    await simulator.stop();
  });
  const check = () =>
    checkStorage(
      { raw: open(), clientFor: (answersAs) => prepared(open(), { answersAs }), bucket: BUCKET },
      newVideoId(),
    );
  return { simulator, check, raw: open() };
}

/** What each store keeps, by name, and the settings that it needs. */
const STORES: [ProfileName | 'S3', Record<string, string>, Record<string, string>][] = [
  ['S3', { uploads: 'kept', versions: 'kept', deletion: 'kept' }, {}],
  ['ceph', { uploads: 'kept', versions: 'kept', deletion: 'kept' }, {}],
  ['versitygw', { uploads: 'kept', versions: 'kept', deletion: 'kept' }, {}],
  ['singles', { uploads: 'kept', versions: 'kept', deletion: 'kept' }, {}],
  ['md5', { uploads: 'kept', versions: 'kept', deletion: 'kept' }, {}],
  ['minio', { uploads: 'excepted', versions: 'kept', deletion: 'kept' }, { STORAGE_UPLOADS: 'none' }],
  ['no-uploads', { uploads: 'excepted', versions: 'kept', deletion: 'kept' }, { STORAGE_UPLOADS: 'none' }],
  ['lists-again', { uploads: 'kept', versions: 'kept', deletion: 'broken' }, {}],
  ['replica', { uploads: 'kept', versions: 'kept', deletion: 'broken' }, {}],
];

it.each(STORES)('says what a store like %s keeps', async (store, outcomes, settings) => {
  const { simulator, check } = await openStore();
  if (store !== 'S3') simulator.faults.imitate(store);
  const found = await check();
  expect(Object.fromEntries(found.capabilities.map(({ name, outcome }) => [name, outcome]))).toEqual(outcomes);
  expect(found.settings).toEqual(settings);
});

it('says what R2 keeps, which has no versions', async () => {
  const { simulator, check } = await openStore('Unversioned');
  simulator.faults.imitate('r2');
  const { capabilities, settings } = await check();
  expect(capabilities.map(({ outcome }) => outcome)).toEqual(['kept', 'kept', 'kept']);
  expect(settings).toEqual({});
});

it('learns the name that a store gives the bucket', async () => {
  const { simulator, check } = await openStore();
  simulator.faults.speakWith({ answersAs: 'tenant:clips' });
  const { capabilities, settings } = await check();
  expect(capabilities).toContainEqual(expect.objectContaining({ name: 'answers', outcome: 'setting' }));
  expect(capabilities).toContainEqual(expect.objectContaining({ name: 'deletion', outcome: 'kept' }));
  expect(settings).toEqual({ STORAGE_ANSWERS_AS: 'tenant:clips' });
});

it.each<ProfileName | 'S3'>(['S3', 'minio'])('leaves nothing behind in a store like %s', async (store) => {
  const { simulator, check, raw } = await openStore();
  if (store !== 'S3') simulator.faults.imitate(store);
  await check();
  simulator.faults.clear();
  const { Versions, DeleteMarkers } = await raw.send(new ListObjectVersionsCommand({ Bucket: BUCKET }));
  const { Uploads } = await raw.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
  expect([Versions, DeleteMarkers, Uploads]).toEqual([undefined, undefined, undefined]);
});

it('throws what the store says where nothing can be put', async () => {
  const { simulator, check } = await openStore();
  simulator.faults.failRequests({ operation: 'PutObject', code: 'AccessDenied' });
  await expect(check()).rejects.toMatchObject({ name: 'AccessDenied' });
});
