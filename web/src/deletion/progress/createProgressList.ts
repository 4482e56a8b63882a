import { shallowRef } from 'vue';
import type { DeletableVideo, Progress } from './progress.ts';

/** The deletions that the page shows: one for each video, in the order in which they came. */
export function createProgressList<V extends DeletableVideo>() {
  const entries = shallowRef<readonly Progress<V>[]>([]);
  const find = (videoId: string) => entries.value.find(({ video }) => video.id === videoId);
  return {
    entries,
    find,
    /** Adds the entry, or replaces the entry of the same video. */
    put(entry: Progress<V>) {
      const { id } = entry.video;
      entries.value = find(id)
        ? entries.value.map((one) => (one.video.id === id ? entry : one))
        : [...entries.value, entry];
    },
    dismiss(videoId: string) {
      entries.value = entries.value.filter(({ video }) => video.id !== videoId);
    },
  };
}
