import fc from 'fast-check';
import { schedules } from './schedule.ts';
import { runSchedule } from './schedule-run.ts';

export type ScheduleOptions = { runs: number; seed?: number | undefined; path?: string | undefined };

/** Runs random schedules. @throws with the seed, the path and the shortest schedule that breaks a promise */
export async function checkSchedules({ runs, seed, path }: ScheduleOptions): Promise<void> {
  await fc.assert(fc.asyncProperty(schedules, runSchedule), {
    numRuns: runs,
    ...(seed !== undefined && { seed }),
    ...(path !== undefined && { path }),
  });
}
