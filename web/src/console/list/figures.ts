import type { Deletion, StepName } from '../../client/types.ts';

const HOUR = 3_600_000;

export type Bar<Label> = { label: Label; value: number };

/** How many deletions were requested in each of the last hours, oldest first. `label` is the start of the hour. */
export function requestedByHour(deletions: readonly Deletion[], now: Date, hours = 12): Bar<Date>[] {
  const last = Math.floor(now.getTime() / HOUR);
  return Array.from({ length: hours }, (_, n) => {
    const hour = last - hours + 1 + n;
    const value = deletions.filter(
      ({ requestedAt }) => Math.floor(Date.parse(requestedAt ?? '') / HOUR) === hour,
    ).length;
    return { label: new Date(hour * HOUR), value };
  });
}

/** In how many deletions each step is in the state `failed`. Steps without failures are left out. */
export function failuresByStep(deletions: readonly Deletion[]): Bar<StepName>[] {
  const counts = new Map<StepName, number>();
  for (const { steps } of deletions) {
    for (const { name, state } of steps) if (state === 'failed') counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([label, value]) => ({ label, value })).sort((a, b) => b.value - a.value);
}

/** Seconds from the request to the verified end, as median and 95th percentile. Only ended deletions count. */
export function secondsToDeleted(deletions: readonly Deletion[]): { p50: number; p95: number } | undefined {
  const seconds = deletions
    .flatMap(({ requestedAt, deletedAt }) =>
      deletedAt && requestedAt ? [(Date.parse(deletedAt) - Date.parse(requestedAt)) / 1000] : [],
    )
    .sort((a, b) => a - b);
  const at = (share: number) => seconds[Math.max(0, Math.ceil(share * seconds.length) - 1)] ?? 0;
  return seconds.length > 0 ? { p50: at(0.5), p95: at(0.95) } : undefined;
}
