import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../faults/faults.ts';
import type { Call, Service } from '../faults/ordeal.ts';
import { runDeletion } from '../faults/run-deletion.ts';
import { expectDeleted } from '../faults/verdict.ts';
import { type FaultWorld, openFaultWorld, type Subject } from '../faults/world.ts';

let world: FaultWorld;
beforeAll(async () => {
  world = await openFaultWorld();
});
afterAll(() => world.close());

/** The stores that a deletion empties, and how each is out of order. */
const STORES = ['StepFunctions', 'S3', 'Postgres', 'Redis', 'CloudFront'] as const;
const OUTAGES: Fault[] = ['503', 'refused', 'reset'];

/** Which store holds what is counted as left. */
const PLACES: Record<string, Service> = { bucket: 'S3', cache: 'Redis', edge: 'CloudFront', running: 'StepFunctions' };

/** The stores that still hold something of the video. */
async function storesLeft({ left, run }: Subject): Promise<Service[]> {
  const kinds = [...Object.keys(await left()), ...(world.isRunning(run) ? ['running'] : [])];
  return [...new Set(kinds.map((kind) => PLACES[kind] ?? 'Postgres'))];
}

/**
 * A store that fails every call after the request, from the first sweep on. The cache fails from the start, because the
 * request alone would empty it. The database fails once work has begun: without it, none begins.
 */
function downFor(store: Service) {
  let isDown = store === 'Redis';
  const lasts = ({ service }: Call) => service === store;
  const begins = (call: Call) => {
    isDown ||= store === 'Postgres' ? call.service === 'StepFunctions' : call.operation === 'Query';
    return isDown && lasts(call);
  };
  return { begins, lasts };
}

describe.each(STORES)('F21 %s fails for every call', (store) => {
  test.each(OUTAGES)('%s: the other stores are emptied meanwhile, and it is once it works again', async (fault) => {
    const subject = await world.subject();
    let leftMeanwhile: Service[] = [];
    let prefixMeanwhile = false;
    await runDeletion(world, subject, { fault, ...downFor(store) }, async () => {
      expect((await world.tombstone(subject.videoId))?.state).not.toBe('deleted');
      leftMeanwhile = await storesLeft(subject);
      prefixMeanwhile = (await world.inBucket(`videos/${subject.videoId}/`)).length > 0;
    });
    // Whether another video needs a stray key, only the database knows.
    expect(leftMeanwhile).toEqual(store === 'Postgres' ? ['S3', store] : [store]);
    expect(prefixMeanwhile).toBe(store === 'S3');
    await expectDeleted(world, subject);
  });
});
