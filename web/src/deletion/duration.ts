/** From this many seconds on, a duration is given in minutes. */
const IN_MINUTES = 120;

/**
 * A duration in the words of a language: `45 seconds`, `14 Minuten`. Minutes are rounded down, so that the page never
 * promises too much time.
 */
export function duration(locale: string, seconds: number): string {
  const [unit, value] = seconds < IN_MINUTES ? ['second', seconds] : ['minute', Math.floor(seconds / 60)];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}
