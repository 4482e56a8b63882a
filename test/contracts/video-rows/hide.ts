import { expect, test } from 'vitest';
import { type Context, unknownVideo } from './rows-under-test.ts';

/** `hide` and `restore`, with two deletions of one video in each other's way. */
export function hidesAndRestores(context: Context): void {
  const isHidden = async () => {
    const { rows, ownerId, videoId } = context();
    return (await rows.find(ownerId, videoId)).video?.hidden;
  };
  const earlier = new Date('2026-03-01T10:00:00.123Z');
  const platform = new Date('2026-02-01T09:00:00.000Z');
  const later = new Date('2026-03-01T10:00:00.124Z');

  test('hides and shows again, however often', async () => {
    const { rows, videoId } = context();
    for (let time = 0; time < 2; time++) await rows.hide(videoId, earlier);
    expect(await isHidden()).toBe(true);
    for (let time = 0; time < 2; time++) await rows.restore(videoId, earlier);
    expect(await isHidden()).toBe(false);
  });

  test("a late undo of the first deletion leaves the second one's mark", async () => {
    const { rows, videoId } = context();
    await rows.hide(videoId, earlier);
    await rows.hide(videoId, later, [earlier]);
    await rows.restore(videoId, earlier);
    expect(await isHidden()).toBe(true);
    await rows.restore(videoId, later);
    expect(await isHidden()).toBe(false);
  });

  test("a late repeat of the first hide leaves the second one's mark", async () => {
    const { rows, videoId } = context();
    await rows.hide(videoId, later);
    await rows.hide(videoId, earlier);
    await rows.restore(videoId, earlier);
    expect(await isHidden()).toBe(true);
    await rows.restore(videoId, later);
    expect(await isHidden()).toBe(false);
  });

  test("shows again what an earlier deletion of ours had hidden, and leaves the platform's own mark", async () => {
    const { rows, videoId } = context();
    await rows.hide(videoId, earlier);
    await rows.restore(videoId, later, [earlier]);
    expect(await isHidden()).toBe(false);
    await rows.hide(videoId, platform);
    await rows.hide(videoId, later, [earlier]);
    await rows.restore(videoId, later, [earlier]);
    expect(await isHidden()).toBe(true);
    await rows.restore(videoId, platform);
    expect(await isHidden()).toBe(false);
  });

  test('touches no other video, and an unknown one is success', async () => {
    const { rows, seed, ownerId } = context();
    const other = await seed.video({ ownerId });
    await rows.hide(unknownVideo(), earlier);
    await rows.restore(unknownVideo(), earlier);
    await rows.hide(other, earlier);
    expect(await isHidden()).toBe(false);
  });
}
