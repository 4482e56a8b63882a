import { shallowRef } from 'vue';
import type { DeletableVideo, Progress } from './progress.ts';

/** The deletions that there is something to say about: one for a video, in the order in which they came. */
export function createProgressList<V extends DeletableVideo>() {
  const entries = shallowRef<readonly Progress<V>[]>([]);
  const find = (videoId: string) => entries.value.find(({ video }) => video.id === videoId);
  return {
    entries,
    find,
    /** Adds it, or takes the place of the one that there is of the same video. */
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
