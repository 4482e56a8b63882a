import { goneKeyOf } from '../../functions/deletion/data-map/data-map.ts';
import type { HoldReason } from '../../functions/deletion/record/tombstone.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { undoDeletion } from '../../functions/deletion/requests/undo-deletion.ts';
import { holdAsCaller, releaseAsCaller } from './as-caller.ts';
import type { World } from './world.ts';

export type HeldVideo = Awaited<ReturnType<World['video']>>;
export const REASON: HoldReason = { code: 'litigation', caseNumber: '2026/117' };

/** Objects, versions, a marker and an upload of a video of ours that nothing was removed from. */
export const ALL_OBJECTS = 9;

/** What an admin and an owner do with a video that is or will be held, and what a test sees of it. */
export function holdCommandsOf(world: World) {
  let known: Promise<string> | undefined;
  /** One for all tests of a file. */
  const admin = () => {
    known ??= world.user({ is_admin: true });
    return known;
  };
  const asked = async ({ videoId }: HeldVideo, reason: HoldReason) => ({ callerId: await admin(), videoId, reason });
  return {
    admin,
    request: async ({ ownerId, videoId }: HeldVideo) =>
      (await requestDeletion(world.ports, { callerId: ownerId, videoId })).deletion,
    undo: async ({ ownerId, videoId }: HeldVideo) =>
      (await undoDeletion(world.ports, { callerId: ownerId, videoId })).deletion,
    hold: async (video: HeldVideo, reason = REASON) =>
      (await holdAsCaller(world.ports, await asked(video, reason))).deletion,
    release: async (video: HeldVideo, reason = REASON) =>
      (await releaseAsCaller(world.ports, await asked(video, reason))).deletion,
    find: async ({ videoId }: Pick<HeldVideo, 'videoId'>) => {
      const tombstone = await world.ports.tombstones.find(videoId);
      if (!tombstone) throw new Error('There is no tombstone');
      return tombstone;
    },
    objectsOf: async ({ videoId }: HeldVideo) => (await world.inBucket(`videos/${videoId}/`)).length,
    /** True if the row is there and not marked, and no fence keeps readers from it. */
    isShown: async ({ videoId }: HeldVideo) => {
      const row = await world.db.selectFrom('videos').select('deleted_at').where('id', '=', videoId).executeTakeFirst();
      const fence = await world.inRedis.run((client) => client.get(goneKeyOf(videoId)));
      return row?.deleted_at === null && fence === null;
    },
  };
}
