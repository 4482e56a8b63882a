import { setTimeout as wait } from 'node:timers/promises';
import { StoreUnavailable } from '../../functions/deletion/errors.ts';
import type { Checkpoint, StorageTarget, Tombstones, VideoObjects, VideoRows } from '../../functions/deletion/ports.ts';
import type { State, Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import type { LocalPorts } from '../../local/local-ports.ts';

/** Killed before the call takes effect, or when it has and nobody has been told. */
export type Phase = 'before' | 'after';

/** The moment at which one deletion is killed. `reach` says that it has come, and never returns. */
export type Moment = { videoId: string; state: State; phase: Phase; reach: () => Promise<never> };

/** Puts the moment between the functions and their ports. What other deletions ask of the ports is handed on. */
export type Wrap = (ports: LocalPorts, moment: Moment) => LocalPorts;

/** Whether a call is meant, from its arguments and from the tombstone as it is stored. */
export type IsMeant = (args: unknown[], tombstone: Tombstone) => boolean;

type Calls = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** True of a call that names the video in any of its arguments. */
export const namesTheVideo: IsMeant = (args, { videoId }) => JSON.stringify(args).includes(videoId);

/** In the first call of its kind that is made for the deletion while it is in the state. */
export function inCall<P extends keyof LocalPorts>(
  port: P,
  method: keyof NonNullable<LocalPorts[P]> & string,
  isMeant: IsMeant = namesTheVideo,
): Wrap {
  return (ports, { videoId, state, phase, reach }) => {
    const calls = ports[port] as unknown as Calls;
    const call = async (...args: unknown[]) => {
      const tombstone = await ports.tombstones.find(parseVideoId(videoId));
      const isThere = tombstone?.state === state && isMeant(args, tombstone);
      if (isThere && phase === 'before') await reach();
      const answer = await calls[method]?.(...args);
      return isThere ? await reach() : answer;
    };
    return { ...ports, [port]: { ...calls, [method]: call } };
  };
}

/** Inside the undo window, with the answer to the request on its way: nothing is held up. */
export const onceHidden: Wrap = ({ tombstones, ...ports }, { videoId, state, reach }) => {
  const write: Tombstones['write'] = async (previous, next) => {
    const isWritten = await tombstones.write(previous, next);
    if (isWritten && next.videoId === videoId && next.state === state && next.hidden) void reach();
    return isWritten;
  };
  return { ...ports, tombstones: { ...tombstones, write } };
};

/**
 * The request also hides the video. So the database refuses until a worker has the deletion, and then the worker hides
 * it.
 */
export const inHideOfWorker: Wrap = ({ rows, ...ports }, moment) => {
  const hide: VideoRows['hide'] = async (videoId, ...marks) => {
    const isWaiting = videoId === moment.videoId && (await ports.tombstones.find(videoId))?.state === 'pending';
    if (isWaiting) throw new StoreUnavailable('Not before a worker has it');
    await rows.hide(videoId, ...marks);
  };
  return inCall('rows', 'hide')({ ...ports, rows: { ...rows, hide } }, moment);
};

/**
 * Before the second batch, right after the store has deleted the first: a thousand objects are gone, and nobody knows
 * it yet. If one batch deletes everything, after that batch.
 */
export const betweenBatches: Wrap = ({ objects, ...ports }, { videoId, reach }) => {
  const deleteAll: VideoObjects['deleteAll'] = async (target, checkpoint, foundKey) => {
    if (target.videoId !== videoId) return await objects.deleteAll(target, checkpoint, foundKey);
    const found = await countObjects(objects, target);
    let batches = 0;
    const stopping: Checkpoint = async (removed) => {
      batches += 1;
      if (batches > 1) {
        while ((await countObjects(objects, target)) === found) await wait(5);
        await reach();
      }
      await checkpoint(removed);
    };
    await objects.deleteAll(target, stopping, foundKey);
    return await reach();
  };
  return { ...ports, objects: { ...objects, deleteAll } };
};

async function countObjects(objects: VideoObjects, target: StorageTarget): Promise<number> {
  const { bytes, uploads, ...kinds } = await objects.look(target);
  return Object.values(kinds).reduce((sum, count) => sum + count, 0);
}
