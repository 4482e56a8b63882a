import type { ListPorts, Ports } from '../../functions/deletion/ports.ts';
import type { Tombstone } from '../../functions/deletion/record/tombstone.ts';
import type { TombstoneFilter } from '../../functions/deletion/record/tombstone-filter.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import type { Session } from '../session.ts';

const PAGE = 100;

/**
 * All tombstones that match, newest first, page by page. One that cannot be read is reported, and does not stop the
 * others.
 */
export async function* everyTombstone(
  { lists, clock }: Pick<Ports, 'clock'> & ListPorts,
  filter: TombstoneFilter,
  { complain }: Pick<Session, 'complain'>,
): AsyncGenerator<Tombstone> {
  const at = clock();
  let cursor: string | undefined;
  do {
    const page = await lists.list({ ...filter, at, limit: PAGE, ...(cursor !== undefined && { cursor }) });
    for (const videoId of page.malformed ?? []) complain(unreadable(videoId));
    yield* page.tombstones;
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** For the operator, about a tombstone that does not parse. */
export const unreadable = (videoId: VideoId) => `The tombstone of ${videoId} cannot be read: see show ${videoId}`;
