import { driverOf } from './driver.ts';
import { platformOf } from './platform-video.ts';
import { openStores } from './stores.ts';

export type World = Awaited<ReturnType<typeof openWorld>>;

/** The stores, what a platform puts into them, and the workers on the queues. */
export async function openWorld() {
  const stores = await openStores();
  const completeInvalidations = () => stores.viewers.local.completeInvalidations();
  return { ...stores, ...platformOf(stores), ...driverOf({ ...stores, completeInvalidations }) };
}
