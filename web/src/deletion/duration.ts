/** From here on nobody counts seconds. */
const IN_MINUTES = 120;

/** A time in the words of a language: `45 seconds`, `14 Minuten`. Whole minutes are rounded down, so that no more is promised. */
export function duration(locale: string, seconds: number): string {
  const [unit, value] = seconds < IN_MINUTES ? ['second', seconds] : ['minute', Math.floor(seconds / 60)];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}
