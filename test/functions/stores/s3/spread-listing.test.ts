import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareKeys } from '../../../../functions/stores/s3/cuts.ts';
import type { Entry, Page, Query } from '../../../../functions/stores/s3/listing.ts';
import { listSpread } from '../../../../functions/stores/s3/spread-listing.ts';
import { startTally } from '../../../../functions/stores/tally.ts';

const PREFIX = 'videos/1/';

/** A bucket that lists as S3 does, in pages of so many keys, with folders; and what it was asked. */
function bucketOf(names: readonly string[], pageSize: number) {
  const keys = [...new Set(names)].map((name) => PREFIX + name).sort(compareKeys);
  const asked: Query[] = [];
  let [underWay, most] = [0, 0];
  const list = async (query: Query): Promise<Page<Entry>> => {
    asked.push(query);
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise(setImmediate);
    underWay -= 1;
    return pageOf(keys, query, pageSize);
  };
  return { keys, list, asked, most: () => most };
}

function pageOf(keys: readonly string[], { key: prefix, from = {}, delimiter }: Query, pageSize: number): Page<Entry> {
  const after = from.ContinuationToken ?? from.StartAfter;
  const shown = new Set<string>();
  for (const key of keys.filter((each) => each.startsWith(prefix))) {
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const name = end < 0 ? key : key.slice(0, end + 1);
    if (after === undefined || compareKeys(name, after) > 0) shown.add(name);
  }
  const page = [...shown].slice(0, pageSize);
  const isFolder = (name: string) => delimiter !== undefined && name.endsWith(delimiter);
  const entries = page.filter((name) => !isFolder(name)).map((key): Entry => ({ key, kind: 'objects', bytes: 1 }));
  const next = page.length < shown.size ? { ContinuationToken: page.at(-1) } : undefined;
  return { entries, prefixes: page.filter(isFolder), next };
}

const behind = (key: string) => ({ StartAfter: key });

async function listed({ list }: Pick<ReturnType<typeof bucketOf>, 'list'>, width: number, tally = startTally()) {
  const found: string[] = [];
  for await (const page of listSpread(tally, { list, behind, width }, [{ key: PREFIX, exact: false }])) {
    found.push(...page.map(({ key }) => key));
  }
  return found;
}

const numbers = (count: number, nameOf: (padded: string, number: number) => string) =>
  Array.from({ length: count }, (_, number) => nameOf(`${number}`.padStart(5, '0'), number));
const RENDITIONS = ['1080p', '720p', '480p', '360p'];

test('whatever the names are, each key is listed once', async () => {
  const name = fc.oneof(
    fc.tuple(fc.constantFrom('a/', 'b/', 'a/c/', ''), fc.nat(300)).map(([folder, n]) => `${folder}${n}.ts`),
    fc.tuple(fc.constantFrom('a/', ''), fc.nat(300)).map(([folder, n]) => `${folder}s_${`${n}`.padStart(4, '0')}.ts`),
    fc.string({
      unit: fc.constantFrom('0', '9', 'a', 'f', 'Z', '/', '_', '😀', '\uffee', '~'),
      minLength: 1,
      maxLength: 6,
    }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(name, { maxLength: 200 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 8 }),
      async (names, pageSize, width) => {
        const bucket = bucketOf(names, pageSize);
        expect((await listed(bucket, width)).sort(compareKeys)).toEqual(bucket.keys);
        expect(bucket.most()).toBeLessThanOrEqual(width);
      },
    ),
    { numRuns: 300 },
  );
});

