import type { StoreSettings } from './store.ts';

const KEYS_IN_A_REQUEST = 1_000;

/**
 * The least time that the store allows, in milliseconds: one list, then one delete, with everything else concurrent to
 * them. Under a throttle, the last request must wait until the rate has let through all keys except its own and those
 * of one second.
 */
export function minimumMilliseconds({ keys, listMilliseconds, deleteMilliseconds, throttle }: StoreSettings): number {
  const answers = listMilliseconds + deleteMilliseconds;
  if (!throttle) return answers;
  return answers + (Math.max(0, keys - throttle - KEYS_IN_A_REQUEST) / throttle) * 1_000;
}
