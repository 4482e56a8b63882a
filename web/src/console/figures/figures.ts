import type { Figures } from '../../client/types.ts';

const HOUR = 3_600_000;
/** From this many hours on, a column stands for a day. */
const MOST_HOURS = 48;

/** One column: how many were requested from `at` on, and how long those that are over took, in minutes. */
export type Column = { at: Date; requested: number; half?: number; almostAll?: number };
export type Columns = { by: 'hour' | 'day'; columns: Column[] };

/**
 * The figures by hour, or by day of the reader where there are too many hours, the oldest first; also where nothing was
 * requested. A day's times are those of its slowest hour, because percentiles cannot be added.
 */
export function columnsOf({ since, until, hours }: Figures): Columns {
  const byHour = new Map(hours.map((one) => [Date.parse(one.hour), one]));
  const first = Math.floor(Date.parse(since) / HOUR) * HOUR;
  const last = Math.floor((Date.parse(until) - 1) / HOUR) * HOUR;
  const all: Column[] = [];
  for (let at = first; at <= last; at += HOUR) {
    const { requested = 0, seconds } = byHour.get(at) ?? {};
    all.push({
      at: new Date(at),
      requested,
      ...(seconds && { half: seconds.p50 / 60, almostAll: seconds.p95 / 60 }),
    });
  }
  return all.length <= MOST_HOURS ? { by: 'hour', columns: all } : { by: 'day', columns: daysOf(all) };
}

function daysOf(hours: readonly Column[]): Column[] {
  const days = Map.groupBy(hours, ({ at }) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime());
  return [...days].map(([at, those]) => {
    const slowest = those.reduce((worst, one) => ((one.almostAll ?? -1) > (worst.almostAll ?? -1) ? one : worst));
    const requested = those.reduce((sum, one) => sum + one.requested, 0);
    return { ...slowest, at: new Date(at), requested };
  });
}

/** Round values for an axis from 0 to at least `most`, with a distance of 1, 2 or 5 times a power of ten. */
export function ticksOf(most: number): number[] {
  const rough = Math.max(most, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) as number;
  const whole = Math.max(1, step);
  return Array.from({ length: Math.ceil(Math.max(most, 1) / whole) + 1 }, (_, position) => position * whole);
}
