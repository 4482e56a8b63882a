import { PutObjectLegalHoldCommand, PutObjectRetentionCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { STEP_NAMES } from '../../functions/deletion/record/steps.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { MAX_ATTEMPTS } from '../../functions/deletion/rules.ts';
import { sweepDeletions } from '../../functions/deletion/work/sweep-deletions.ts';
import { deletionsIn, type Video } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';
import { CODE, DOWN, type Stores } from './broken-stores.ts';
import { untilGivenUp } from './until-given-up.ts';

const world = useWorld();
const A_DAY = 86_400;

const keyOf = ({ videoId }: Video) => `videos/${videoId}/thumbnail.jpg`;
const { find } = deletionsIn(world);
const ask = ({ videoId, ownerId }: Video) => requestDeletion(world.ports, { callerId: ownerId, videoId });
const legalHold = (video: Video, Status: 'ON' | 'OFF') =>
  world.objects.send(new PutObjectLegalHoldCommand({ Bucket: world.bucket, Key: keyOf(video), LegalHold: { Status } }));
/** How often anything of it was tried to be deleted. */
const triesAt = async (video: Video) => (await find(video)).steps.deleteObjects.attempts;

/** Days in which the sweeper comes and every message is worked on. */
async function letPass(days: number): Promise<void> {
  for (let day = 0; day < days; day++) {
    world.advance(A_DAY + world.ports.rules.sweepAfterSeconds);
    await sweepDeletions(world.ports);
    for (let turn = 0; turn < 4; turn++) await world.turn();
  }
}

/** Held, with the reason, everything else gone, and the locked version where it was. */
async function expectHeld(video: Video): Promise<void> {
  const { state, held, attempts, receipts, history, steps } = await find(video);
  expect({ state, held, attempts, receipts }).toEqual({
    state: 'held',
    held: { because: 'objectLock', from: 'running' },
    attempts: 1,
    receipts: [],
  });
  expect(history.at(-1)).toMatchObject({ to: 'held', detail: { code: 'ObjectsLocked' } });
  expect(steps.deleteObjects).toMatchObject({ state: 'failed', error: 'ObjectsLocked' });
  expect(await world.inBucket(`videos/${video.videoId}/`)).toEqual([keyOf(video)]);
  expect(await world.left(video.videoId, video.ownerId)).not.toHaveProperty('videos');
}

async function expectDeleted(video: Video): Promise<void> {
  expect(await find(video)).toMatchObject({ state: 'deleted', receipts: [expect.any(String)] });
  expect(await world.left(video.videoId, video.ownerId)).toEqual({});
}

async function retain(video: Video, Mode: 'COMPLIANCE' | 'GOVERNANCE', until: Date): Promise<void> {
  const Retention = { Mode, RetainUntilDate: until };
  await world.objects.send(new PutObjectRetentionCommand({ Bucket: world.bucket, Key: keyOf(video), Retention }));
}

test.for(['COMPLIANCE', 'GOVERNANCE'] as const)(
  'F26 a version retained in mode %s: held until the end of the retention, without a try',
  async (mode, { annotate }) => {
    const video = await world.video();
    const until = new Date(Math.max(Date.now(), world.ports.clock().getTime()) + 10 * A_DAY * 1000);
    await retain(video, mode, until);
    await ask(video);
    world.advance(10);
    await world.turn();
    await expectHeld(video);
    expect((await find(video)).dueAt).toBe(until.toISOString());
    await letPass(5);
    await expectHeld(video);
    expect(await triesAt(video), 'no try before the end').toBe(1);
    await annotate(`${mode}: held with ObjectsLocked, due at its end; 5 days later still 1 attempt and no further try`);
  },
);

test('F26 a retention that has ended is no lock any more', { timeout: 60_000 }, async ({ annotate }) => {
  const video = await world.video();
  // The store's own clock decides when it ends, and no test moves that.
  const until = new Date(Date.now() + 6_000);
  await retain(video, 'COMPLIANCE', until);
  await ask(video);
  world.advance(10);
  await world.turn();
  await expectHeld(video);
  await expect.poll(() => Date.now()).toBeGreaterThan(until.getTime());
  world.advance(Math.max(0, until.getTime() - world.ports.clock().getTime()) / 1000);
  await letPass(1);
  await world.settle();
  await expectDeleted(video);
  await annotate('held while the retention stood; once it had ended: deleted, 0 left, 1 receipt');
});

test('F26 a version under a legal hold of the bucket: held for a month, one look a day, until it is lifted', async ({
  annotate,
}) => {
  const video = await world.video();
  await legalHold(video, 'ON');
  await ask(video);
  world.advance(10);
  await world.turn();
  await expectHeld(video);
  await letPass(30);
  await expectHeld(video);
  const looks = (await triesAt(video)) - 1;
  expect(looks).toBeLessThanOrEqual(30);
  await legalHold(video, 'OFF');
  await letPass(2);
  await world.settle();
  await expectDeleted(video);
  await annotate(`30 days under the hold: ${looks} looks, 1 attempt, state held; lifted: 0 left, 1 receipt`);
});

test('F26 AccessDenied alone is a broken grant: failed, and not held', async ({ annotate }) => {
  const video = await world.video();
  world.s3.faults.failKeys({ key: keyOf(video), code: 'AccessDenied' });
  await ask(video);
  await untilGivenUp(world, video.videoId);
  const { state, attempts, steps, receipts, history } = await find(video);
  expect({ state, attempts, receipts }).toEqual({ state: 'failed', attempts: MAX_ATTEMPTS, receipts: [] });
  expect(steps.deleteObjects).toMatchObject({ state: 'failed', error: 'AccessDenied' });
  expect(history.map(({ to }) => to)).not.toContain('held');
  expect(await world.inBucket(`videos/${video.videoId}/`)).toEqual([keyOf(video)]);
  await annotate(`AccessDenied without a lock: failed after ${MAX_ATTEMPTS} attempts, never held, never deleted`);
});

test('F26 a lock beside a broken grant is no hold: what an operator can mend is not waited for', async ({
  annotate,
}) => {
  const video = await world.video();
  await legalHold(video, 'ON');
  const refused = `videos/${video.videoId}/playlist.m3u8`;
  world.s3.faults.failKeys({ key: refused, code: 'AccessDenied' });
  await ask(video);
  await untilGivenUp(world, video.videoId);
  expect(await find(video)).toMatchObject({ state: 'failed', receipts: [] });
  expect(new Set(await world.inBucket(`videos/${video.videoId}/`))).toEqual(new Set([refused, keyOf(video)]));
  await annotate('one version locked, two refused for no reason: failed with AccessDenied, never deleted');
});

test('F26 what is not locked is gone everywhere, the edge included', async ({ annotate }) => {
  const video = await world.video();
  await legalHold(video, 'ON');
  await ask(video);
  world.advance(10);
  for (let turn = 0; turn < 3; turn++) await world.turn();
  expect(await world.left(video.videoId, video.ownerId)).toEqual({ bucket: 1 });
  await annotate('held for one locked version: nothing else left in bucket, rows, cache and edge');
});

test.for(STEP_NAMES.filter((step) => step !== 'deleteObjects' && step !== 'invalidateEdge' && step !== 'verify'))(
  'F26 a lock, and %s fails beside it: tried again until it is done, and only then held',
  async (step, { annotate }) => {
    const video = await world.video();
    await retain(video, 'COMPLIANCE', new Date(Date.now() + 3_650 * A_DAY * 1000));
    Object.assign(world.ports, DOWN[step](world.whole as Stores));
    await ask(video);
    for (let retry = 0; retry < 3; retry++) {
      world.advance(600);
      await world.turn();
    }
    const failing = await find(video);
    // The first pass removed what is not locked, so the second was no retry.
    expect(failing).toMatchObject({ state: 'running', attempts: 2, receipts: [] });
    expect(failing.steps[step]).toMatchObject({ state: 'failed', error: CODE });
    world.mend();
    world.advance(600);
    await world.turn();
    expect(await find(video)).toMatchObject({
      state: 'held',
      held: { because: 'objectLock', from: 'running' },
      hidden: true,
    });
    expect(await world.left(video.videoId, video.ownerId)).toEqual({ bucket: 1 });
    await annotate(
      `${step} down beside a lock: not held while it failed; repaired: held, nothing but the locked version left`,
    );
  },
);

test('F26 a lock does not hide what fails for good beside it: failed, with the code of that', async ({ annotate }) => {
  const video = await world.video();
  await legalHold(video, 'ON');
  Object.assign(world.ports, DOWN.deleteRows(world.whole as Stores));
  await ask(video);
  await untilGivenUp(world, video.videoId);
  const { history, attempts } = await find(video);
  expect([attempts, history.at(-1)]).toMatchObject([MAX_ATTEMPTS, { to: 'failed', detail: { code: CODE } }]);
  expect(world.queues.dead.messages()).toContainEqual(expect.objectContaining({ videoId: video.videoId }));
  await annotate(
    `rows refused for good beside a lock: failed after ${MAX_ATTEMPTS} attempts with ${CODE}, 1 dead letter`,
  );
});
