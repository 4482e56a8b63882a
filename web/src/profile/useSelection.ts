import { computed, type Ref, ref, watch } from 'vue';
import type { Video } from '../client/types.ts';

/** The videos that are selected to be deleted together. Leaving the selection mode clears the selection. */
export function useSelection(videos: Ref<readonly Video[]>) {
  const isSelecting = ref(false);
  const ids = ref(new Set<string>());
  let last: string | undefined;
  watch(isSelecting, (isOn) => isOn || ids.value.clear());

  function choose(videoId: string, isChosen: boolean) {
    if (isChosen) ids.value.add(videoId);
    else ids.value.delete(videoId);
    last = videoId;
  }
  return {
    isSelecting,
    chosen: computed(() => videos.value.filter(({ id }) => ids.value.has(id))),
    isChosen: (videoId: string) => ids.value.has(videoId),
    /** Selecting the first one begins the selection. */
    choose(videoId: string, isChosen: boolean) {
      isSelecting.value = true;
      choose(videoId, isChosen);
    },
    /** Selects everything from the one that was touched last to this one. */
    chooseRange(videoId: string) {
      isSelecting.value = true;
      const shown = videos.value.map(({ id }) => id);
      const [from, to] = [shown.indexOf(last ?? videoId), shown.indexOf(videoId)].toSorted((one, other) => one - other);
      for (const id of shown.slice(Math.max(0, from ?? 0), (to ?? 0) + 1)) choose(id, true);
    },
    chooseAll() {
      ids.value = new Set(videos.value.map(({ id }) => id));
    },
    chooseNone: () => ids.value.clear(),
  };
}
