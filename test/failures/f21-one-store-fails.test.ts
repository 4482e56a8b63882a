import { expect, test } from 'vitest';
import { STEP_NAMES, type StepName } from '../../functions/deletion/record/steps.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { useWorld } from '../support/use-world.ts';
import { CODE, DOWN, type Stores } from './broken-stores.ts';

const world = useWorld();

/** What a video still has once everything was done but for the step whose store is down. */
const LEFT: Record<StepName, object> = {
  hide: {},
  cancelRuns: { runs: 1 },
  deleteObjects: { bucket: 10 },
  deleteRows: { pendingReports: 1, processing_runs: 1, user_liked_videos: 1, videos: 1, views: 3, votes: 1 },
  invalidateCache: { cache: 8 },
  invalidateEdge: { edge: 1 },
  verify: {},
};
/** Retries that come to nothing; far from as many as a deletion has. */
const RETRIES = 4;

async function leftOf({ videoId, ownerId, run }: Awaited<ReturnType<typeof world.video>>): Promise<object> {
  return { ...(await world.left(videoId, ownerId)), ...(world.isRunning(run) && { runs: 1 }) };
}

test.for(STEP_NAMES)(
  'F21 %s fails: the others are done, and it is made good once its store is back',
  async (step, { annotate }) => {
    const [video, neighbour] = [await world.video(), await world.video()];
    const before = await leftOf(neighbour);
    Object.assign(world.ports, DOWN[step](world.whole as Stores));
    await requestDeletion(world.ports, { callerId: video.ownerId, videoId: video.videoId });
    for (let retry = 0; retry < RETRIES; retry++) {
      world.advance(600);
      await world.turn();
      await world.turn();
      expect(await leftOf(video)).toEqual(LEFT[step]);
    }
    const failing = await world.ports.tombstones.find(video.videoId);
    expect(failing).toMatchObject({ state: step === 'invalidateEdge' ? 'settling' : 'running', receipts: [] });
    // The edge is asked by another function, after the pass: its failures are in the log and cost no attempt.
    if (step !== 'invalidateEdge') expect(failing?.steps[step]).toMatchObject({ state: 'failed', error: CODE });

    world.mend();
    await world.settle();
    const deleted = await world.ports.tombstones.find(video.videoId);
    expect([deleted?.state, deleted?.receipts.length]).toEqual(['deleted', 1]);
    expect(await leftOf(video)).toEqual({});
    expect(await leftOf(neighbour)).toEqual(before);
    const kept =
      Object.entries(LEFT[step])
        .map(([store, count]) => `${store} ${count}`)
        .join(', ') || 'nothing';
    await annotate(`${step} down for ${RETRIES} passes: kept ${kept}; repaired: deleted, 0 left, 1 receipt`);
  },
);
