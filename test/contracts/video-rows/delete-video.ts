import { expect, test } from 'vitest';
import { type Context, FILLED, fill } from './rows-under-test.ts';

/** `deleteVideo`: every table, once. */
export function deletesTheVideo(context: Context): void {
  const resolution = () => ({ by: context().ownerId, at: new Date() });

  test('deletes the video with everything that is left of it, and nothing of a neighbour', async () => {
    const { rows, seed, ownerId, videoId } = context();
    const neighbour = await seed.video({ ownerId });
    for (const id of [videoId, neighbour]) await fill(seed, id);
    const { counts, runs } = await rows.deleteVideo(videoId, resolution());
    expect(counts).toEqual({ ...FILLED, videos: 1 });
    expect(runs.toSorted()).toEqual([`arn:${videoId}:1`, `arn:${videoId}:2`]);
    expect(await rows.look(videoId)).toEqual({});
    expect(await rows.look(neighbour)).toEqual({ ...FILLED, videos: 1 });
  });

  test('again, it finds nothing', async () => {
    const { rows, videoId } = context();
    await rows.deleteVideo(videoId, resolution());
    expect(await rows.deleteVideo(videoId, resolution())).toEqual({ counts: {}, runs: [] });
  });

  test('registered runs are listed until then', async () => {
    const { rows, seed, videoId } = context();
    expect(await rows.runs(videoId)).toEqual([]);
    await seed.run(videoId, 'arn:run');
    expect(await rows.runs(videoId)).toEqual(['arn:run']);
    await rows.deleteVideo(videoId, resolution());
    expect(await rows.runs(videoId)).toEqual([]);
  });
}
