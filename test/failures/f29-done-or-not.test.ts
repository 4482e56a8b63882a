import { expect, test } from 'vitest';
import { STEP_NAMES, type StepName } from '../../functions/deletion/record/steps.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { MAX_ATTEMPTS } from '../../functions/deletion/rules.ts';
import { replayAsCaller } from '../support/as-caller.ts';
import { deletionsIn, type Video } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';
import { type Breakage, CODE, DOWN, LYING, type Stores } from './broken-stores.ts';
import { untilGivenUp } from './until-given-up.ts';

const world = useWorld();
const { find } = deletionsIn(world);

const REMAINS: Partial<Record<StepName, string>> = {
  cancelRuns: 'RunsRemain',
  deleteObjects: 'ObjectsRemain',
  deleteRows: 'RowsRemain',
  invalidateCache: 'CachedKeysRemain',
};

/** Asks for a deletion between stores of which one is broken. */
async function deleteBetween(breakage: Breakage): Promise<Video> {
  const video = await world.video();
  Object.assign(world.ports, breakage(world.whole as Stores));
  await requestDeletion(world.ports, { callerId: video.ownerId, videoId: video.videoId });
  return video;
}

/** A deletion that was given up: it says so, an operator is told, nothing was signed; replayed, it comes to its end. */
async function expectGivenUp(video: Video): Promise<void> {
  const { deletionId, state, receipts, attempts } = await find(video);
  expect({ state, receipts, attempts }).toEqual({ state: 'failed', receipts: [], attempts: MAX_ATTEMPTS });
  expect(world.queues.dead.messages()).toContainEqual(video.message(deletionId));
  expect(world.recorded).toContainEqual(['DeletionsFailed', 1]);
  world.mend();
  const admin = await world.user({ is_admin: true });
  await replayAsCaller(world.ports, { callerId: admin, videoId: video.videoId });
  await world.settle();
  expect(await find(video)).toMatchObject({ state: 'deleted', receipts: [expect.any(String)] });
  expect(await world.left(video.videoId, video.ownerId)).toEqual({});
  expect(world.isRunning(video.run)).toBe(false);
}

test.for(STEP_NAMES.filter((step) => step !== 'invalidateEdge'))(
  'F29 %s returns failure: the deletion fails in sight, and is never called done',
  async (step, { annotate }) => {
    const video = await deleteBetween(DOWN[step]);
    await untilGivenUp(world, video.videoId);
    const { steps, history } = await find(video);
    expect(steps[step]).toMatchObject({ state: 'failed', error: CODE });
    expect(history.at(-1)).toMatchObject({ to: 'failed', detail: { code: CODE } });
    await expectGivenUp(video);
    await annotate(`${step}: failed after ${MAX_ATTEMPTS} attempts with ${CODE} in its step, dead letter, no receipt`);
  },
);

test.for(Object.keys(LYING) as StepName[])(
  'F29 %s claims success and keeps everything: verify sees it',
  async (step, { annotate }) => {
    const video = await deleteBetween(LYING[step] as Breakage);
    await untilGivenUp(world, video.videoId);
    const { steps } = await find(video);
    expect(steps.verify).toMatchObject({ state: 'failed', error: REMAINS[step] });
    const found = Object.entries(steps.verify.counts).filter(([, count = 0]) => count > 0);
    expect(found).not.toEqual([]);
    expect(steps[step].state).toBe('waiting');
    await expectGivenUp(video);
    await annotate(`${step}: verify found ${found.map(([kind]) => kind).join(', ')} each time; failed, no receipt`);
  },
);

test('F29 the edge is never invalidated: the deletion stays open, and its age tells', async ({ annotate }) => {
  const video = await deleteBetween(DOWN.invalidateEdge);
  for (let hour = 0; hour < 24; hour++) {
    world.advance(3600);
    for (let turn = 0; turn < 4; turn++) await world.turn();
  }
  const { state, receipts } = await find(video);
  expect({ state, receipts }).toEqual({ state: 'settling', receipts: [] });
  expect(world.logged).toContainEqual({
    message: 'edge not invalidated',
    fields: { deletions: 1, code: CODE },
  });
  world.mend();
  await world.settle();
  expect((await find(video)).state).toBe('deleted');
  expect(await world.left(video.videoId, video.ownerId)).toEqual({});
  await annotate('the edge down for 24 hours: settling all the while, no receipt; deleted once it was back');
});
