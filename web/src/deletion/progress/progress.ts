import { serverNow } from '../../client/send.ts';
import type { Deletion, Video } from '../../client/types.ts';

/** What these parts need of a video. */
export type DeletableVideo = Pick<Video, 'id' | 'title'>;

/** One deletion as the page shows it. Without `deletion`, it was refused. */
export type Progress<V> = {
  video: V;
  deletion: Deletion | undefined;
  /** Whole seconds left in which it can be undone; 0 when it cannot. */
  secondsToUndo: number;
  /** What went wrong last, and with which status: HTTP's, 0 for no answer, `WITH_OTHERS`. */
  problem: { during: 'request' | 'undo'; status: number } | undefined;
};

/** Not a status of HTTP: this one could be deleted, but was asked for together with one that could not. */
export const WITH_OTHERS = -1;

const OPEN: readonly string[] = ['pending', 'running', 'settling'];

/** True while something is left to happen by itself. */
export function isOpen({ state }: Pick<Deletion, 'state'>): boolean {
  return OPEN.includes(state);
}

/** By the server's clock. */
export function secondsToUndo({ state, undoableUntil }: Deletion): number {
  return state === 'pending' ? Math.max(0, Math.ceil((Date.parse(undoableUntil) - serverNow()) / 1000)) : 0;
}
