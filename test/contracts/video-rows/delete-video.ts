import { expect, test } from 'vitest';
import { type Context, FILLED, fill } from './rows-under-test.ts';

/** `deleteVideoRow`: every table, once. */
export function deletesTheVideo(context: Context): void {
  const resolution = (...known: string[]) => ({ by: context().ownerId, at: new Date(), known });
  const runsOf = (id: string) => [`arn:${id}:1`, `arn:${id}:2`];

  test('deletes the video with everything that is left of it, and nothing of a neighbour', async () => {
    const { rows, seed, ownerId, videoId } = context();
    const neighbour = await seed.video({ ownerId });
    for (const id of [videoId, neighbour]) await fill(seed, id);
    const { counts, missed } = await rows.deleteVideoRow(videoId, resolution(...runsOf(videoId)));
    expect(counts).toEqual({ ...FILLED, videos: 1 });
    expect(missed).toEqual([]);
    expect(await rows.look(videoId)).toEqual({});
    expect(await rows.look(neighbour)).toEqual({ ...FILLED, videos: 1 });
  });

  test('deletes nothing while there is a run that nobody has seen to, and names it', async () => {
    const { rows, seed, videoId } = context();
    await fill(seed, videoId);
    const [first = '', second = ''] = runsOf(videoId);
    expect(await rows.deleteVideoRow(videoId, resolution(first))).toEqual({ counts: {}, missed: [second] });
    expect(await rows.look(videoId)).toEqual({ ...FILLED, videos: 1 });
  });

  test('again, it finds nothing', async () => {
    const { rows, videoId } = context();
    await rows.deleteVideoRow(videoId, resolution());
    expect(await rows.deleteVideoRow(videoId, resolution())).toEqual({ counts: {}, missed: [] });
  });

  test('registered runs are listed until then', async () => {
    const { rows, seed, videoId } = context();
    expect(await rows.runs(videoId)).toEqual([]);
    await seed.run(videoId, 'arn:run');
    expect(await rows.runs(videoId)).toEqual(['arn:run']);
    await rows.deleteVideoRow(videoId, resolution('arn:run'));
    expect(await rows.runs(videoId)).toEqual([]);
  });
}
