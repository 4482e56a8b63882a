import { expect, test } from 'vitest';
import { placeOf } from '../../support/place-of.ts';
import type { Context } from './rows-under-test.ts';

/** `deleteBatch`: bounded, and only of child tables. */
export function deletesInBatches(context: Context): void {
  test('deletes at most the limit, of this video only, until nothing is left', async () => {
    const { rows, seed, ownerId, videoId } = context();
    const neighbour = await seed.video({ ownerId });
    for (const id of [videoId, neighbour]) await seed.children('views', id, 5);
    const views = placeOf('views');
    const deleted = [];
    for (let batch = 0; batch < 4; batch++) deleted.push(await rows.deleteBatch(views, videoId, 2));
    expect(deleted).toEqual([2, 2, 1, 0]);
    expect(await rows.look(neighbour)).toEqual({ videos: 1, views: 5 });
  });

  test.each(['reports', 'videos', 'video_stats'] as const)('refuses %s, which is not deleted so', async (table) => {
    const { rows, videoId } = context();
    await expect(rows.deleteBatch(placeOf(table), videoId, 1)).rejects.toThrow(table);
    expect(await rows.look(videoId)).toEqual({ videos: 1 });
  });
}
