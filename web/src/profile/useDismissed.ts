import type { Deletion } from '../client/types.ts';

const KEY = 'dismissed';

/** What the owner has been told and has put away: said again only when the deletion has come to another state. In this tab. */
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
