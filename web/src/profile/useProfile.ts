import { computed, ref } from 'vue';
import { statusOf } from '../client/ApiError.ts';
import type { VideoApi } from '../client/createVideoApi.ts';
import type { Video, VideoQuery } from '../client/types.ts';
import { useFigures } from './useFigures.ts';

/** What the user looks for. Only some platforms can be asked for it. */
type Wanted = Pick<VideoQuery, 'q' | 'status' | 'sort' | 'limit'>;

/** The profile's figures and videos. A hidden video keeps its place in the list, so that it can come back. */
export function useProfile(api: Pick<VideoApi, 'me' | 'myVideos'>, wanted: () => Wanted = () => ({})) {
  const { user, figures, ...counting } = useFigures(api);
  const all = ref<Video[]>([]);
  /** Videos whose deletion was requested here, while the API has not answered yet. */
  const requested = ref(new Set<string>());
  /** Videos that are being deleted. */
  const accepted = ref(new Set<string>());
  const cursor = ref<string>();
  /** How many videos match, if the platform counts them. Then it can also be asked for what the user looks for. */
  const total = ref<number>();
  const { isLoading, failed, load, again } = useLoading();
  /** Counts deletions and returns in this tab. If it changes during a read, the answer may be out of date. */
  let decisions = 0;

  async function readPage(from: string | undefined) {
    const page = await api.myVideos({ cursor: from, ...(total.value !== undefined && wanted()) });
    total.value = page.total;
    return page;
  }

  /** Loads the first page, or the next one. */
  const loadMore = () =>
    load(async () => {
      const [, page] = await Promise.all([counting.read(), readPage(cursor.value)]);
      const known = new Set(all.value.map(({ id }) => id));
      all.value.push(...page.videos.filter(({ id }) => !known.has(id)));
      cursor.value = page.cursor;
      for (const { id } of page.videos.filter(isBeingDeleted)) accepted.value.add(id);
    });

  /** Loads as many videos as are shown again, to take over changes that were made elsewhere. */
  const reload = () =>
    load(async () => {
      const before = decisions;
      const [, found] = await Promise.all([counting.read(), readAtLeast(all.value.length)]);
      if (before !== decisions) return;
      all.value = found.videos;
      cursor.value = found.cursor;
      accepted.value = new Set(found.videos.filter(isBeingDeleted).map(({ id }) => id));
    });

  async function readAtLeast(wanted: number) {
    const videos: Video[] = [];
    let next: string | undefined;
    do {
      const page = await readPage(next);
      videos.push(...page.videos);
      next = page.cursor;
    } while (next && videos.length < wanted);
    return { videos, cursor: next };
  }

  return {
    user,
    figures,
    cursor,
    total,
    isLoading,
    failed,
    videos: computed(() => all.value.filter(({ id }) => !requested.value.has(id) && !accepted.value.has(id))),
    /** Videos that are listed although they are being deleted. */
    beingDeleted: computed(() => all.value.filter(isBeingDeleted)),
    loadMore,
    reload,
    /** Asks the platform for what the user looks for now. */
    search: () =>
      load(async () => {
        const page = await readPage(undefined);
        all.value = page.videos;
        cursor.value = page.cursor;
        accepted.value = new Set(page.videos.filter(isBeingDeleted).map(({ id }) => id));
      }),
    /** Repeats the load that failed. */
    again,
    hide(video: Video) {
      decisions += 1;
      requested.value.add(video.id);
      counting.correct(video, -1);
    },
    /** Call it when deletions were accepted, here or in another tab. */
    accept(videoIds: readonly string[]) {
      decisions += 1;
      for (const id of videoIds) {
        requested.value.delete(id);
        accepted.value.add(id);
        counting.know(id);
      }
      counting.refresh();
    },
    restore(video: Video) {
      decisions += 1;
      requested.value.delete(video.id);
      accepted.value.delete(video.id);
      counting.correct(video, 1);
      counting.refresh();
    },
  };
}

/** Runs loads one after another. Keeps the status of the last one. */
function useLoading() {
  const isLoading = ref(false);
  /** The status with which the last load failed. Undefined if it did not. */
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

/** True for a video that is being deleted. The API lists it only because the page asks for such videos too. */
function isBeingDeleted({ deletion }: Video): boolean {
  return deletion !== undefined && deletion !== 'cancelled';
}
