import { nextTick, type ShallowRef } from 'vue';
import type { Video } from '../client/types.ts';

/** Keeps the focus among the cards when the one that had it goes or comes back. @param heading where it goes when no card is left */
export function useCardFocus(heading: Readonly<ShallowRef<HTMLElement | null>>) {
  let placed: Element | null = null;

  async function place(videoId: string | undefined) {
    await nextTick();
    const target = (videoId && controlOf(videoId)) || heading.value;
    target?.focus({ preventScroll: target === heading.value });
    placed = document.activeElement;
  }

  return {
    /** To the button of this video's card. */
    toCard: (videoId: string) => place(videoId),
    /** To the card that follows those which go, or else to the one before them. */
    pastCards(leaving: readonly Video[], shown: readonly Video[]) {
      const isLeaving = (video: Video) => leaving.some(({ id }) => id === video.id);
      const last = shown.findLastIndex(isLeaving);
      if (last === -1) return place(undefined);
      const next = shown[last + 1] ?? shown.slice(0, last).findLast((video) => !isLeaving(video));
      return place(next?.id);
    },
    /** True while the user has not gone anywhere else since. */
    isUntouched: () => [placed, document.body].includes(document.activeElement),
  };
}

/** What asks for deletion on a card: a button, or where there is no room for it, the menu. */
function controlOf(videoId: string): HTMLElement | undefined {
  const controls = document.querySelectorAll<HTMLElement>(`[data-video="${videoId}"] :is(.delete-video, .more)`);
  return [...controls].find((control) => control.checkVisibility());
}
