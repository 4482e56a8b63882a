import { onScopeDispose, type Ref, ref, shallowRef, watch } from 'vue';
import { statusOf } from '../../client/ApiError.ts';
import type { VideoApi } from '../../client/createVideoApi.ts';
import type { Deletion, DeletionPage, DeletionQuery, Figures } from '../../client/types.ts';

/** The largest page of the API. */
const PAGE = 100;
/** How often everything is read again, in milliseconds. */
const EVERY = 10_000;

/** What a list shows: a state, or what the API works out from states and times. */
export const VIEWS = ['all', 'open', 'waiting', 'overdue', 'failed', 'held', 'deleted', 'cancelled'] as const;
export type View = (typeof VIEWS)[number];
/** Which deletions are shown. An empty owner matches all. */
export type Filter = { view: View; ownerId: string };

const QUERIES: Record<View, DeletionQuery> = {
  all: {},
  open: { open: true },
  waiting: { waiting: true },
  overdue: { overdue: true },
  failed: { state: 'failed' },
  held: { state: 'held' },
  deleted: { state: 'deleted' },
  cancelled: { state: 'cancelled' },
};

type Read = { list: DeletionPage; needed: Deletion[]; hasMoreNeeded: boolean; figures: Figures };

/**
 * The deletions of all users, newest first as the API gives them, with those that wait for an operator, and figures of
 * the last day. It reads again by itself. An answer for another filter than the present one is dropped.
 */
export function useDeletions(api: Pick<VideoApi, 'deletions' | 'figures'>, filter: Ref<Filter>) {
  const deletions = shallowRef<readonly Deletion[]>([]);
  const needed = shallowRef<readonly Deletion[]>([]);
  const hasMoreNeeded = ref(false);
  const figures = shallowRef<Figures>();
  const cursor = ref<string>();
  const isLoading = ref(false);
  /** The status with which the last read failed. */
  const failed = ref<number>();
  const readAt = ref<number>();
  let latest = 0;

  const queryOf = ({ view, ownerId }: Filter): DeletionQuery => ({
    ...QUERIES[view],
    ...(ownerId && { ownerId }),
    limit: PAGE,
  });

  async function readAll(): Promise<Read> {
    const [list, stopped, overdue, counted] = await Promise.all([
      api.deletions(queryOf(filter.value)),
      api.deletions({ state: 'failed,held', limit: PAGE }),
      api.deletions({ overdue: true, limit: PAGE }),
      api.figures(),
    ]);
    const hasMore = Boolean(stopped.cursor || overdue.cursor);
    return { list, needed: [...stopped.deletions, ...overdue.deletions], hasMoreNeeded: hasMore, figures: counted };
  }

  /** Reads everything again. @param keeps true to keep further pages that are shown */
  async function load(keeps = false): Promise<void> {
    latest += 1;
    const mine = latest;
    isLoading.value = !keeps;
    try {
      const read = await readAll();
      if (mine !== latest) return;
      needed.value = read.needed;
      hasMoreNeeded.value = read.hasMoreNeeded;
      figures.value = read.figures;
      // Further pages would be lost, and the row under the pointer with them.
      if (!keeps || deletions.value.length <= PAGE) {
        deletions.value = read.list.deletions;
        cursor.value = read.list.cursor;
      }
      failed.value = undefined;
      readAt.value = Date.now();
    } catch (error) {
      if (mine === latest) failed.value = statusOf(error);
    } finally {
      if (mine === latest) isLoading.value = false;
    }
  }

  async function more(): Promise<void> {
    const mine = latest;
    isLoading.value = true;
    try {
      const next = await api.deletions({ ...queryOf(filter.value), ...(cursor.value && { cursor: cursor.value }) });
      if (mine !== latest) return;
      deletions.value = [...deletions.value, ...next.deletions];
      cursor.value = next.cursor;
    } catch (error) {
      failed.value = statusOf(error);
    } finally {
      if (mine === latest) isLoading.value = false;
    }
  }

  watch(
    () => `${filter.value.view} ${filter.value.ownerId}`,
    () => {
      // Rows of another filter must not stand below this one, not even until the answer is there.
      deletions.value = [];
      cursor.value = undefined;
      load();
    },
    { immediate: true },
  );
  // What somebody waits for is not overtaken.
  const timer = setInterval(() => document.hidden || isLoading.value || load(true), EVERY);
  onScopeDispose(() => {
    latest += 1;
    clearInterval(timer);
  });
  return {
    deletions,
    /** Failed, held and overdue, whatever the period. */
    needed,
    /** True if there are more of these than `needed` holds. */
    hasMoreNeeded,
    figures,
    cursor,
    isLoading,
    failed,
    /** When everything was read last, in milliseconds since 1970. */
    readAt,
    load,
    more,
  };
}
