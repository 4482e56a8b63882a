import type { Ports } from '../ports.ts';
import type { Pass } from './pass.ts';
import { cancelRuns } from './steps/cancel-runs.ts';
import { deleteObjects } from './steps/delete-objects.ts';
import { deleteRows } from './steps/delete-rows.ts';
import { hide } from './steps/hide.ts';
import { invalidateCache } from './steps/invalidate-cache.ts';
import { requestInvalidation } from './steps/request-invalidation.ts';
import { verify } from './steps/verify.ts';

/**
 * The pipeline. The order matters: runs that write stop first. The objects are deleted before the edge is invalidated,
 * or the edge would fetch them again. The rows are deleted before the cache is invalidated, or the cache would read
 * them again. Verify comes last. A step that is done is skipped. A step that fails is recorded, and the steps after it
 * still run.
 */
export async function deleteVideo(ports: Ports, pass: Pass): Promise<void> {
  await pass.run('hide', (tombstone) => hide(ports, tombstone));
  await pass.run('cancelRuns', (tombstone, checkpoint) => cancelRuns(ports, tombstone, checkpoint));
  await pass.run('deleteObjects', (tombstone, checkpoint) => deleteObjects(ports, tombstone, checkpoint));
  await pass.run('deleteRows', (tombstone, checkpoint) => deleteRows(ports, tombstone, checkpoint));
  await pass.run('invalidateCache', (tombstone) => invalidateCache(ports, tombstone));
  await pass.run('invalidateEdge', (tombstone) => requestInvalidation(ports, tombstone));
  await pass.run('verify', (tombstone) => verify(ports, tombstone));
}
