import { computed, ref } from 'vue';
import { statusOf } from '../client/ApiError.ts';
import type { VideoApi } from '../client/createVideoApi.ts';
import type { User, Video } from '../client/types.ts';

/** The profile's figures and the videos in it. A video that is removed keeps its place, so that it can come back. */
export function useProfile(api: Pick<VideoApi, 'me' | 'myVideos'>) {
  const user = ref<User>();
  const all = ref<Video[]>([]);
  const removed = ref(new Set<string>());
  const cursor = ref<string>();
  const isLoading = ref(false);
  /** The status with which the last load failed. */
  const failed = ref<number>();

  async function load(read: () => Promise<void>): Promise<void> {
    isLoading.value = true;
    failed.value = undefined;
    try {
      await read();
    } catch (error) {
      failed.value = statusOf(error);
    } finally {
      isLoading.value = false;
    }
  }

  const take = (page: { videos: Video[]; cursor?: string }) => {
    const known = new Set(all.value.map(({ id }) => id));
    all.value.push(...page.videos.filter(({ id }) => !known.has(id)));
    cursor.value = page.cursor;
  };

  /** The first page, or the next one. */
  const loadMore = () =>
    load(async () => {
      const [me, page] = await Promise.all([api.me(), api.myVideos(cursor.value)]);
      user.value = me;
      take(page);
      for (const { id } of page.videos.filter(isGoing)) removed.value.add(id);
    });

  /** As many as are shown, anew: what was changed elsewhere is then so here. */
  const reload = () =>
    load(async () => {
      const wanted = all.value.length;
      const [me, first] = await Promise.all([api.me(), api.myVideos()]);
      const videos = [...first.videos];
      let next = first.cursor;
      while (next && videos.length < wanted) {
        const page = await api.myVideos(next);
        videos.push(...page.videos);
        next = page.cursor;
      }
      user.value = me;
      all.value = videos;
      cursor.value = next;
      removed.value = new Set(videos.filter(isGoing).map(({ id }) => id));
    });

  /** The figures are no reason to disturb anybody: if they cannot be read now, the old ones stay. */
  const refreshFigures = async () => {
    user.value = await api.me().catch(() => user.value);
  };

  return {
    user,
    cursor,
    isLoading,
    failed,
    videos: computed(() => all.value.filter(({ id }) => !removed.value.has(id))),
    /** Those that are being deleted. */
    going: computed(() => all.value.filter(isGoing)),
    remove: (videoId: string) => void removed.value.add(videoId),
    bringBack: (videoId: string) => void removed.value.delete(videoId),
    loadMore,
    reload,
    refreshFigures,
  };
}

/** True for a video that is listed only because it was asked for with those being deleted. */
function isGoing({ deletion }: Video): boolean {
  return deletion !== undefined && deletion !== 'cancelled';
}
