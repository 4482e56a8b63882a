import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STEP_NAMES } from '../../functions/deletion/record/steps.ts';
import { KILL_POINTS, KILLED_STATES, POINT_NAMES } from './kill-points.ts';
import { type PlannedKill, planKills } from './plan.ts';

const seeds = fc.integer({ min: 0, max: 1_000_000 });

function killsOf(kills: readonly PlannedKill[], deletion: number): PlannedKill[] {
  return kills.filter((kill) => kill.deletion === deletion);
}

describe('the plan of the kills', () => {
  it('kills fifty deletions a hundred times, at least ten times in each state and in each step', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { deletions, kills } = planKills({ kills: 100, seed });
        expect(deletions).toBe(50);
        expect(kills).toHaveLength(100);
        const points = kills.map(({ point }) => KILL_POINTS[point]);
        for (const state of KILLED_STATES)
          expect(points.filter((point) => point.state === state).length).toBeGreaterThan(9);
        for (const step of STEP_NAMES) expect(points.filter((point) => point.step === step).length).toBeGreaterThan(9);
      }),
    );
  });

  it('never sends a deletion back, and finds each one just asked for where it has to be', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 250 }), (seed, number) => {
        const { deletions, kills } = planKills({ kills: number, seed });
        expect(kills).toHaveLength(number);
        for (let deletion = 0; deletion < deletions; deletion++) {
          const places = killsOf(kills, deletion).map(({ point }) => POINT_NAMES.indexOf(point));
          expect(places.length).toBeGreaterThan(0);
          expect(places).toEqual(places.toSorted((one, other) => one - other));
          const [, ...later] = killsOf(kills, deletion);
          expect(later.filter(({ point }) => KILL_POINTS[point].isFirst)).toEqual([]);
        }
      }),
    );
  });

  it('is the same for the same seed, and another for another', () => {
    expect(planKills({ kills: 100, seed: 7 })).toEqual(planKills({ kills: 100, seed: 7 }));
    expect(planKills({ kills: 100, seed: 7 })).not.toEqual(planKills({ kills: 100, seed: 8 }));
  });
});
