import { setTimeout as wait } from 'node:timers/promises';
import type { DeletionView, DemoApi } from './demo-api.ts';

/** Milliseconds between two requests. */
const EVERY_MILLISECONDS = 50;
/** Much longer than a deletion takes, because after a worker was killed its lease must expire first. */
const LIMIT_MILLISECONDS = 120_000;

const ENDED = ['deleted', 'failed', 'held', 'cancelled'];

/**
 * Watches accepted deletions, and what people are shown, until all deletions have ended. It is a problem if a video is
 * shown even once, or if a deletion does not end as deleted within two minutes.
 */
export async function watchDeletions(
  api: DemoApi,
  videoIds: readonly string[],
  signal?: AbortSignal,
): Promise<{ deletions: DeletionView[]; looks: number; problems: string[] }> {
  const problems = new Set<string>();
  const until = performance.now() + LIMIT_MILLISECONDS;
  for (let looks = 1; ; looks++) {
    for (const shown of await api.shown(videoIds)) problems.add(`after the 202, ${shown}`);
    const deletions = await Promise.all(videoIds.map((id) => api.deletion(id)));
    const isOver = deletions.every(({ state }) => ENDED.includes(state)) || performance.now() > until;
    if (isOver) return { deletions, looks, problems: [...problems, ...unfinished(deletions)] };
    await wait(EVERY_MILLISECONDS, undefined, { signal });
  }
}

function unfinished(deletions: readonly DeletionView[]): string[] {
  return deletions
    .filter(({ state }) => state !== 'deleted')
    .map(({ videoId, state }) => `the deletion of ${videoId} is ${state}`);
}
