import { expect, test } from 'vitest';
import { type Context, FILLED, fill } from './rows-under-test.ts';

/** `look`: what is left. */
export function looks(context: Context): void {
  test('counts what is left by table, pending reports on the video among it', async () => {
    const { rows, seed, videoId } = context();
    await fill(seed, videoId);
    await seed.report({ type: 'video', targetId: videoId, status: 'pending' });
    await seed.report({ type: 'video', targetId: videoId, status: 'dismissed' });
    await seed.report({ type: 'user', targetId: videoId, status: 'pending' });
    await seed.refreshStats();
    expect(await rows.look(videoId)).toEqual({
      ...FILLED,
      ...{ reports: 1, videos: 1, video_stats: 1 },
    });
  });

  test('still sees the figures of a deleted video until they are refreshed', async () => {
    const { rows, seed, ownerId, videoId } = context();
    await seed.refreshStats();
    await rows.deleteVideoRow(videoId, { by: ownerId, at: new Date(), known: [] });
    expect(await rows.look(videoId)).toEqual({ video_stats: 1 });
    await seed.refreshStats();
    expect(await rows.look(videoId)).toEqual({});
  });
}
