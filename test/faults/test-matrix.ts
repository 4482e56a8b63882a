import { afterAll, expect, test } from 'vitest';
import { type FaultCase, openMatrix, planOf } from './matrix.ts';
import type { Service } from './ordeal.ts';
import { STOPPED } from './process.ts';
import { type Outcome, runDeletion } from './run-deletion.ts';
import { expectDeleted, expectTrueFigures } from './verdict.ts';

/**
 * Declares one test for each recorded call of a deletion to these services and each fault, and a test that fails when a
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
 * A fair answer tells the caller to try again (503), or, if the store refuses for good or the database says so, that
 * something is broken (500), and then nothing has changed. No answer says that a visible video is hidden. Once the
 * tombstone is written, no request is refused, unless the answer to that write was lost.
 */
function expectFairAnswers({ told, isSaidHidden, isAcceptedUnsaid, isChangedUnasked }: Outcome, one: FaultCase): void {
  const { service, operation, fault } = one;
  // What is refused for good is no 503: the next request would be refused, too.
  const isBroken = fault === 'refused' || (service === 'Postgres' && fault === '500');
  const expected = [202, isBroken ? 500 : 503, STOPPED];
  expect(told.filter((status) => !expected.includes(status))).toEqual([]);
  expect([202, STOPPED]).toContain(told.at(-1));
  expect(isSaidHidden).toBe(false);
  expect(isChangedUnasked).toBe(false);
  expect(isAcceptedUnsaid).toBe(operation === 'PutItem' && fault === 'answer lost');
}
