import { nextTick, type ShallowRef } from 'vue';
import type { Video } from '../client/types.ts';

/**
 * Keeps the focus in the list when the focused card leaves or comes back.
 *
 * @param heading gets the focus when no card is left
 */
export function useCardFocus(heading: Readonly<ShallowRef<HTMLElement | null>>) {
  let placed: Element | null = null;

  async function place(videoId: string | undefined) {
    await nextTick();
    const target = (videoId && controlOf(videoId)) || heading.value;
    target?.focus({ preventScroll: target === heading.value });
    placed = document.activeElement;
  }

  return {
    /** Moves the focus to the button of this video's card. */
    toCard: (videoId: string) => place(videoId),
    /** Moves the focus to the card after the leaving ones, or else to the card before them. */
    pastCards(leaving: readonly Video[], shown: readonly Video[]) {
      const isLeaving = (video: Video) => leaving.some(({ id }) => id === video.id);
      const last = shown.findLastIndex(isLeaving);
      if (last === -1) return place(undefined);
      const next = shown[last + 1] ?? shown.slice(0, last).findLast((video) => !isLeaving(video));
      return place(next?.id);
    },
    /** True if the user has not moved the focus since. */
    isUntouched: () => [placed, document.body].includes(document.activeElement),
  };
}

/** The card's control that leads to deletion: its button, or its menu where there is no room for the button. */
function controlOf(videoId: string): HTMLElement | undefined {
  const controls = document.querySelectorAll<HTMLElement>(`[data-video="${videoId}"] :is(.delete-video, .more)`);
  return [...controls].find((control) => control.checkVisibility());
}
