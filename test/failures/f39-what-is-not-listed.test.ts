import { CreateMultipartUploadCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { checkStorage } from '../../functions/stores/s3/check-storage.ts';
import { prepared } from '../../functions/stores/s3/client/connect-bucket.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { newVideoId } from '../contracts/video-objects.ts';
import {
  answer,
  document,
  expectNotSilent,
  isOfVideos,
  NOT_IMPLEMENTED,
  useAlteredStore,
} from '../support/altered-store.ts';
import type { Alter } from '../support/altering-proxy.ts';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

/** What a store says it does not have, or says wrongly. */

const world = useWorld();
const store = useAlteredStore(world);
const { due } = deletionsIn(world);

test('F39 uploads that are not listed under the prefix, and are listed for a stray key', async () => {
  expectNotSilent(await store.deleted(answer('ListMultipartUploads', NOT_IMPLEMENTED, isOfVideos)));
});

test('F39 uploads that only the last look cannot list', async () => {
  const video = await world.video();
  store.through({});
  await due(video);
  await world.turn();
  const Key = `videos/${video.videoId}/late.ts`;
  await world.objects.send(new CreateMultipartUploadCommand({ Bucket: world.bucket, Key }));
  store.through(answer('ListMultipartUploads', NOT_IMPLEMENTED));
  expectNotSilent(await store.toTheEnd(video));
});

test('F39 a marker that does not move', async () => {
  let pages = 0;
  const markers = '<NextKeyMarker>a</NextKeyMarker><NextUploadIdMarker>b</NextUploadIdMarker>';
  const video = await world.video();
  store.through({
    instead: (asked) =>
      asked.operation === 'ListMultipartUploads' && isOfVideos(asked) && pages++ < 500
        ? store.noUploads(`${asked.query.get('prefix')}`, `${markers}<IsTruncated>true</IsTruncated>`)
        : undefined,
  });
  await due(video);
  await world.turn();
  expect(pages).toBeLessThan(10);
});

const refused = (status: number, code: string) => ({ status, body: `<Error><Code>${code}</Code></Error>` });
const STORES: [string, Alter][] = [
  ['405 without a body to DeleteObjects', answer('DeleteObjects', { status: 405, body: '' })],
  ['UnsupportedOperation to DeleteObjects', answer('DeleteObjects', refused(400, 'UnsupportedOperation'))],
  [
    '413 to more than a hundred keys',
    answer('DeleteObjects', { status: 413, body: '' }, ({ body }) => body.split('<Object>').length > 101),
  ],
  ['405 without a body to ListMultipartUploads', answer('ListMultipartUploads', { status: 405, body: '' })],
  ['uploads refused in its own words', answer('ListMultipartUploads', refused(404, 'MultipartNotConfigured'))],
  [
    'versions "Suspended", and no list of them',
    {
      instead: ({ operation }) => {
        const body = document('VersioningConfiguration', '<Status>Suspended</Status>');
        if (operation === 'GetBucketVersioning') return { status: 200, body };
        return operation === 'ListObjectVersions' ? NOT_IMPLEMENTED : undefined;
      },
    },
  ],
  [
    'both questions for versions refused in its own words',
    { instead: ({ operation }) => (/Versions?/.test(operation) ? refused(404, 'VersioningNotConfigured') : undefined) },
  ],
];
test.for(STORES)('F39 %s: it works, or says what is not shown', async ([, alter]) => {
  const segments = (id: string) => Array.from({ length: 150 }, (_, n) => `videos/${id}/${n}.ts`);
  const ended = await store.deleted(alter, { prepare: async (id) => world.s3.fill(world.bucket, segments(id)) });
  expect(ended.state).toBe('deleted');
  expectNotSilent(ended);
});

test('F39 check-storage does not believe a store that hides its versions', async () => {
  const videoId = newVideoId();
  const connect = () => new S3Client({ ...clientSettings(store.url()), forcePathStyle: true, maxAttempts: 1 });
  store.through(answer('GetBucketVersioning', { status: 200, body: document('VersioningConfiguration', '') }));
  const { capabilities } = await checkStorage(
    { raw: connect(), clientFor: (answersAs) => prepared(connect(), { answersAs }), bucket: world.bucket },
    videoId,
  );
  expect(capabilities).toContainEqual(expect.objectContaining({ name: 'versions', outcome: 'broken' }));
});
