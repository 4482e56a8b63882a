import type { ReceivedMessage } from '../ports.ts';
import { lengthOf } from '../record/history.ts';
import type { Tombstone } from '../record/tombstone.ts';
import { plus } from '../rules.ts';

/** How much the clocks of the queue and of a worker may differ, with the longest delay of a message. */
const CLOCKS_APART_SECONDS = 900;

/**
 * True when the message was moved back from the dead-letter queue after this failure of the deletion. The dead letter
 * itself says so, whatever the clocks say. A message of another kind can have got there only after too many deliveries;
 * it counts if it was sent long after the failure. Any other message is left over from before the failure.
 */
export function isRedriven(
  failed: Pick<Tombstone, 'history' | 'folded'>,
  { sentAt, bySweeper, failedAfter }: ReceivedMessage,
): boolean {
  if (bySweeper) return false;
  const isFailure = ({ from, to }: { from: string; to: string }) => to === 'failed' && from !== 'held';
  const last = failed.history.findLastIndex(isFailure);
  if (failedAfter !== undefined) {
    const before = failed.history.slice(0, Math.max(0, last)).findLastIndex(isFailure);
    return before < 0 || failedAfter > lengthOf({ history: [], folded: failed.folded }) + before;
  }
  const failedAt = failed.history[last]?.at;
  return sentAt !== undefined && failedAt !== undefined && sentAt > plus(new Date(failedAt), CLOCKS_APART_SECONDS);
}
