import { Duration } from 'aws-cdk-lib';
import type { Environment } from './environment.ts';

/**
 * The functions' default waiting times in seconds, for environments without their own rules
 * (`functions/settings/settings.ts`).
 */
export const UNDO_SECONDS = 10;
const SETTLE_SECONDS = 900;
/** With the gate alone, a deletion waits until the longest-lived copy has expired, and then for the sweeper. */
const SWEEP_SECONDS = 120;
/** Time for the work and a few retries. A shorter time would page people when there is nothing for them to do. */
const WORK = Duration.hours(1);

/** How old an open deletion may become: its waiting times plus the time for the work. It is not open in its undo window. */
export function serviceLevel({ rules, platform }: Pick<Environment, 'rules' | 'platform'>): Duration {
  const { settleSeconds = SETTLE_SECONDS } = rules ?? {};
  const edge = platform === 'sample' ? undefined : platform.edge;
  const copiesEnd = edge?.mode === 'gate' ? edge.longestTtlSeconds + SWEEP_SECONDS : 0;
  return Duration.seconds(settleSeconds + copiesEnd + WORK.toSeconds());
}
