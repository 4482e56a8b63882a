import { computed, ref } from 'vue';
import { statusOf } from '../../client/ApiError.ts';
import type { VideoApi } from '../../client/createVideoApi.ts';
import type { Deletion, DeletionState } from '../../client/types.ts';

/** The largest page of the API. */
const PAGE = 100;

/** Which deletions are shown. An empty field matches all. */
export type Filter = { state: DeletionState | ''; ownerId: string };

/** The deletions of all users, page by page. `waiting` holds those that wait for an operator. */
export function useDeletions(api: Pick<VideoApi, 'deletions'>) {
  const found = ref<Deletion[]>([]);
  const waiting = ref<Deletion[]>([]);
  const hasMoreWaiting = ref(false);
  const cursor = ref<string>();
  const isLoading = ref(false);
  /** The status with which the last load failed. */
  const failed = ref<number>();
  let filter: Filter = { state: '', ownerId: '' };

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

  const page = (from?: string) =>
    api.deletions({
      limit: PAGE,
      ...(filter.state && { state: filter.state }),
      ...(filter.ownerId && { ownerId: filter.ownerId }),
      ...(from && { cursor: from }),
    });

  const show = (wanted: Filter) =>
    load(async () => {
      filter = wanted;
      const [first, stopped, held] = await Promise.all([
        page(),
        api.deletions({ state: 'failed', limit: PAGE }),
        api.deletions({ state: 'held', limit: PAGE }),
      ]);
      found.value = first.deletions;
      cursor.value = first.cursor;
      waiting.value = [...stopped.deletions, ...held.deletions];
      hasMoreWaiting.value = Boolean(stopped.cursor || held.cursor);
    });

  const more = () =>
    load(async () => {
      const next = await page(cursor.value);
      found.value.push(...next.deletions);
      cursor.value = next.cursor;
    });

  return {
    /** Newest first. */
    deletions: computed(() =>
      [...found.value].sort((a, b) => ((a.requestedAt ?? '') < (b.requestedAt ?? '') ? 1 : -1)),
    ),
    waiting,
    /** True if more deletions wait than `waiting` holds. */
    hasMoreWaiting,
    cursor,
    isLoading,
    failed,
    show,
    more,
    again: () => show(filter),
  };
}
