import type { Kysely } from 'kysely';
import { childTables } from '../../functions/deletion/data-map/data-map.ts';
import type { Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { deleteRows } from '../../functions/deletion/work/steps/delete-rows.ts';
import type { Database } from '../../functions/stores/postgres/database.ts';
import { createPostgresRows } from '../../functions/stores/postgres/postgres-rows.ts';
import type { SeededVideos } from './seeded-server.ts';

/** One way to delete the rows of a video. All of them are gone when it returns. */
export type Way = { name: string; run(db: Kysely<Database>, videos: SeededVideos): Promise<void> };

/** The largest and the smallest batch, in rows, when batches are sized by time. */
const BATCH = { first: 1_000, least: 500, most: 50_000 };

const oneCascade: Way = {
  name: 'one cascade',
  async run(db, { videoId }) {
    await db.deleteFrom('videos').where('id', '=', videoId).execute();
  },
};

/** The step as a worker runs it, but without the write to the tombstone before each batch. */
const ours: Way = {
  name: 'ours',
  async run(db, { videoId, ownerId }) {
    const ports = { rows: createPostgresRows(db), clock: () => new Date() };
    const requests = [{ by: ownerId, reason: 'owner', at: '', until: '' }];
    const tombstone = { videoId, requests, target: { runs: [] as string[] } } as Partial<Tombstone> as Tombstone;
    await deleteRows(ports, tombstone, async () => {});
  },
};

/** @param nextSize the size of the next batch, after a batch of `size` rows that took this many milliseconds */
function batches(name: string, first: number, nextSize: (size: number, milliseconds: number) => number): Way {
  return {
    name,
    async run(db, { videoId, ownerId }) {
      const rows = createPostgresRows(db);
      for (const place of childTables()) {
        let size = first;
        for (let deleted = size; deleted > 0; ) {
          const from = performance.now();
          deleted = await rows.deleteBatch(place, videoId, size);
          if (deleted < size / 2) break;
          size = nextSize(size, performance.now() - from);
        }
      }
      await rows.deleteVideoRow(videoId, { by: ownerId, at: new Date(), known: [] });
    },
  };
}

const fixed = (size: number) => batches(`batches of ${size.toLocaleString('en')}`, size, () => size);

/** A batch grows to at most twice the last size, because one quick batch is not reliable. */
const byTime = (target: number) =>
  batches(`batches of ${target} ms`, BATCH.first, (size, milliseconds) =>
    Math.round(Math.min(BATCH.most, 2 * size, Math.max(BATCH.least, (size * target) / milliseconds))),
  );

/** The compared ways. The last one is the base of the ratios. */
export const WAYS: readonly Way[] = [ours, fixed(1_000), fixed(20_000), byTime(50), byTime(200), oneCascade];
