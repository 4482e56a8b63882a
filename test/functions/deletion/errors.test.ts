import { describe, expect, it } from 'vitest';
import * as errors from '../../../functions/deletion/errors.ts';

const { reasonOf, StepFailed, ObjectsLocked, SomeRefused } = errors;
const coded = (code: unknown) => Object.assign(new Error('title "Holiday at the sea"'), { code });

describe('an error', () => {
  const isKind = (value: unknown) => typeof value === 'function' && /^class /.test(`${value}`);
  const made = Object.entries(errors).flatMap(([name, value]) =>
    isKind(value) ? [[name, value as new (...values: never[]) => Error] as const] : [],
  );

  it('has a kind for each that is named here', () => {
    expect(made.length).toBeGreaterThan(15);
  });

  it.each(made)('%s is known by its name in every log, also after bundling', (name, Kind) => {
    const error = new Kind(...([[]] as unknown as never[]));
    expect([error.name, error instanceof Error]).toEqual([name, true]);
  });

  it('of some that were refused says how many, and keeps each with its reason', () => {
    const refusals = [1, 2].map((n) => ({ videoId: `${n}`, error: new Error() }));
    expect(new SomeRefused(refusals).refusals).toBe(refusals);
    expect(new SomeRefused(refusals).message).toContain('2 of the videos');
  });
});

describe('reasonOf', () => {
  it.each([
    ['AccessDenied', new StepFailed('AccessDenied')],
    ['ObjectsLocked', new ObjectsLocked({})],
    ['ECONNREFUSED', coded('ECONNREFUSED')],
    ['40P01', coded('40P01')],
    ['TypeError', new TypeError('x')],
    ['Error', coded(23505)],
    ['UnknownError', 'a text that was thrown'],
    ['UnknownError', undefined],
    ['UnknownError', coded('videos/holiday at the sea.mp4')],
    ['UnknownError', coded(' leading')],
    ['UnknownError', coded('x'.repeat(65))],
    ['UnknownError', coded('')],
  ])('is %s', (reason, error) => {
    expect(reasonOf(error)).toBe(reason);
  });
});