/** The same for a bucket that keeps versions: pages may end between those of one key. */
function versionsOf(names: readonly string[], pageSize: number) {
  const keys = [...new Set(names)].map((name) => PREFIX + name).sort(compareKeys);
  const all = keys.flatMap((key, index) =>
    Array.from({ length: 1 + (index % 4) }, (_, n) => ({ key, versionId: `${n}` })),
  );
  const list = async ({ key: prefix, from = {}, delimiter }: Query): Promise<Page<Entry>> => {
    await new Promise(setImmediate);
    const { KeyMarker: marker, VersionIdMarker: version } = from;
    const isBehind = (one: (typeof all)[number]) =>
      marker === undefined ||
      compareKeys(one.key, marker) > 0 ||
      (one.key === marker && version !== undefined && one.versionId > version);
    const shown: { key: string; versionId?: string }[] = [];
    for (const one of all.filter(({ key }) => key.startsWith(prefix))) {
      const end = delimiter ? one.key.indexOf(delimiter, prefix.length) : -1;
      const folder = one.key.slice(0, end + 1);
      if (
        end < 0
          ? isBehind(one)
          : shown.at(-1)?.key !== folder && (marker === undefined || compareKeys(folder, marker) > 0)
      )
        shown.push(end < 0 ? one : { key: folder });
    }
    const page = shown.slice(0, pageSize);
    const last = page.at(-1);
    return {
      entries: page.flatMap(({ key, versionId }) =>
        versionId === undefined ? [] : [{ key, versionId, kind: 'versions' as const, bytes: 1 }],
      ),
      prefixes: page.flatMap(({ key, versionId }) => (versionId === undefined ? [key] : [])),
      ...(page.length < shown.length && { next: { KeyMarker: last?.key, VersionIdMarker: last?.versionId } }),
    };
  };
  return { all, list };
}

test('whatever the names are, each version is listed once, also where a page ends between those of a key', async () => {
  const odd = fc.array(fc.string({ unit: fc.constantFrom('0', '9', 'a', 'Z', '/', '_'), minLength: 1, maxLength: 5 }));
  const segments = fc.integer({ min: 0, max: 150 }).map((count) => numbers(count, (padded) => `v_${padded}.ts`));
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(segments, odd).map((both) => both.flat()),
      fc.integer({ min: 2, max: 20 }),
      fc.integer({ min: 1, max: 8 }),
      async (names, pageSize, width) => {
        const { all, list } = versionsOf(names, pageSize);
        const found: string[] = [];
        const markers = (key: string) => ({ KeyMarker: key });
        for await (const page of listSpread(startTally(), { list, behind: markers, width }, [
          { key: PREFIX, exact: false },
        ]))
          found.push(...page.map(({ key, versionId }) => `${key} ${versionId}`));
        expect(found.sort()).toEqual(all.map(({ key, versionId }) => `${key} ${versionId}`).sort());
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  ['HLS in four renditions', RENDITIONS.flatMap((folder) => numbers(500, (padded) => `${folder}/v_${padded}.ts`))],
  ['numbered, flat', numbers(2000, (padded) => `v_${padded}.ts`)],
  ['numbered without zeros, flat', numbers(2000, (_, number) => `${number}.ts`)],
  ['hashes, flat', numbers(2000, (_, number) => ((number * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0'))],
])('%s: side by side, and with not many more listings', async (_, names) => {
  const bucket = bucketOf(names, 20);
  expect(await listed(bucket, 8)).toHaveLength(2000);
  expect(bucket.most()).toBe(8);
  expect(bucket.asked.length).toBeLessThan(200);
});

test('one at a time: page after page, each asked for when the one before was taken', async () => {
  const bucket = bucketOf(
    numbers(100, (padded) => `a/${padded}`),
    20,
  );
  const pages = listSpread(startTally(), { list: bucket.list, behind, width: 1 }, [{ key: PREFIX, exact: false }]);
  for (let page = 1; page <= 5; page += 1) {
    expect((await pages.next()).value).toHaveLength(20);
    await new Promise(setImmediate);
    expect(bucket.asked).toHaveLength(page);
  }
  expect((await pages.next()).done).toBe(true);
  expect(bucket.asked).toHaveLength(5);
});

test('one page is one listing, however many may be under way', async () => {
  const bucket = bucketOf(
    numbers(20, (padded) => `a/${padded}`),
    20,
  );
  expect(await listed(bucket, 8)).toHaveLength(20);
  expect(bucket.asked).toHaveLength(1);
});

test('a part that breaks is recorded, and the others are listed', async () => {
  const bucket = bucketOf(
    RENDITIONS.flatMap((folder) => numbers(100, (padded) => `${folder}/${padded}`)),
    20,
  );
  const tally = startTally();
  const list = async (query: Query) => {
    if (query.key.endsWith('480p/')) throw Object.assign(new Error('slow'), { name: 'SlowDown' });
    return await bucket.list(query);
  };
  const found = await listed({ list }, 8, tally);
  expect([...tally.codes]).toEqual(['SlowDown']);
  expect(found).toHaveLength(300);
});
