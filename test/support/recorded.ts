import { beforeEach } from 'vitest';
import type { Ports } from '../../functions/deletion/ports.ts';
import type { World } from './world.ts';

type Named = Parameters<Ports['metrics']['record']>[0];

/** The figures that a world has recorded since the test began. */
export function recordedIn(world: World) {
  beforeEach(() => {
    world.recorded.length = 0;
  });
  return {
    valuesOf: (name: Named) => world.recorded.flatMap(([named, value]) => (named === name ? [value] : [])),
    stepsOf: (name: Named) => world.recorded.flatMap(([named, , step]) => (named === name ? [step] : [])),
    /** Adds up, by name, what is counted; times are told apart. */
    sums: () => {
      const counted: Partial<Record<Named, number>> = {};
      for (const [name, value] of world.recorded) {
        if (name !== 'StepTime') counted[name] = (counted[name] ?? 0) + value;
      }
      return counted;
    },
  };
}
