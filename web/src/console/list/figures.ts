import type { Figures } from '../../client/types.ts';

const HOUR = 3_600_000;

export type Bar = { label: string; value: number };
export type HourBar = { label: Date; value: number };

/** How many deletions were requested in each hour of the period, oldest first; also where there were none. */
export function requestedByHour({ since, until, hours }: Figures): HourBar[] {
  const counts = new Map(hours.map(({ hour, requested }) => [Date.parse(hour), requested]));
  const bars: HourBar[] = [];
  const last = Math.floor((Date.parse(until) - 1) / HOUR) * HOUR;
  for (let hour = Math.floor(Date.parse(since) / HOUR) * HOUR; hour <= last; hour += HOUR)
    bars.push({ label: new Date(hour), value: counts.get(hour) ?? 0 });
  return bars;
}

/** The slowest hour: half of its deletions, and 95 of 100, took no longer. Undefined if none has ended. */
export function slowestHour({ hours }: Figures): { p50: number; p95: number } | undefined {
  return hours
    .flatMap(({ seconds }) => (seconds ? [seconds] : []))
    .reduce<{ p50: number; p95: number } | undefined>(
      (worst, one) => (worst === undefined || one.p95 > worst.p95 ? one : worst),
      undefined,
    );
}
