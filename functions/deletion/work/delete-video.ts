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
 * The pipeline. Writers stop first. The origin is empty before the edge, or the edge refills. Rows are committed before the
 * cache, or the cache refills. Verify comes last. A step that is done is passed over; one that fails is recorded, and the
 * steps after it still run.
 */
export async function deleteVideo(ports: Ports, pass: Pass): Promise<void> {
  await pass.run('hide', (tombstone) => hide(ports, tombstone));
  await pass.run('cancelRuns', (tombstone) => cancelRuns(ports, tombstone));
  await pass.run('deleteObjects', (tombstone, checkpoint) => deleteObjects(ports, tombstone, checkpoint));
  await pass.run('deleteRows', (tombstone, checkpoint) => deleteRows(ports, tombstone, checkpoint));
  await pass.run('invalidateCache', (tombstone) => invalidateCache(ports, tombstone));
  await pass.run('invalidateEdge', (tombstone) => requestInvalidation(ports, tombstone));
  await pass.run('verify', (tombstone) => verify(ports, tombstone));
}
