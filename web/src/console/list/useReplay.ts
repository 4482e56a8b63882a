import { shallowRef } from 'vue';
import { statusOf } from '../../client/ApiError.ts';
import type { VideoApi } from '../../client/createVideoApi.ts';

/** `refused`: how many calls were refused, by their HTTP status. */
export type Replayed = { total: number; started: number; refused: ReadonlyMap<number, number>; isOver: boolean };

/** So many calls run at the same time: replays have a share of 50 requests a second for all callers together. */
const AT_ONCE = 5;

/** Replays failed deletions. If one cannot be replayed, the others still are. */
export function useReplay(api: Pick<VideoApi, 'replay'>) {
  const progress = shallowRef<Replayed>();
  let isStopped = false;

  async function replay(videoIds: readonly string[]): Promise<void> {
    isStopped = false;
    const waiting = [...videoIds];
    let [started, refused] = [0, new Map<number, number>()];
    const say = (isOver: boolean) => {
      progress.value = { total: videoIds.length, started, refused, isOver };
    };
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined && !isStopped; next = waiting.shift()) {
        try {
          await api.replay(next);
          started += 1;
        } catch (error) {
          const status = statusOf(error);
          refused = new Map(refused).set(status, (refused.get(status) ?? 0) + 1);
        }
        say(false);
      }
    };
    say(false);
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    say(true);
  }

  return {
    progress,
    replay,
    /** Ends it after the calls that are under way. */
    stop: () => {
      isStopped = true;
    },
  };
}
