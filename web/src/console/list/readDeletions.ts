import type { VideoApi } from '../../client/createVideoApi.ts';
import type { Deletion } from '../../client/types.ts';
import { type Filter, fits, queryOf } from './filter.ts';

/** The largest page of the API. */
export const PAGE = 100;

export type Found = { deletions: Deletion[]; cursor?: string | undefined };

/**
 * Reads pages until so many deletions match, or there are no more.
 * @param goOn is asked after each page, with how many were read. If it says no, what was found until then is returned.
 */
export async function readMatching(
  api: Pick<VideoApi, 'deletions'>,
  filter: Filter,
  {
    cursor,
    atLeast,
    goOn = () => true,
  }: { cursor?: string | undefined; atLeast: number; goOn?: (read: number) => boolean },
): Promise<Found> {
  const deletions: Deletion[] = [];
  const matches = fits(filter);
  let [from, read] = [cursor, 0];
  do {
    const page = await api.deletions({ ...queryOf(filter), limit: PAGE, ...(from && { cursor: from }) });
    deletions.push(...page.deletions.filter(matches));
    read += page.deletions.length;
    from = page.cursor;
  } while (from && deletions.length < atLeast && goOn(read));
  return { deletions, cursor: from };
}
