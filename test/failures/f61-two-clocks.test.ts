import { expect, test } from 'vitest';
import { StepFailed } from '../../functions/deletion/errors.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { workOnDeletion } from '../../functions/deletion/work/work-on-deletion.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const PLENTY = () => 900_000;
const MINUTE = 60_000;

/** A deletion that has failed, whose store works again, and the letter in the dead-letter queue. */
async function failed() {
  const { videoId, ownerId } = await world.video();
  const { deletion } = await requestDeletion(world.ports, { callerId: ownerId, videoId });
  const leftOver = { videoId, deletionId: deletion.deletionId };
  await failAgain();
  return { videoId, ownerId, leftOver, letters: () => lettersOf(deletion.deletionId) };
}

async function failAgain() {
  world.ports.objects = { ...world.whole.objects, deleteAll: () => Promise.reject(new StepFailed('AccessDenied')) };
  await world.settle();
  world.mend();
}

const lettersOf = (id: string) => world.queues.dead.marked().filter(({ deletionId }) => deletionId === id);
const queueTime = (minutes: number) => ({ sentAt: new Date(world.ports.clock().getTime() + minutes * MINUTE) });

test.for([-5, 0, 5])(
  'F61 a redrive by a queue whose clock is %i min off replays, and a left-over message does not',
  async (minutes, { annotate }) => {
    const { videoId, ownerId, leftOver, letters } = await failed();
    const before = await world.ports.tombstones.find(videoId);
    expect(before?.state).toBe('failed');
    await workOnDeletion(world.ports, { ...leftOver, ...queueTime(minutes) }, PLENTY);
    expect(await world.ports.tombstones.find(videoId)).toEqual(before);
    for (const letter of letters()) await workOnDeletion(world.ports, { ...letter, ...queueTime(minutes) }, PLENTY);
    await world.settle();
    expect((await world.ports.tombstones.find(videoId))?.state).toBe('deleted');
    expect(await world.left(videoId, ownerId)).toEqual({});
    await annotate(`${minutes} min: left over: failed as before; redriven: deleted, 0 left`);
  },
);

test('F61 the letter of an earlier failure, which was replayed, is left over, too', async ({ annotate }) => {
  const { videoId, letters } = await failed();
  const [first] = letters();
  if (!first) throw new Error('No letter');
  await workOnDeletion(world.ports, first, PLENTY);
  await failAgain();
  const again = await world.ports.tombstones.find(videoId);
  expect(again?.state).toBe('failed');
  await workOnDeletion(world.ports, { ...first, ...queueTime(5) }, PLENTY);
  expect(await world.ports.tombstones.find(videoId)).toEqual(again);
  await workOnDeletion(world.ports, letters().at(-1) ?? first, PLENTY);
  expect((await world.ports.tombstones.find(videoId))?.state).not.toBe('failed');
  await annotate('the first letter, delivered again: failed as before; the second letter: replayed');
});
