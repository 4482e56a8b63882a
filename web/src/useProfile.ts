import { computed, ref } from 'vue';
import { type Api, inWords, type User, type Video } from './api.ts';
import { texts } from './texts.ts';

/** The profile's figures and the videos in it. A video that is removed keeps its place, so that it can come back. */
export function useProfile(api: Api) {
  const user = ref<User>();
  const all = ref<Video[]>([]);
  const removed = ref(new Set<string>());
  const cursor = ref<string>();
  const isLoading = ref(false);
  const message = ref('');

  async function loadMore() {
    isLoading.value = true;
    message.value = '';
    try {
      const [me, page] = await Promise.all([api.me(), api.myVideos(cursor.value)]);
      user.value = me;
      all.value.push(...page.videos);
      cursor.value = page.cursor;
      for (const video of page.videos.filter(isGoing)) removed.value.add(video.id);
      return page.videos;
    } catch (error) {
      message.value = texts.loadFailed(inWords(error));
      return [];
    } finally {
      isLoading.value = false;
    }
  }

  /** The figures are no reason to disturb anybody: if they cannot be read now, the old ones stay. */
  const refreshFigures = async () => {
    user.value = await api.me().catch(() => user.value);
  };

  return {
    user,
    cursor,
    isLoading,
    message,
    videos: computed(() => all.value.filter((video) => !removed.value.has(video.id))),
    remove: (videoId: string) => removed.value.add(videoId),
    bringBack: (videoId: string) => removed.value.delete(videoId),
    loadMore,
    refreshFigures,
  };
}

/** True for a video that is listed only because it was asked for with those being deleted. */
export function isGoing({ deletion }: Video): boolean {
  return deletion !== undefined && deletion !== 'cancelled';
}
