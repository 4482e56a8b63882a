/**
 * The smallest of the numbers that is at least as large as this share of them: 0.5 for the median, 0.99 for the p99.
 */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const place = Math.min(sorted.length, Math.max(1, Math.ceil(share * sorted.length)));
  return sorted[place - 1] ?? Number.NaN;
}
