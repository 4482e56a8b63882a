import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Context, unknownVideo } from './rows-under-test.ts';

/** `find`: who asks, and for what. */
export function findsCallerAndVideo(context: Context): void {
  test('knows the caller and the video', async () => {
    const { rows, seed } = context();
    const admin = await seed.user({ isAdmin: true, isActive: false });
    const urls = ['https://cdn.example/videos/a/playlist.m3u8', 'https://cdn.example/uploads/a.mp4'];
    const ownerId = await seed.user();
    const videoId = await seed.video({ ownerId, status: 'processing', urls });
    await seed.run(videoId, 'arn:run');
    expect(await rows.find(admin, videoId)).toEqual({
      caller: { id: admin, isAdmin: true, isActive: false },
      video: { ownerId, status: 'processing', hidden: false, urls, runs: ['arn:run'] },
    });
  });

  test('knows the caller alone', async () => {
    const { rows, seed } = context();
    const admin = await seed.user({ isAdmin: true, isActive: false });
    expect(await rows.findCaller(admin)).toEqual({ id: admin, isAdmin: true, isActive: false });
    expect(await rows.findCaller(randomUUID())).toBeUndefined();
  });

  test('leaves out what it does not know', async () => {
    const { rows, ownerId, videoId } = context();
    expect(await rows.find(randomUUID(), unknownVideo())).toEqual({});
    expect(await rows.find(ownerId, unknownVideo())).toEqual({
      caller: { id: ownerId, isAdmin: false, isActive: true },
    });
    expect(Object.keys(await rows.find(randomUUID(), videoId))).toEqual(['video']);
  });

  test('takes a caller whose id is no UUID for unknown', async () => {
    const { rows, videoId } = context();
    for (const callerId of ['', 'auth0|1', "' or 1=1 --"]) {
      expect((await rows.find(callerId, videoId)).caller).toBeUndefined();
      expect(await rows.findCaller(callerId)).toBeUndefined();
    }
  });
}
