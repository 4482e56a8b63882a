import { afterAll, afterEach, beforeAll } from 'vitest';
import { openWorld, type World } from './world.ts';

/**
 * A world for the tests of a file. Ports that a test replaces, and faults that it switches on, are taken back after it.
 */
export function useWorld(): World {
  const world = {} as World;
  const whole = {} as World['ports'];
  beforeAll(async () => {
    Object.assign(world, await openWorld());
    Object.assign(whole, world.ports);
  });
  afterEach(() => {
    Object.assign(world.ports, whole);
    world.s3.faults.clear();
  });
  afterAll(() => world.stop());
  return world;
}
