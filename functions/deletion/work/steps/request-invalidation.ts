import type { Ports } from '../../ports.ts';
import type { StepResult } from '../../record/step-record.ts';
import type { Tombstone } from '../../record/tombstone.ts';
import { SKIPPED } from './skipped.ts';

/**
 * Requests an invalidation. The request is a number on the tombstone. After the pass is written, a message goes to the
 * edge queue, and only an invalidation for this number counts. A gate may work without invalidations. Then none is
 * requested, and the deletion waits until the copies have expired.
 */
export async function requestInvalidation(
  { edgeQueue, rules: { gate } }: Pick<Ports, 'edgeQueue' | 'rules'>,
  { edgeRequests }: Pick<Tombstone, 'edgeRequests'>,
): Promise<StepResult<'invalidateEdge'>> {
  if (!edgeQueue) return SKIPPED;
  if (gate && !gate.invalidates) return { counts: {}, changed: false };
  return { counts: {}, changed: false, changes: { edgeRequests: edgeRequests + 1 } };
}
