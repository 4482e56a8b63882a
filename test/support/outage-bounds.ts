import { nextSweepAt } from '../../functions/deletion/record/schedule.ts';
import { backoffSeconds, type Rules } from '../../functions/deletion/rules.ts';
import type { PortName } from './memory/intercept-ports.ts';
import { OUTAGE_SECONDS } from './outage.ts';

/** A message is delivered so often before it goes to the dead letters (the queues' `maxReceiveCount`). */
const DELIVERIES = 5;
/** A deletion that waits for the edge looks again after so long, in seconds: see `conclude-pass.ts`. */
const WAIT_SECONDS = 30;
/** Sweeps come once a minute; each asks what is due, and for the oldest. */
const SWEEPS = { count: OUTAGE_SECONDS / 60, calls: 2 };

/**
 * The most attempts that a deletion can make during the outage, with each backoff as short as its jitter allows. The
 * first pass deletes what the other stores hold, so it is progress and costs no attempt.
 */
function passesDuringOutage(): number {
  const shortest = (attempts: number) => backoffSeconds(attempts, () => 0);
  let attempts = 1;
  for (let waited = 2 * shortest(1); waited < OUTAGE_SECONDS; waited += shortest(attempts)) attempts += 1;
  return attempts + 1;
}

/** How often the sweeper takes a deletion up during the outage at the most. */
function takenUpDuringOutage(rules: Rules): number {
  const now = new Date(0);
  return 1 + Math.ceil((OUTAGE_SECONDS * 1000) / Date.parse(nextSweepAt(now, rules)));
}

/**
 * How often a store that is down may be asked during the outage. `waiting`: messages in the queues when it began.
 * A pass asks as often as steps begin with that store, since each ends at its first failure.
 */
export function mostCalls(
  port: PortName,
  { deletions, waiting, rules }: { deletions: number; waiting: number; rules: Rules },
): number {
  const passes = passesDuringOutage();
  const looks = 1 + OUTAGE_SECONDS / WAIT_SECONDS;
  switch (port) {
    case 'tombstones':
      return waiting * DELIVERIES + SWEEPS.count * SWEEPS.calls;
    case 'rows': // hide, cancelRuns, deleteRows
      return deletions * passes * 3;
    case 'cache': // the fence; then the video's keys and its owner's at the same time
      return deletions * passes * 3;
    case 'cleanupQueue':
      return deletions * takenUpDuringOutage(rules);
    case 'events':
      return deletions * (1 + takenUpDuringOutage(rules));
    case 'edgeQueue':
      return deletions * looks;
    case 'edge': // each look sends a message
      return deletions * looks * DELIVERIES;
    default:
      return deletions * passes;
  }
}
