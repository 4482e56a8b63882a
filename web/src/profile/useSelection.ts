import { computed, type Ref, ref, watch } from 'vue';
import type { Video } from '../client/types.ts';

/** As many as one request may name. */
const MOST = 100;

/** The videos that are chosen, to be deleted together. Ending the choice forgets it. */
export function useSelection(videos: Ref<readonly Video[]>) {
  const isSelecting = ref(false);
  const ids = ref(new Set<string>());
  watch(isSelecting, () => ids.value.clear());
  return {
    isSelecting,
    chosen: computed(() => videos.value.filter(({ id }) => ids.value.has(id))),
    /** How many can be chosen. */
    available: computed(() => Math.min(MOST, videos.value.length)),
    isChosen: (videoId: string) => ids.value.has(videoId),
    choose(videoId: string, isChosen: boolean) {
      if (!isChosen) ids.value.delete(videoId);
      else if (ids.value.size < MOST) ids.value.add(videoId);
    },
    /** The first of those that are loaded, as many as may be. */
    chooseAll() {
      ids.value = new Set(videos.value.slice(0, MOST).map(({ id }) => id));
    },
  };
}
