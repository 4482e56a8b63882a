import { computed, onScopeDispose, type Ref, ref, shallowRef, watch } from 'vue';
import { statusOf } from '../../client/ApiError.ts';
import type { VideoApi } from '../../client/createVideoApi.ts';
import type { Deletion, Figures } from '../../client/types.ts';
import { addressOf, type Filter } from './filter.ts';
import { inPlace, type Needed, NOBODY, readNeeded } from './needed.ts';
import { type Found, readMatching } from './readDeletions.ts';

/** How often everything is read again, in milliseconds. */
const EVERY = 10_000;

type Read = { found: Found; needed: Needed };

/**
 * The deletions of all users, newest first as the API gives them, with those that wait for an operator, and figures of
 * the last day. It reads again by itself. An answer for another filter than the present one is dropped.
 * @param isBusy true while somebody points at a row, or has chosen some: then rows change, and none moves or is added
 */
export function useDeletions(
  api: Pick<VideoApi, 'deletions' | 'figures'>,
  filter: Ref<Filter>,
  isBusy: () => boolean = () => false,
) {
  const deletions = shallowRef<readonly Deletion[]>([]);
  const needed = shallowRef<Needed>(NOBODY);
  const figures = shallowRef<Figures>();
  const cursor = ref<string>();
  const isLoading = ref(false);
  /** The status with which the last read failed. */
  const failed = ref<number>();
  const readAt = ref<number>();
  /** What was read while somebody was busy with the rows. */
  const waiting = shallowRef<Read>();
  let latest = 0;
  let isUnderWay = false;

  function put({ found, needed: those }: Read): void {
    waiting.value = undefined;
    needed.value = those;
    deletions.value = found.deletions;
    cursor.value = found.cursor;
  }

  /** The rows stay where they are, with what is known of them now. */
  function putInPlace(read: Read): void {
    waiting.value = read;
    const now = [...read.found.deletions, ...read.needed.deletions];
    deletions.value = inPlace(deletions.value, now);
    needed.value = { ...read.needed, deletions: inPlace(needed.value.deletions, now) };
  }

  async function run(mine: number, work: () => Promise<void>): Promise<void> {
    isUnderWay = true;
    try {
      await work();
    } catch (error) {
      if (mine === latest) failed.value = statusOf(error);
    } finally {
      if (mine === latest) {
        isUnderWay = false;
        isLoading.value = false;
      }
    }
  }

  /** Reads everything again. @param keeps true to keep as many rows as are shown, and those somebody is busy with */
  async function load(keeps = false): Promise<void> {
    latest += 1;
    const mine = latest;
    isLoading.value = !keeps;
    await run(mine, async () => {
      const goOn = () => mine === latest;
      const atLeast = keeps ? Math.max(1, deletions.value.length) : 1;
      const [found, those, counted] = await Promise.all([
        readMatching(api, filter.value, { atLeast, goOn }),
        readNeeded(api),
        api.figures(),
      ]);
      if (mine !== latest) return;
      figures.value = counted;
      failed.value = undefined;
      readAt.value = Date.now();
      if (keeps && isBusy()) putInPlace({ found, needed: those });
      else put({ found, needed: those });
    });
  }

  async function more(): Promise<void> {
    latest += 1;
    const mine = latest;
    isLoading.value = true;
    await run(mine, async () => {
      const goOn = () => mine === latest;
      const found = await readMatching(api, filter.value, { cursor: cursor.value, atLeast: 1, goOn });
      if (mine !== latest) return;
      deletions.value = [...deletions.value, ...found.deletions];
      cursor.value = found.cursor;
    });
  }

  watch(
    () => JSON.stringify(addressOf(filter.value)),
    () => {
      // Rows of another filter must not stand below this one, not even until the answer is there.
      deletions.value = [];
      cursor.value = undefined;
      waiting.value = undefined;
      failed.value = undefined;
      load();
    },
    { immediate: true },
  );
  // A read that is slow is not overtaken by the next: nothing would ever be shown.
  const timer = setInterval(() => document.hidden || isUnderWay || load(true), EVERY);
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
      const shown = new Set([...deletions.value, ...needed.value.deletions].map(({ deletionId }) => deletionId));
      const { found, needed: those } = waiting.value ?? { found: { deletions: [] }, needed: NOBODY };
      const now = new Set([...found.deletions, ...those.deletions].map(({ deletionId }) => deletionId));
      return [...now].filter((id) => !shown.has(id)).length;
    }),
    /** Shows what was read while somebody was busy. */
    showFresh: () => waiting.value && put(waiting.value),
  };
}
