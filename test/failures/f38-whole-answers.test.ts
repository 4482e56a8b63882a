import { expect, test } from 'vitest';
import { answer, expectNotSilent, isOfVideos, LOGIN_PAGE, useAlteredStore } from '../support/altered-store.ts';
import type { Alter } from '../support/altering-proxy.ts';
import { useWorld } from '../support/use-world.ts';

/** Answers that look like S3's own at the first glance. */

const world = useWorld();
const store = useAlteredStore(world);

/** A listing of uploads under the asked prefix that holds this besides. */
const uploadsWith = (more: (prefix: string) => string): Alter => ({
  instead: (asked) => {
    const prefix = asked.query.get('prefix') ?? '';
    const isMeant = asked.operation === 'ListMultipartUploads' && isOfVideos(asked);
    return isMeant ? store.noUploads(prefix, more(prefix)) : undefined;
  },
});

const ANSWERS: [string, () => Alter, 'bucket'?][] = [
  ['versioning asked, 203 and a login page', () => answer('GetBucketVersioning', LOGIN_PAGE)],
  [
    'versioning asked, 200 and an error document that ends in a line break',
    () => answer('GetBucketVersioning', { status: 200, body: '<Error><Code>AccessDenied</Code></Error>\n' }),
  ],
  ['uploads of another prefix', () => answer('ListMultipartUploads', store.noUploads('archive/')), 'bucket'],
  [
    'uploads in a common prefix that nobody asked for',
    () =>
      uploadsWith(
        (prefix) => `<CommonPrefixes><Prefix>${prefix}720p/</Prefix></CommonPrefixes><IsTruncated>false</IsTruncated>`,
      ),
  ],
  ['a marker without a word whether there is more', () => uploadsWith(() => '<NextKeyMarker>a</NextKeyMarker>')],
  [
    'a word for "more" that the SDK does not read',
    () => uploadsWith(() => '<NextKeyMarker>a</NextKeyMarker><IsTruncated>True</IsTruncated>'),
  ],
];
test.for(ANSWERS)('F38 %s: nothing is taken for empty', async ([, alter, uploads]) => {
  expectNotSilent(await store.deleted(alter(), { ...(uploads && { uploads }) }));
});

test.for(['DeleteObjects', 'DeleteObject'])(
  'F38 %s is answered by a login page once: nothing is counted',
  async (operation) => {
    let times = 1;
    const { counts } = await store.deleted(
      answer(operation, LOGIN_PAGE, () => times-- > 0),
      { prepare: async (id) => world.s3.fill(world.bucket, [`videos/${id}/\u0010.ts`]) },
    );
    expect(counts.objects).toBe(7);
  },
);
