import { describe, it } from 'vitest';
import { checkSchedules } from '../../../support/schedule-check.ts';

/**
 * The same schedules in every run, so that what breaks one is the change that was made. Others: `SCHEDULE_SEED`, and a count in
 * `SCHEDULE_RUNS`; a failure names its seed and its path (`SCHEDULE_PATH`).
 */
const { SCHEDULE_RUNS = '500', SCHEDULE_SEED = '20261122', SCHEDULE_PATH: path } = process.env;

describe('F1 F2 F10 F21 F25 F35 whatever happens, in whatever order', () => {
  it('accepted deletions end deleted, once and with a true receipt, undone ones untouched, and nothing else is', async () => {
    await checkSchedules({ runs: Number(SCHEDULE_RUNS), seed: Number(SCHEDULE_SEED), path });
  });
});
