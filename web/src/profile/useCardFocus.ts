import { nextTick, type ShallowRef } from 'vue';
import type { Video } from '../client/types.ts';

/**
 * Keeps the focus in the list when the focused card leaves or comes back.
 *
 * @param heading gets the focus when no card is left
 */
export function useCardFocus(heading: Readonly<ShallowRef<HTMLElement | null>>) {
  return {
    /** Moves the focus to the button of this video's card. */
    async toCard(videoId: string) {
      await nextTick();
      const button = document.querySelector<HTMLElement>(`[data-video="${videoId}"] .delete-video`);
      const target = button ?? heading.value;
      target?.focus({ preventScroll: target === heading.value });
    },
    /** The card after the leaving ones, or else the card before them. */
    after(leaving: readonly Video[], shown: readonly Video[]): string | undefined {
      const isLeaving = (video: Video) => leaving.some(({ id }) => id === video.id);
      const last = shown.findLastIndex(isLeaving);
      if (last === -1) return undefined;
      return (shown[last + 1] ?? shown.slice(0, last).findLast((video) => !isLeaving(video)))?.id;
    },
  };
}
