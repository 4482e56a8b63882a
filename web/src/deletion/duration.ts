/** The units of a duration, from the largest: from how many seconds on each is used, and how many it has. */
const UNITS = [
  { unit: 'day', from: 172_800, seconds: 86_400 },
  { unit: 'hour', from: 7_200, seconds: 3_600 },
  { unit: 'minute', from: 120, seconds: 60 },
] as const;

/**
 * A duration in the words of a language: `45 seconds`, `14 Minuten`, `30 days`. It is rounded down, so that the page
 * never promises too much time.
 */
export function duration(locale: string, seconds: number): string {
  const { unit, seconds: size } = UNITS.find(({ from }) => seconds >= from) ?? { unit: 'second', seconds: 1 };
  const value = Math.floor(seconds / size);
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}
