import { computed, type InjectionKey, inject, onScopeDispose, provide, shallowRef } from 'vue';
import { statusOf } from '../../client/ApiError.ts';
import type { VideoApi } from '../../client/createVideoApi.ts';

/** `refused`: how many calls were refused, by their HTTP status. */
export type Replayed = { total: number; started: number; refused: ReadonlyMap<number, number>; isOver: boolean };

const KEY: InjectionKey<ReturnType<typeof provideReplay>> = Symbol('replay');
/** So many calls run at the same time: replays have a share of 50 requests a second for all callers together. */
const AT_ONCE = 5;
/** Answers that say to come back later, how often a call is then repeated, and after how many milliseconds. */
const LATER = { statuses: [429, 503], times: 5, pause: 2_000 };

/**
 * Replays failed deletions. If one cannot be replayed, the others still are. It outlives a change of page within the
 * console, and ends with it.
 */
export function provideReplay(api: Pick<VideoApi, 'replay'>) {
  const progress = shallowRef<Replayed>();
  const isReplaying = computed(() => progress.value !== undefined && !progress.value.isOver);
  let isStopped = false;
  onScopeDispose(() => {
    isStopped = true;
  });

  /** @returns the status with which it was refused */
  async function start(videoId: string, left = LATER.times): Promise<number | undefined> {
    try {
      await api.replay(videoId);
      return undefined;
    } catch (error) {
      const status = statusOf(error);
      if (!LATER.statuses.includes(status) || left === 0 || isStopped) return status;
      await new Promise((resolve) => setTimeout(resolve, LATER.pause));
      return await start(videoId, left - 1);
    }
  }

  async function replay(videoIds: readonly string[]): Promise<void> {
    if (isReplaying.value) return;
    isStopped = false;
    const waiting = [...videoIds];
    let [started, refused] = [0, new Map<number, number>()];
    const say = (isOver: boolean) => {
      progress.value = { total: videoIds.length, started, refused, isOver };
    };
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined && !isStopped; next = waiting.shift()) {
        const status = await start(next);
        if (status === undefined) started += 1;
        else refused = new Map(refused).set(status, (refused.get(status) ?? 0) + 1);
        say(false);
      }
    };
    say(false);
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    say(true);
  }

  const replaying = {
    progress,
    isReplaying,
    replay,
    /** Ends it after the calls that are under way. */
    stop: () => {
      isStopped = true;
    },
  };
  provide(KEY, replaying);
  return replaying;
}

/** The replay of this visit to the console. @throws outside of it */
export function useReplay() {
  const replaying = inject(KEY);
  if (!replaying) throw new Error('Only the console replays deletions');
  return replaying;
}
