import { serverNow } from '../../client/send.ts';
import type { Deletion, Video } from '../../client/types.ts';

/** The fields of a video that these parts need, and those that they show where they have them. */
export type DeletableVideo = Pick<Video, 'id' | 'title'> &
  Partial<Pick<Video, 'thumbnail' | 'duration_seconds' | 'created_at'>>;

/** One deletion as the page shows it. `deletion` is undefined if the request was refused. */
export type Progress<V> = {
  video: V;
  deletion: Deletion | undefined;
  /** For how many more whole seconds it can be undone. 0 if it cannot be undone. */
  secondsToUndo: number;
  /** What went wrong last. `status` is the HTTP status, 0 for no answer, or `WITH_OTHERS`. */
  problem: { during: 'request' | 'undo'; status: number } | undefined;
};

/** Not an HTTP status. The user may delete this video, but requested it together with one that they may not delete. */
export const WITH_OTHERS = -1;

const OPEN: readonly string[] = ['pending', 'running', 'settling'];

/** True while the deletion still goes on without anybody's help. */
export function isOpen({ state }: Pick<Deletion, 'state'>): boolean {
  return OPEN.includes(state);
}

/** The seconds left for this user to undo, by the server's clock. */
export function secondsToUndo({ state, undoableUntil, undoable = true }: Deletion): number {
  return state === 'pending' && undoable
    ? Math.max(0, Math.ceil((Date.parse(undoableUntil ?? '') - serverNow()) / 1000))
    : 0;
}
