import type { TombstoneQuery, Tombstones } from '../functions/deletion/ports.ts';
import type { Tombstone } from '../functions/deletion/record/tombstone.ts';
import type { Session } from './session.ts';

const PAGE = 100;

/**
 * All tombstones that match a query, page by page. One that cannot be read is reported, and does not stop the others.
 */
export async function* everyTombstone(
  { tombstones }: { tombstones: Pick<Tombstones, 'list'> },
  query: Omit<TombstoneQuery, 'cursor' | 'limit'>,
  { complain }: Pick<Session, 'complain'>,
): AsyncGenerator<Tombstone> {
  let cursor: string | undefined;
  do {
    const page = await tombstones.list({ ...query, limit: PAGE, ...(cursor !== undefined && { cursor }) });
    for (const videoId of page.malformed ?? [])
      complain(`The tombstone of ${videoId} cannot be read: see show ${videoId}`);
    yield* page.tombstones;
    cursor = page.cursor;
  } while (cursor !== undefined);
}
