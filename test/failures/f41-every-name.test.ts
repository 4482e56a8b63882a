import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { workOnEdge } from '../../functions/deletion/edge/work-on-edge.ts';
import { useAlteredStore } from '../support/altered-store.ts';
import { deletionsIn, type Video } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

/** What rows name, and what lies in a video's own folders. */

const world = useWorld();
const store = useAlteredStore(world);
const { due, find } = deletionsIn(world);
const OTHER = '0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c12';

const name = (videoId: string, url_mp4: string) =>
  world.db.updateTable('videos').set({ url_mp4 }).where('id', '=', videoId).execute();
/** Deletes a video that has this key, which its row may name. @returns what is left of it, and its end */
async function deleteWith(keyOf: (video: Video) => string, { isNamed = true } = {}) {
  const video = await world.video();
  const key = keyOf(video);
  if (isNamed) await name(video.videoId, key);
  await world.put(key);
  await due(video);
  const { receipt } = await store.toTheEnd(video);
  return { left: await world.inBucket(key), exceptions: receipt.exceptions };
}

test("F45 the video's own folder of originals, which the row does not name", async () => {
  const { left } = await deleteWith(({ videoId }) => `uploads/${videoId}/My clip.mp4`, { isNamed: false });
  expect(left).toEqual([]);
});

test('F45 a named key in the own folder that has the id of its owner', async () => {
  const { left } = await deleteWith(({ videoId, ownerId }) => `uploads/${videoId}/${ownerId}/clip.mp4`);
  expect(left).toEqual([]);
});

test('F41 a key as it is, with what looks like a query', async () => {
  const { left } = await deleteWith(({ videoId }) => `uploads/2026/${videoId}/watch?v=dQw4.mp4`);
  expect(left).toEqual([]);
});

test('F41 a key that is named and kept is not said to be found nowhere', async () => {
  const { exceptions } = await deleteWith(({ videoId }) => `uploads/${videoId}/${OTHER}.mp4`);
  expect(exceptions).toEqual({ kept: 1 });
});

test("F45 an upload of another video's, where uploads are listed for the whole bucket", async () => {
  let key = '';
  const prepare = async (id: string) => {
    key = `uploads/${id}/${OTHER}.mp4`;
    await name(id, `uploads/${id}/a.mp4`);
    await world.put(`uploads/${id}/a.mp4`);
    await world.objects.send(new CreateMultipartUploadCommand({ Bucket: world.bucket, Key: key }));
  };
  await store.deleted({}, { uploads: 'bucket', prepare });
  expect(await world.inBucket(key)).toEqual([key]);
});

test('F66 the slower of two messages of the edge brings no name back', async () => {
  const video = await world.video();
  await name(video.videoId, `originals/Jane Doe/${video.videoId}.mp4`);
  const message = await due(video);
  await world.turn();
  const { edge } = world.ports;
  const slow = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const isCompleted = async (id: string) => {
    asked.resolve();
    await slow.promise;
    return await edge.isCompleted(id);
  };
  const work = workOnEdge({ ...world.ports, edge: { ...edge, isCompleted } }, [message]);
  await asked.promise;
  await store.toTheEnd(video);
  slow.resolve();
  await work;
  expect((await find(video)).state).toBe('deleted');
  expect(JSON.stringify(await find(video))).not.toMatch(/Jane/);
});
