import { expect } from 'vitest';
import type { DeletionMessage } from '../../functions/deletion/ports.ts';
import type { Receipt } from '../../functions/deletion/record/receipt.ts';
import type { Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import type { World } from './world.ts';

/** A video that a world has put into every store. */
export type Video = Awaited<ReturnType<World['video']>>;
type Named = Pick<Video, 'videoId'>;

/** What every deletion of such a video counts, whoever did it, and however often. */
const COUNTS = {
  deleteObjects: { counts: { objects: 6, versions: 2, deleteMarkers: 1, uploads: 1 } },
  deleteRows: { counts: { videos: 1, views: 3, votes: 1, user_liked_videos: 1 } },
};

/** How a test asks for deletions in a world, and sees what became of them. */
export function deletionsIn(world: World) {
  const find = async ({ videoId }: Named): Promise<Tombstone> => {
    const tombstone = await world.ports.tombstones.find(videoId);
    if (!tombstone) throw new Error('There is no tombstone');
    return tombstone;
  };
  const request = async ({ ownerId, videoId }: Video): Promise<DeletionMessage> => {
    const { deletion } = await requestDeletion(world.ports, { callerId: ownerId, videoId });
    return { videoId, deletionId: deletion.deletionId };
  };
  const expectGone = async (video: Video): Promise<Tombstone> => {
    const tombstone = await find(video);
    expect(tombstone).toMatchObject({ state: 'deleted', outbox: [] });
    expect(tombstone.receipts).toHaveLength(1);
    expect(await world.left(video.videoId, video.ownerId)).toEqual({});
    return tombstone;
  };
  const due = async (video: Video): Promise<DeletionMessage> => {
    const message = await request(video);
    world.advance(world.ports.rules.undoSeconds);
    return message;
  };
  return {
    find,
    /** Asks for the deletion as its owner. */
    request,
    /** Asks for it, and lets the time to undo it pass. @returns the message that brings a worker */
    due,
    /** A video whose deletion has emptied every store once, and waits for what comes late. */
    async settling(): Promise<Video> {
      const video = await world.video();
      await due(video);
      await world.turn();
      expect((await find(video)).state).toBe('settling');
      return video;
    },
    /** What the one receipt says; there must be exactly one. */
    async receipt(video: Named): Promise<Receipt> {
      const { receipts } = await find(video);
      expect(receipts).toHaveLength(1);
      return JSON.parse(receipts[0] ?? '');
    },
    /** Deleted, with one receipt, and nothing left in any store. @returns the tombstone */
    expectGone,
    /** The same, and everything that it had counted once. */
    async expectDeletedOnce(video: Video): Promise<void> {
      expect(await expectGone(video)).toMatchObject({ steps: COUNTS });
    },
  };
}
