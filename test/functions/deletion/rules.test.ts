import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expiryOf, nextSweepAt } from '../../../functions/deletion/record/schedule.ts';
import { backoffSeconds } from '../../../functions/deletion/rules.ts';
import { openMemoryWorld } from '../../support/memory-world.ts';

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

describe('what the rules make of a moment', () => {
  const { rules } = openMemoryWorld().ports;
  const now = new Date('2026-11-22T10:00:00.500Z');

  it('a tombstone stays for as many days as it must be kept, in whole seconds', () => {
    expect(expiryOf(now, { ...rules, retentionDays: 400 })).toBe(Date.parse('2027-12-27T10:00:00.000Z') / 1000);
  });

  it('a deletion that was swept is left alone for a quarter of an hour', () => {
    expect(nextSweepAt(now, rules)).toBe('2026-11-22T10:15:00.500Z');
  });

  it('comes back later the larger the random number, which tells many apart', () => {
    expect([0, 1].map((random) => backoffSeconds(1, () => random))).toEqual([9, 11]);
  });
});
