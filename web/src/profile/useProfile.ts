import { computed, ref } from 'vue';
import { statusOf } from '../client/ApiError.ts';
import type { VideoApi } from '../client/createVideoApi.ts';
import type { Video } from '../client/types.ts';
import { useFigures } from './useFigures.ts';

/** The profile's figures and the videos in it. A video that is removed keeps its place, so that it can come back. */
export function useProfile(api: Pick<VideoApi, 'me' | 'myVideos'>) {
  const { user, figures, ...counting } = useFigures(api);
  const all = ref<Video[]>([]);
  /** Asked to be deleted here, and not answered yet. */
  const asked = ref(new Set<string>());
  /** Known to be being deleted. */
  const gone = ref(new Set<string>());
  const cursor = ref<string>();
  const { isLoading, failed, load, again } = useLoading();
  /** How often something was removed or brought back here: what was read meanwhile may be older than that. */
  let decisions = 0;

  /** The first page, or the next one. */
  const loadMore = () =>
    load(async () => {
      const [, page] = await Promise.all([counting.read(), api.myVideos(cursor.value)]);
      const known = new Set(all.value.map(({ id }) => id));
      all.value.push(...page.videos.filter(({ id }) => !known.has(id)));
      cursor.value = page.cursor;
      for (const { id } of page.videos.filter(isGoing)) gone.value.add(id);
    });

  /** As many as are shown, anew: what was changed elsewhere is then so here. */
  const reload = () =>
    load(async () => {
      const before = decisions;
      const [, found] = await Promise.all([counting.read(), readAtLeast(all.value.length)]);
      if (before !== decisions) return;
      all.value = found.videos;
      cursor.value = found.cursor;
      gone.value = new Set(found.videos.filter(isGoing).map(({ id }) => id));
    });

  async function readAtLeast(wanted: number) {
    const videos: Video[] = [];
    let next: string | undefined;
    do {
      const page = await api.myVideos(next);
      videos.push(...page.videos);
      next = page.cursor;
    } while (next && videos.length < wanted);
    return { videos, cursor: next };
  }

  return {
    user,
    figures,
    cursor,
    isLoading,
    failed,
    videos: computed(() => all.value.filter(({ id }) => !asked.value.has(id) && !gone.value.has(id))),
    /** Those that are being deleted. */
    going: computed(() => all.value.filter(isGoing)),
    loadMore,
    reload,
    /** Does again what failed. */
    again,
    remove(video: Video) {
      decisions += 1;
      asked.value.add(video.id);
      counting.correct(video, -1);
    },
    /** Their deletion was accepted, here or elsewhere. */
    accept(videoIds: readonly string[]) {
      decisions += 1;
      for (const id of videoIds) {
        asked.value.delete(id);
        gone.value.add(id);
        counting.know(id);
      }
      counting.refresh();
    },
    bringBack(video: Video) {
      decisions += 1;
      asked.value.delete(video.id);
      gone.value.delete(video.id);
      counting.correct(video, 1);
      counting.refresh();
    },
  };
}

/** One load after another, and what became of the last one. */
function useLoading() {
  const isLoading = ref(false);
  /** The status with which the last load failed. */
  const failed = ref<number>();
  let last = Promise.resolve();
  let lastRead = async () => {};

  async function run(read: () => Promise<void>): Promise<void> {
    isLoading.value = true;
    failed.value = undefined;
    lastRead = read;
    try {
      await read();
    } catch (error) {
      failed.value = statusOf(error);
    } finally {
      isLoading.value = false;
    }
  }
  const load = (read: () => Promise<void>): Promise<void> => {
    last = last.then(() => run(read));
    return last;
  };
  return { isLoading, failed, load, again: () => load(lastRead) };
}

/** True for a video that is listed only because it was asked for with those being deleted. */
function isGoing({ deletion }: Video): boolean {
  return deletion !== undefined && deletion !== 'cancelled';
}
