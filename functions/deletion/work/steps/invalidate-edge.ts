import type { Ports } from '../../ports.ts';
import { SKIPPED, type StepResult } from './step.ts';

/**
 * Asks for an invalidation. The request is a number on the tombstone: once the pass is written down, a message goes to the edge
 * queue, and only an invalidation that answers this number counts. A gate that is not helped by invalidations needs none: the
 * deletion waits until the copies behind it have ended.
 */
export async function invalidateEdge({
  edgeQueue,
  rules: { gate },
}: Pick<Ports, 'edgeQueue' | 'rules'>): Promise<StepResult> {
  if (!edgeQueue) return SKIPPED;
  if (gate && !gate.invalidates) return { counts: {}, removed: false };
  return { counts: { requests: 1 }, removed: false };
}
