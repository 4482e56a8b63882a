import { onScopeDispose, type Ref, ref, shallowRef, watch } from 'vue';
import { statusOf } from '../../client/ApiError.ts';
import type { VideoApi } from '../../client/createVideoApi.ts';
import type { Deletion } from '../../client/types.ts';
import { isOpen } from '../../deletion/index.ts';

/** How often a deletion is read again while it moves, and otherwise, in milliseconds. */
const EVERY = { moving: 2_000, standing: 20_000 };

/** One deletion, which is read again while it may change. An answer about another video is dropped. */
export function useDeletion(api: Pick<VideoApi, 'deletion'>, videoId: Ref<string>) {
  const deletion = shallowRef<Deletion>();
  /** The status with which the last read failed. */
  const problem = ref<number>();
  /** Why a change was refused: it stays until the next one. */
  const refused = ref<number>();
  const readAt = ref<number>();
  /** A change is under way. */
  const isChanging = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isGone = false;

  async function read(): Promise<void> {
    clearTimeout(timer);
    const asked = videoId.value;
    try {
      const found = await api.deletion(asked);
      if (asked !== videoId.value) return;
      deletion.value = found;
      problem.value = undefined;
      readAt.value = Date.now();
    } catch (error) {
      if (asked !== videoId.value) return;
      problem.value = statusOf(error);
    }
    const mayMove = deletion.value && (isOpen(deletion.value) || deletion.value.hold?.stopped === false);
    if (!isGone) timer = setTimeout(read, mayMove ? EVERY.moving : EVERY.standing);
  }

  watch(
    videoId,
    () => {
      deletion.value = undefined;
      problem.value = undefined;
      refused.value = undefined;
      readAt.value = undefined;
      read();
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    isGone = true;
    clearTimeout(timer);
  });
  return {
    deletion,
    problem,
    refused,
    readAt,
    isChanging,
    read,
    /**
     * Reads the deletion again after a change, because the change's own answer has less than the page shows.
     * @returns false if it was refused
     */
    async change(call: () => Promise<unknown>): Promise<boolean> {
      if (isChanging.value) return false;
      const asked = videoId.value;
      isChanging.value = true;
      refused.value = undefined;
      try {
        await call();
      } catch (error) {
        if (asked === videoId.value) refused.value = statusOf(error);
      }
      await read();
      isChanging.value = false;
      return refused.value === undefined;
    },
  };
}
