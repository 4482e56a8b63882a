import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Counts } from '../../functions/deletion/counts.ts';
import { OutOfTime, StepFailed } from '../../functions/deletion/errors.ts';
import type { Checkpoint, StorageTarget, VideoObjects } from '../../functions/deletion/ports.ts';
import { parseVideoId, type VideoId } from '../../functions/deletion/video-id.ts';

/**
 * An implementation, and direct access to its store without the port. Names are the store's own: keys, or paths below
 * its roots.
 */
export type StorageUnderTest = {
  objects: VideoObjects;
  /** Puts everything that a video may have, in more than one batch. What `look` must count then. */
  fill(videoId: VideoId): Promise<Counts>;
  /** Names that only look like the video's. */
  neighbours(videoId: VideoId): string[];
  put(name: string): Promise<void>;
  /** All that stands in the store, in any order. */
  names(): Promise<string[]>;
  /** Makes a part of what `fill` puts impossible to delete, until the returned function is called. */
  obstruct(videoId: VideoId): Promise<() => Promise<void>>;
  close(): Promise<void>;
};

/** A video that nothing is known of yet. */
export const newVideoId = (): VideoId => parseVideoId(randomUUID());

/** What a tombstone names for a video whose original was uploaded in the usual place. */
export const targetOf = (videoId: VideoId): StorageTarget => ({
  videoId,
  prefix: `videos/${videoId}/`,
  strayKeys: [`uploads/${videoId}.mp4`],
});

/** A checkpoint that stops nobody. */
export const proceed = async (): Promise<void> => {};

/** What the deletion relies on in a `VideoObjects`. */
export function describeVideoObjects(start: () => Promise<StorageUnderTest>): void {
  let under: StorageUnderTest;
  let videoId: VideoId;
  let target: StorageTarget;
  beforeEach(async () => {
    under = await start();
    videoId = newVideoId();
    target = targetOf(videoId);
  });
  afterEach(() => under.close());

  const deleteAll = (checkpoint: Checkpoint = proceed) => under.objects.deleteAll(target, checkpoint);
  const putNeighbours = async () => {
    const names = under.neighbours(videoId);
    for (const name of names) await under.put(name);
    return names.sort();
  };

  it('looks without changing anything', async () => {
    const filled = await under.fill(videoId);
    const before = await under.names();
    expect(await under.objects.look(target)).toEqual(filled);
    expect(await under.names()).toEqual(before);
  });

  it('deletes all of the video, says how much that was, and nothing is left to see', async () => {
    const filled = await under.fill(videoId);
    expect(await deleteAll()).toEqual(filled);
    expect(await under.objects.look(target)).toEqual({});
    expect(await under.names()).toEqual([]);
  });

  it('touches and counts nothing else', async () => {
    const names = await putNeighbours();
    expect(await under.objects.look(target)).toEqual({});
    await under.fill(videoId);
    await deleteAll();
    expect((await under.names()).sort()).toEqual(names);
  });

  it('finds nothing the second time, or where there never was anything, which is success', async () => {
    expect(await deleteAll()).toEqual({});
    await under.fill(videoId);
    await deleteAll();
    expect(await deleteAll()).toEqual({});
  });

  it('deletes nothing before the checkpoint, and throws what the checkpoint throws', async () => {
    await under.fill(videoId);
    const before = await under.names();
    const stop = new OutOfTime();
    await expect(deleteAll(() => Promise.reject(stop))).rejects.toBe(stop);
    expect(await under.names()).toEqual(before);
  });

  it('goes on where it was stopped, and the counts of both turns make the whole', async () => {
    const filled = await under.fill(videoId);
    let first: Counts = {};
    let looks = 0;
    const stopAtTheSecond = async (removed: Counts) => {
      first = removed;
      looks += 1;
      if (looks === 2) throw new OutOfTime();
    };
    await expect(deleteAll(stopAtTheSecond)).rejects.toBeInstanceOf(OutOfTime);
    expect(first).not.toEqual({});
    expect(await under.names()).not.toEqual([]);
    expect(sum(first, await deleteAll())).toEqual(filled);
    expect(await under.names()).toEqual([]);
  });

  it('goes on after what cannot be deleted, and fails at the end with what went', async () => {
    const filled = await under.fill(videoId);
    const clear = await under.obstruct(videoId);
    const error = await deleteAll().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StepFailed);
    const { counts } = error as StepFailed;
    expect(counts).not.toEqual({});
    await clear();
    expect(sum(counts, await deleteAll())).toEqual(filled);
    expect(await under.names()).toEqual([]);
  });

  it('deletes two videos at once, each its own', async () => {
    const other = newVideoId();
    const filled = [await under.fill(videoId), await under.fill(other)];
    expect(await Promise.all([deleteAll(), under.objects.deleteAll(targetOf(other), proceed)])).toEqual(filled);
    expect(await under.names()).toEqual([]);
  });

  it.each([
    ['no prefix', { prefix: '' }],
    ['all videos', { prefix: 'videos/' }],
    ["another video's prefix", { prefix: `videos/${newVideoId()}/` }],
    ['a stray key that names another video', { strayKeys: [`uploads/${newVideoId()}.mp4`] }],
    ['no id', { videoId: '' as VideoId, prefix: 'videos//' }],
  ])('refuses a target with %s', async (_, change) => {
    await under.fill(videoId);
    const before = await under.names();
    await expect(under.objects.deleteAll({ ...target, ...change }, proceed)).rejects.toMatchObject({
      code: 'UnsafeTarget',
    });
    expect(await under.names()).toEqual(before);
  });
}

function sum(one: Counts, other: Counts): Counts {
  const kinds = Object.keys({ ...one, ...other });
  return Object.fromEntries(kinds.map((kind) => [kind, (one[kind] ?? 0) + (other[kind] ?? 0)]));
}
