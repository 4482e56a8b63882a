import { expect, test } from 'vitest';
import { sweepDeletions } from '../../functions/deletion/work/sweep-deletions.ts';
import { createBarrier } from '../support/barrier.ts';
import { deletionsIn, type Video } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const VIDEOS = 12;

const world = useWorld();
const { find, request, expectGone } = deletionsIn(world);

async function videos(): Promise<Video[]> {
  const made: Video[] = [];
  for (let n = 0; n < VIDEOS; n++) made.push(await world.video());
  return made;
}

test('F1 a request that dies between the tombstone and its message loses no deletion', async ({ annotate }) => {
  const accepted = await videos();
  const dead = createBarrier();
  // The process ends here: whoever waits for the send never hears of it.
  world.ports.cleanupQueue = { send: dead.pass };
  for (const video of accepted) void request(video);
  await dead.arrived(VIDEOS);
  // The videos are hidden at the same time as the messages are sent, and that must not end later than the clock is
  // moved.
  for (const video of accepted) await expect.poll(async () => (await find(video)).hidden).toBe(true);
  world.mend();
  expect(world.queues.cleanup.messages()).toEqual([]);

  world.advance(10 + 119);
  expect(await sweepDeletions(world.ports)).toBe(0);
  world.advance(1);
  expect(await sweepDeletions(world.ports)).toBe(VIDEOS);
  expect(await sweepDeletions(world.ports), 'nothing is sent twice').toBe(0);
  expect(world.queues.cleanup.messages()).toHaveLength(VIDEOS);
  await world.settle();
  for (const video of accepted) await expectGone(video);
  await annotate(`${VIDEOS} requests died before their message: ${VIDEOS} swept, ${VIDEOS} deleted`);
});

test('F1 a tombstone whose write was never answered is worked on and hidden', async ({ annotate }) => {
  const video = await world.video();
  const { tombstones } = world.ports;
  world.ports.tombstones = {
    ...tombstones,
    write: async (...written) => {
      await tombstones.write(...written);
      throw new Error('The answer was lost');
    },
  };
  await expect(request(video)).rejects.toThrow('The answer was lost');
  world.ports.tombstones = tombstones;
  expect(await find(video)).toMatchObject({ state: 'pending', hidden: false });

  world.advance(10 + 120);
  await sweepDeletions(world.ports);
  await world.settle();
  expect((await expectGone(video)).hiddenAt).toBeDefined();
  await annotate('a write whose answer was lost: hidden and deleted all the same');
});
