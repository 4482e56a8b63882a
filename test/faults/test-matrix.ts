import { afterAll, expect, test } from 'vitest';
import { type FaultCase, openMatrix, planOf } from './matrix.ts';
import type { Service } from './ordeal.ts';
import { STOPPED } from './process.ts';
import { type Outcome, runDeletion } from './run-deletion.ts';
import { expectDeleted, expectTrueFigures } from './verdict.ts';

/**
 * Declares a test for each call to these services that a deletion was seen to make, and each fault; and one that fails when a
 * pair has no test.
 */
export async function testMatrix(isAmong: (service: Service) => boolean): Promise<void> {
  const { world, cases, note, ...matrix } = await openMatrix(isAmong);
  afterAll(() => world.close());

  test.each(cases)('F35 $call: $fault', async (one) => {
    const subject = await world.subject();
    try {
      const outcome = await runDeletion(world, subject, planOf(one));
      expect(outcome.ordeal.begunWith(), 'the deletion never came to this call').toBeDefined();
      note(one);
      expectFairAnswers(outcome, one);
      expectTrueFigures(await expectDeleted(world, subject), matrix.undisturbed);
    } finally {
      await world.forget(subject.videoId);
    }
  });

  test('F35 every recorded call has met every fault', async ({ annotate }) => {
    expect(matrix.uncovered()).toEqual([]);
    const services = new Set(matrix.recorded.map(({ service }) => service));
    await annotate(
      `${matrix.recorded.length} calls to ${[...services].join(', ')} recorded, ${matrix.ran()} cases run`,
    );
    process.stdout.write(`\n${matrix.tableOf()}\n`);
  });
}

/**
 * The caller is told to come back (503), or that something is broken where the database says so (500); nothing has changed then.
 * Nobody is told that a video is hidden which is not, and nobody is refused once the deletion stands, save where the only one
 * who knew that it does was cut off.
 */
function expectFairAnswers({ told, isSaidHidden, isAcceptedUnsaid, isChangedUnasked }: Outcome, one: FaultCase): void {
  const { service, operation, fault } = one;
  const isBroken = service === 'Postgres' && (fault === '500' || fault === 'refused');
  const expected = [202, isBroken ? 500 : 503, STOPPED];
  expect(told.filter((status) => !expected.includes(status))).toEqual([]);
  expect([202, STOPPED]).toContain(told.at(-1));
  expect(isSaidHidden).toBe(false);
  expect(isChangedUnasked).toBe(false);
  expect(isAcceptedUnsaid).toBe(operation === 'PutItem' && fault === 'answer lost');
}
