import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { sweepDeletions } from '../../functions/deletion/work/sweep-deletions.ts';
import { workOnDeletion } from '../../functions/deletion/work/work-on-deletion.ts';
import { environmentNamed } from '../../lib/environment.ts';
import { serviceLevel } from '../../lib/service-level.ts';
import { readyVideosOf, untilState, videoPath } from '../support/api-client.ts';
import { createBarrier } from '../support/barrier.ts';
import { leftIn } from '../support/left-in.ts';
import { openSystem, type TestSystem } from '../support/system.ts';
import { useWorld } from '../support/use-world.ts';

const PLENTY = () => 900_000;
const world = useWorld();

/** Every age that the sweeper has reported so far, in seconds. */
const ages = () => world.recorded.flatMap(([name, value]) => (name === 'OldestOpenDeletionAge' ? [value] : []));

test('F23 nobody works on a deletion any more: its age grows until the alarm rings, and the sweeper keeps asking', async ({
  annotate,
}) => {
  const threshold = serviceLevel(environmentNamed('prod')).toSeconds();
  const video = await world.video();
  const { deletion } = await requestDeletion(world.ports, { callerId: video.ownerId, videoId: video.videoId });
  world.advance(world.ports.rules.undoSeconds);
  const forever = createBarrier();
  const whole = { ...world.ports };
  const dying = { ...whole, objects: { ...whole.objects, deleteAll: () => forever.pass().then(() => ({})) } };
  void workOnDeletion(dying, video.message(deletion.deletionId), PLENTY);
  await forever.arrived(1);
  let sweeps = 0;
  for (; (ages().at(-1) ?? 0) < threshold && sweeps * 60 < 2 * threshold; sweeps++) {
    world.advance(60);
    await sweepDeletions(world.ports);
  }
  const seen = ages();
  expect(seen.at(-1), 'the age that rings').toBeGreaterThanOrEqual(threshold);
  expect(seen).toEqual(seen.toSorted((one, other) => one - other));
  // It asks again, and no more often than there is reason to: a backlog is not multiplied.
  const messages = world.queues.cleanup.messages().length;
  expect(messages).toBeGreaterThan(1);
  expect(messages).toBeLessThan(sweeps / 2);
  expect((await world.ports.tombstones.find(video.videoId))?.state).toBe('running');

  await world.settle();
  await sweepDeletions(world.ports);
  expect(ages().at(-1)).toBe(0);
  const deleted = await world.ports.tombstones.find(video.videoId);
  expect(deleted).toMatchObject({ state: 'deleted', interrupted: 1, receipts: [expect.any(String)] });
  expect(await world.left(video.videoId, video.ownerId)).toEqual({});
  await annotate(
    `reported age grew to ${seen.at(-1)} s, the alarm's threshold is ${threshold} s; ${messages} messages in ${sweeps} minutes; worked on: deleted, age 0`,
  );
});

const [VIDEO = ''] = readyVideosOf('ana');
const killed = createBarrier();
let kills = 0;
let system: TestSystem;
beforeAll(async () => {
  system = await openSystem({
    wrap: (ports) => ({
      ...ports,
      objects: {
        ...ports.objects,
        async deleteAll(target, checkpoint, found) {
          kills += 1;
          if (kills === 1) await killed.pass();
          return await ports.objects.deleteAll(target, checkpoint, found);
        },
      },
    }),
  });
});
afterAll(async () => {
  killed.open();
  await system?.stop();
});

test('F23 in the whole system, a worker whose call never returns: the sweeper takes the deletion up, and it ends', async ({
  annotate,
}) => {
  const { status } = await system.call('DELETE', videoPath(VIDEO), { as: 'ana' });
  expect(status).toBe(202);
  await killed.arrived(1);
  await untilState(system.call, VIDEO, 'deleted');
  expect(await leftIn(system, VIDEO)).toEqual({});
  const swept = system.logged.filter(({ message }) => message === 'swept').length;
  expect(swept).toBeGreaterThan(0);
  await annotate(`1 worker hung for good; swept ${swept} times; deleted, 0 left in every store`);
});
