import type { StoreSettings } from './store.ts';

const KEYS_IN_A_REQUEST = 1_000;

/**
 * What the store's own times allow, in milliseconds: one list, then one delete, with everything else beside them. Under a throttle, the
 * last request waits until all but it and a second's worth have trickled through.
 */
export function minimumMilliseconds({ keys, listMilliseconds, deleteMilliseconds, throttle }: StoreSettings): number {
  const answers = listMilliseconds + deleteMilliseconds;
  if (!throttle) return answers;
  return answers + (Math.max(0, keys - throttle - KEYS_IN_A_REQUEST) / throttle) * 1_000;
}
