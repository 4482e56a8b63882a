import type { Deletion } from '../client/types.ts';

const KEY = 'dismissed';

/**
 * The messages that the user has dismissed in this tab. A message returns only if its deletion has moved to another
 * state.
 */
export function useDismissed() {
  const known = new Set<string>(JSON.parse(sessionStorage.getItem(KEY) ?? '[]'));
  const nameOf = ({ deletionId, state }: Deletion) => `${deletionId} ${state}`;
  return {
    has: (deletion: Deletion) => known.has(nameOf(deletion)),
    add(deletion: Deletion) {
      known.add(nameOf(deletion));
      sessionStorage.setItem(KEY, JSON.stringify([...known]));
    },
  };
}
