import type { Ports } from '../../ports.ts';
import type { StepResult } from '../../record/step-record.ts';
import type { Tombstone } from '../../record/tombstone.ts';
import { SKIPPED } from './skipped.ts';

/**
 * Requests an invalidation. The request is a number on the tombstone: once the pass is written down, a message goes to the edge
 * queue, and only an invalidation that answers this number counts. Behind a gate that works without invalidations none is
 * needed: the deletion waits until the copies have expired.
 */
export async function requestInvalidation(
  { edgeQueue, rules: { gate } }: Pick<Ports, 'edgeQueue' | 'rules'>,
  { edgeRequests }: Pick<Tombstone, 'edgeRequests'>,
): Promise<StepResult<'invalidateEdge'>> {
  if (!edgeQueue) return SKIPPED;
  if (gate && !gate.invalidates) return { counts: {}, changed: false };
  return { counts: {}, changed: false, changes: { edgeRequests: edgeRequests + 1 } };
}
