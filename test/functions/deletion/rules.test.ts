import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffSeconds } from '../../../functions/deletion/rules.ts';

describe('backoffSeconds', () => {
  it('doubles from 10 s to a cap of 30 min', () => {
    const planned = Array.from({ length: 12 }, (_, index) => backoffSeconds(index + 1, () => 0.5));
    expect(planned).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 1800, 1800, 1800, 1800]);
  });

  it('never strays by more than a tenth', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempts, random) => {
          const planned = backoffSeconds(attempts, () => 0.5);
          const actual = backoffSeconds(attempts, () => random);
          expect(Math.abs(actual - planned)).toBeLessThanOrEqual(planned * 0.1 + 1e-9);
        },
      ),
    );
  });
});
