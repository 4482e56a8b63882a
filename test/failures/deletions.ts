import { expect } from 'vitest';
import type { DeletionMessage } from '../../functions/deletion/ports.ts';
import type { Receipt } from '../../functions/deletion/receipt.ts';
import { requestDeletion } from '../../functions/deletion/request-deletion.ts';
import type { Tombstone } from '../../functions/deletion/tombstone.ts';
import type { World } from '../support/world.ts';

/** A video that a world has put into every store. */
export type Video = Awaited<ReturnType<World['video']>>;
type Named = Pick<Video, 'videoId'>;

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
  return {
    find,
    /** Asks for the deletion as its owner. */
    request,
    /** Asks for it, and lets the time to undo it pass. @returns the message that brings a worker */
    async due(video: Video): Promise<DeletionMessage> {
      const message = await request(video);
      world.advance(world.ports.rules.undoSeconds);
      return message;
    },
    /** What the one receipt says; there must be exactly one. */
    async receipt(video: Named): Promise<Receipt> {
      const { receipts } = await find(video);
      expect(receipts).toHaveLength(1);
      return JSON.parse(receipts[0] ?? '');
    },
    /** Deleted, with one receipt, and nothing left in any store. @returns the tombstone */
    async expectGone(video: Video): Promise<Tombstone> {
      const tombstone = await find(video);
      expect(tombstone).toMatchObject({ state: 'deleted', outbox: [] });
      expect(tombstone.receipts).toHaveLength(1);
      expect(await world.left(video.videoId, video.ownerId)).toEqual({});
      return tombstone;
    },
  };
}
