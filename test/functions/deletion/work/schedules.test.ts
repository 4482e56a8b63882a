import { describe, it } from 'vitest';
import { checkSchedules } from '../../../support/schedule-check.ts';

/**
 * Every run uses the same schedules, so a failure comes from a change to the code. For other schedules, set
 * `SCHEDULE_SEED`, and their number in `SCHEDULE_RUNS`. A failure names its seed and its path (`SCHEDULE_PATH`).
 */
const { SCHEDULE_RUNS = '500', SCHEDULE_SEED = '20261122', SCHEDULE_PATH: path } = process.env;

describe('F1 F2 F10 F21 F25 F35 whatever happens, in whatever order', () => {
  it('accepted deletions end deleted, once and with a true receipt, undone ones untouched, and nothing else is', async () => {
    await checkSchedules({ runs: Number(SCHEDULE_RUNS), seed: Number(SCHEDULE_SEED), path });
  });
});
