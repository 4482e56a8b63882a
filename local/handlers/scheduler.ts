import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../functions/deletion/ports.ts';

/**
 * Runs `handler` now (with `isLater`: after one period) and then once per period, but never twice at the same time: a
 * run that takes longer delays the next. A failed run is logged, and the schedule goes on.
 * @returns `stop`, which starts no more runs and waits for the current one
 */
export function startSchedule(options: {
  everyMilliseconds: number;
  handler: () => Promise<unknown>;
  isLater?: boolean;
  /** The name of the function, for the log. */
  name: string;
  log: Log;
}): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const runs = repeat(options, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await runs;
    },
  };
}

async function repeat(options: Parameters<typeof startSchedule>[0], stopping: AbortSignal): Promise<void> {
  const { everyMilliseconds, handler, name, log, isLater = false } = options;
  const pause = (milliseconds: number) => delay(milliseconds, undefined, { signal: stopping }).catch(() => undefined);
  if (isLater) await pause(everyMilliseconds);
  while (!stopping.aborted) {
    const startedAt = performance.now();
    try {
      await handler();
    } catch (error) {
      log.error('A scheduled run failed', { function: name, error: String(error) });
    }
    await pause(Math.max(0, everyMilliseconds - (performance.now() - startedAt)));
  }
}
