import type { TombstoneQuery, Tombstones } from '../functions/deletion/ports.ts';
import type { Tombstone } from '../functions/deletion/tombstone.ts';

const PAGE = 100;

/** All tombstones that a query names, page after page. */
export async function* everyTombstone(
  { tombstones }: { tombstones: Pick<Tombstones, 'list'> },
  query: Omit<TombstoneQuery, 'cursor' | 'limit'>,
): AsyncGenerator<Tombstone> {
  let cursor: string | undefined;
  do {
    const page = await tombstones.list({ ...query, limit: PAGE, ...(cursor !== undefined && { cursor }) });
    yield* page.tombstones;
    cursor = page.cursor;
  } while (cursor !== undefined);
}
