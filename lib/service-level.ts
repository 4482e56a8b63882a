import { Duration } from 'aws-cdk-lib';
import type { Environment } from './environment.ts';

/** What the functions wait for by themselves, in seconds, where the environment has no rules of its own (`functions/settings/settings.ts`). */
export const UNDO_SECONDS = 10;
const SETTLE_SECONDS = 900;
/** Behind a gate alone, a deletion waits for the longest-lived copy, and for the sweeper to come back for it. */
const COPIES_END_SECONDS = 86_400 + 120;
/** For the work itself and a few retries: whoever is woken at night should have something to do. */
const WORK = Duration.hours(1);

/** How old an open deletion may become: as long as it has to wait, and as long as the work may take. */
export function serviceLevel({ rules, platform }: Pick<Environment, 'rules' | 'platform'>): Duration {
  const { undoSeconds = UNDO_SECONDS, settleSeconds = SETTLE_SECONDS } = rules ?? {};
  const isGateAlone = platform !== 'sample' && platform.edge?.mode === 'gate';
  return Duration.seconds(undoSeconds + settleSeconds + (isGateAlone ? COPIES_END_SECONDS : 0) + WORK.toSeconds());
}
