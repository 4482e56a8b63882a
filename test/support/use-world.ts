import { afterAll, afterEach, beforeAll } from 'vitest';
import { openWorld, type World } from './world.ts';

export type UsedWorld = World & {
  /** The ports as they were before a test replaced any. */
  whole: World['ports'];
  /** Takes back what was replaced. */
  mend(): void;
};

/**
 * A world for the tests of a file. Ports that a test replaces, and faults that it switches on, are taken back after it.
 */
export function useWorld(): UsedWorld {
  const world = {} as UsedWorld;
  beforeAll(async () => {
    const opened = await openWorld();
    const whole = { ...opened.ports };
    Object.assign(world, opened, { whole, mend: () => Object.assign(world.ports, whole) });
  });
  afterEach(() => {
    world.mend();
    world.s3.faults.clear();
  });
  afterAll(() => world.stop());
  return world;
}
