import type { Ports } from '../ports.ts';
import { SKIPPED, type StepResult } from './step.ts';

/**
 * Asks for an invalidation. The request is a number on the tombstone: once the pass is written down, a message goes to the edge
 * queue, and only an invalidation that answers this number counts.
 */
export async function invalidateEdge({ edgeQueue }: Pick<Ports, 'edgeQueue'>): Promise<StepResult> {
  if (!edgeQueue) return SKIPPED;
  return { counts: { requests: 1 }, removed: false };
}
