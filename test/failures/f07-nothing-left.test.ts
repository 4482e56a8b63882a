import { expect, test } from 'vitest';
import type { Ports } from '../../functions/deletion/ports.ts';
import type { StepName } from '../../functions/deletion/record/steps.ts';
import { workOnDeletion } from '../../functions/deletion/work/work-on-deletion.ts';
import { createBarrier } from '../support/barrier.ts';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const PLENTY = () => 900_000;

const world = useWorld();
const { due, find, receipt, expectGone } = deletionsIn(world);

type Call = (...args: never[]) => Promise<unknown>;
/** The call takes effect, and the worker dies before it hears of it. */
const dyingAfter = <C extends Call>(call: C, die: () => Promise<void>) =>
  (async (...args: Parameters<C>) => {
    await call(...args);
    await die();
  }) as unknown as C;

/** What each step does last to its store. */
const DEATHS: Record<string, (ports: Ports, die: () => Promise<void>) => Partial<Ports>> = {
  cancelRuns: ({ runs }, die) => ({ ...(runs && { runs: { ...runs, stop: dyingAfter(runs.stop, die) } }) }),
  deleteObjects: ({ objects }, die) => ({ objects: { ...objects, deleteAll: dyingAfter(objects.deleteAll, die) } }),
  deleteRows: ({ rows }, die) => ({ rows: { ...rows, deleteVideoRow: dyingAfter(rows.deleteVideoRow, die) } }),
  invalidateCache: ({ cache }, die) => ({
    ...(cache && { cache: { ...cache, invalidate: dyingAfter(cache.invalidate, die) } }),
  }),
};

test.for(Object.keys(DEATHS))(
  'F7 %s has emptied its store when the worker dies: the retry finds nothing',
  async (name, { annotate }) => {
    const video = await world.video();
    const message = await due(video);
    const dead = createBarrier();
    const { ports } = world;
    void workOnDeletion({ ...ports, ...DEATHS[name]?.(ports, dead.pass) }, message, PLENTY);
    await dead.arrived(1);
    expect((await find(video)).steps[name as StepName].state).toBe('waiting');

    world.advance(ports.rules.leaseSeconds + 1);
    await workOnDeletion(ports, message, PLENTY);
    const retried = await find(video);
    expect(retried).toMatchObject({ state: 'settling', interrupted: 1, steps: { [name]: { attempts: 1 } } });
    for (const step of Object.values(retried.steps)) expect(step).not.toHaveProperty('error');
    await world.settle();
    await expectGone(video);
    // Nobody knows any more what storage held before.
    const unknown = name === 'deleteObjects' && { nothingFound: 'unknown' };
    const { atLeast, ...exceptions } = (await receipt(video)).exceptions;
    expect(exceptions).toEqual({ interruptedPasses: 1, ...unknown });
    expect(atLeast).toContain(name);
    await annotate('a store that was empty before the retry: success, and the receipt tells of the dead worker');
  },
);

test('F7 the whole deletion run again changes nothing', async ({ annotate }) => {
  const video = await world.video();
  const message = await due(video);
  await world.settle();
  const before = await expectGone(video);
  world.s3.requests.clear();
  for (let again = 0; again < 3; again++) await workOnDeletion(world.ports, message, PLENTY);
  expect(await find(video)).toEqual(before);
  expect(world.s3.requests.count()).toBe(0);
  await annotate('3 late copies of the message: same receipt, no request');
});
