import { setTimeout as wait } from 'node:timers/promises';
import type { DeletionView, DemoApi } from './demo-api.ts';

/** Between two looks. */
const EVERY_MILLISECONDS = 50;
/** Far more than a deletion takes, since a worker that was killed must lose its lease first. */
const LIMIT_MILLISECONDS = 120_000;

const ENDED = ['deleted', 'failed', 'held', 'cancelled'];

/**
 * Looks at deletions that were accepted, and at what people are shown, until all have ended. A video that is shown once is
 * a problem, and so is a deletion that ends otherwise or not in two minutes.
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
