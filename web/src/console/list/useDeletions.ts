import { computed, onScopeDispose, type Ref, ref, shallowRef, watch } from 'vue';
import { statusOf } from '../../client/ApiError.ts';
import type { VideoApi } from '../../client/createVideoApi.ts';
import type { Deletion, Figures } from '../../client/types.ts';
import { addressOf, type Filter } from './filter.ts';
import { type Found, PAGE, readMatching } from './readDeletions.ts';

/** How often everything is read again, in milliseconds. */
const EVERY = 10_000;

/** Failed and held, whatever the period, and those that take too long. `hasMore`: the API has more than are here. */
export type Needed = { deletions: Deletion[]; overdue: ReadonlySet<string>; hasMore: boolean };

/**
 * The deletions of all users, newest first as the API gives them, with those that wait for an operator, and figures of
 * the last day. It reads again by itself. An answer for another filter than the present one is dropped.
 * @param isBusy true while somebody points at a row, or has chosen some: then no row is replaced or moved
 */
export function useDeletions(
  api: Pick<VideoApi, 'deletions' | 'figures'>,
  filter: Ref<Filter>,
  isBusy: () => boolean = () => false,
) {
  const deletions = shallowRef<readonly Deletion[]>([]);
  const needed = shallowRef<Needed>({ deletions: [], overdue: new Set(), hasMore: false });
  const figures = shallowRef<Figures>();
  const cursor = ref<string>();
  const isLoading = ref(false);
  /** The status with which the last read failed. */
  const failed = ref<number>();
  const readAt = ref<number>();
  /** What was read while somebody was busy with the rows. */
  const waiting = shallowRef<{ found: Found; needed: Needed }>();
  let latest = 0;

  async function readNeeded(): Promise<Needed> {
    const [stopped, late] = await Promise.all([
      api.deletions({ state: 'failed,held', limit: PAGE }),
      api.deletions({ overdue: true, limit: PAGE }),
    ]);
    const overdue = new Set(late.deletions.map(({ deletionId }) => deletionId));
    const all = new Map([...stopped.deletions, ...late.deletions].map((one) => [one.deletionId, one]));
    return { deletions: [...all.values()], overdue, hasMore: Boolean(stopped.cursor || late.cursor) };
  }

  function put({ found, needed: those }: { found: Found; needed: Needed }): void {
    waiting.value = undefined;
    needed.value = those;
    deletions.value = found.deletions;
    cursor.value = found.cursor;
  }

  /** Reads everything again. @param keeps true to keep further pages that are shown, and rows somebody is busy with */
  async function load(keeps = false): Promise<void> {
    latest += 1;
    const mine = latest;
    isLoading.value = !keeps;
    try {
      const goOn = () => mine === latest;
      const [found, those, counted] = await Promise.all([
        readMatching(api, filter.value, { atLeast: 1, goOn }),
        readNeeded(),
        api.figures(),
      ]);
      if (mine !== latest) return;
      figures.value = counted;
      failed.value = undefined;
      readAt.value = Date.now();
      if (keeps && isBusy()) waiting.value = { found, needed: those };
      // Further pages would be lost.
      else if (keeps && deletions.value.length > PAGE) needed.value = those;
      else put({ found, needed: those });
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
      const found = await readMatching(api, filter.value, {
        cursor: cursor.value,
        atLeast: 1,
        goOn: () => mine === latest,
      });
      if (mine !== latest) return;
      deletions.value = [...deletions.value, ...found.deletions];
      cursor.value = found.cursor;
    } catch (error) {
      failed.value = statusOf(error);
    } finally {
      if (mine === latest) isLoading.value = false;
    }
  }

  watch(
    () => JSON.stringify(addressOf(filter.value)),
    () => {
      // Rows of another filter must not stand below this one, not even until the answer is there.
      deletions.value = [];
      cursor.value = undefined;
      waiting.value = undefined;
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
    needed,
    figures,
    cursor,
    isLoading,
    failed,
    /** When everything was read last, in milliseconds since 1970. */
    readAt,
    load,
    more,
    /** How many deletions are new since the rows were last replaced. */
    fresh: computed(() => {
      const shown = new Set(deletions.value.map(({ deletionId }) => deletionId));
      return waiting.value?.found.deletions.filter(({ deletionId }) => !shown.has(deletionId)).length ?? 0;
    }),
    /** Shows what was read while somebody was busy. */
    showFresh: () => waiting.value && put(waiting.value),
  };
}
