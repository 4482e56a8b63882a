import type { VideoApi } from '../../client/createVideoApi.ts';
import type { Deletion } from '../../client/types.ts';
import { PAGE } from './readDeletions.ts';

/** Failed and held, whatever the period, and those that take too long. `hasMore`: the API has more than are here. */
export type Needed = { deletions: readonly Deletion[]; overdue: ReadonlySet<string>; hasMore: boolean };

export const NOBODY: Needed = { deletions: [], overdue: new Set(), hasMore: false };

export async function readNeeded(api: Pick<VideoApi, 'deletions'>): Promise<Needed> {
  const [stopped, late] = await Promise.all([
    api.deletions({ state: 'failed,held', limit: PAGE }),
    api.deletions({ overdue: true, limit: PAGE }),
  ]);
  const overdue = new Set(late.deletions.map(({ deletionId }) => deletionId));
  const all = new Map([...stopped.deletions, ...late.deletions].map((one) => [one.deletionId, one]));
  return { deletions: [...all.values()], overdue, hasMore: Boolean(stopped.cursor || late.cursor) };
}

/** True for a deletion that stands among those that need an operator, whether it was read with them or not. */
export function needsSomebody({ overdue }: Needed, { state, deletionId }: Deletion): boolean {
  return state === 'failed' || state === 'held' || overdue.has(deletionId);
}

/** The same rows in the same order, each as it is now. */
export function inPlace(shown: readonly Deletion[], now: readonly Deletion[]): Deletion[] {
  const known = new Map(now.map((one) => [one.deletionId, one]));
  return shown.map((one) => known.get(one.deletionId) ?? one);
}
