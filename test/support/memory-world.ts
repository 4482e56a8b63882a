import type { Rules } from '../../functions/deletion/rules.ts';
import { driverOf } from './driver.ts';
import { memoryPlatformOf } from './memory/platform.ts';
import { openMemoryStores } from './memory/stores.ts';

export type MemoryWorld = ReturnType<typeof openMemoryWorld>;

/**
 * A world like `openWorld` with every store in memory: a whole deletion takes milliseconds. `gate`: the gate at its
 * edge.
 */
export function openMemoryWorld(options: Pick<Rules, 'gate'> = {}) {
  const stores = openMemoryStores(options);
  return { ...stores, ...memoryPlatformOf(stores), ...driverOf(stores) };
}
