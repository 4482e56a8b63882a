import type { DeleteObjectsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { deleteEntries, type EntryTally } from '../../../../functions/stores/s3/delete-entries.ts';
import type { Entry } from '../../../../functions/stores/s3/listing.ts';
import { createPace, DEFAULT_KEYS_PER_SECOND, S3_KEYS_PER_SECOND } from '../../../../functions/stores/s3/pace.ts';
import { DELIVERIES } from '../../../../lib/constructs/functions/function-sizes.ts';
import { createDeleteThrottle } from '../../../../local/s3/faults/delete-throttle.ts';
import { seeded } from '../../../support/seeded.ts';

const KEYS_EACH = 30_000;
/** What a DeleteObjects takes in S3 itself, in milliseconds. */
const S3_LATENCY = 100;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** A store that takes so many keys a second, and answers after its latency. `slowed`: whether each request was. */
function startStore() {
  const throttle = createDeleteThrottle();
  throttle.limit(S3_KEYS_PER_SECOND);
  const slowed: boolean[] = [];
  let deleted = 0;
  const send = async ({ input }: DeleteObjectsCommand) => {
    await wait(S3_LATENCY);
    const keys = input.Delete?.Objects?.length ?? 0;
    try {
      throttle.take(keys);
    } catch (error) {
      slowed.push(true);
      throw Object.assign(error as Error, { name: 'SlowDown' });
    }
    slowed.push(false);
    deleted += keys;
    return { $metadata: { attempts: 1 } };
  };
  return { client: { send } as unknown as S3Client, slowed, deleted: () => deleted };
}

async function* pagesOf(keys: number): AsyncGenerator<Entry[]> {
  for (let page = 0; page < keys / 1_000; page += 1)
    yield Array.from({ length: 1_000 }, (_, n) => ({ key: `${page}/${n}`, kind: 'objects' as const, bytes: 1 }));
}

/** A worker as it is deployed: its own pace, and nothing that it knows of the others. */
async function work(client: S3Client, random: () => number): Promise<void> {
  const pace = createPace({ keysPerSecond: DEFAULT_KEYS_PER_SECOND, wait });
  const bucket = { client, name: 'videos', random, wait, pace, batches: { most: 1_000 } };
  const tally: EntryTally = { counts: {}, codes: new Set(), refusedVersions: [] };
  await deleteEntries(bucket, pagesOf(KEYS_EACH), tally, async () => {});
  expect(tally.codes).toEqual(new Set());
}

test.each([1, 2, 3, 4, 5])(
  'F34 as many workers as are deployed find their share of one partition (seed %i)',
  async (seed) => {
    const workers = DELIVERIES.cleanup.maxConcurrency;
    const store = startStore();
    const random = seeded(seed);
    const all = Promise.all(Array.from({ length: workers }, () => work(store.client, random)));
    let isOver = false;
    void all.finally(() => {
      isOver = true;
    });
    const began = performance.now();
    while (!isOver) await vi.advanceTimersToNextTimerAsync();
    await all;
    const shareOf = (requests: boolean[]) => requests.filter(Boolean).length / requests.length;
    expect(store.deleted()).toBe(workers * KEYS_EACH);
    expect(shareOf(store.slowed)).toBeLessThan(0.1);
    expect(shareOf(store.slowed.slice(store.slowed.length / 2)), 'once they have found their share').toBeLessThan(0.02);
    const seconds = (performance.now() - began) / 1_000;
    expect((workers * KEYS_EACH) / seconds).toBeGreaterThan(0.6 * S3_KEYS_PER_SECOND);
  },
);
