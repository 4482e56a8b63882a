import { computed, type Ref, ref, watch } from 'vue';
import type { Video } from '../client/types.ts';

/** The most videos that one request may name. */
const MOST = 100;

/** The videos that are selected to be deleted together. Leaving the selection mode clears the selection. */
export function useSelection(videos: Ref<readonly Video[]>) {
  const isSelecting = ref(false);
  const ids = ref(new Set<string>());
  watch(isSelecting, () => ids.value.clear());
  return {
    isSelecting,
    chosen: computed(() => videos.value.filter(({ id }) => ids.value.has(id))),
    /** How many videos can be selected. */
    available: computed(() => Math.min(MOST, videos.value.length)),
    isChosen: (videoId: string) => ids.value.has(videoId),
    choose(videoId: string, isChosen: boolean) {
      if (!isChosen) ids.value.delete(videoId);
      else if (ids.value.size < MOST) ids.value.add(videoId);
    },
    /** Selects as many of the loaded videos as one request may name, from the first on. */
    chooseAll() {
      ids.value = new Set(videos.value.slice(0, MOST).map(({ id }) => id));
    },
  };
}
