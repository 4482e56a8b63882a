/** How much a step deleted, stopped or found, by kind. Kinds without any may be left out. */
export type Counts = Record<string, number>;
type SomeCounts = Readonly<Partial<Counts>>;

/** The sum of two counts, kind by kind. */
export function plusCounts(a: SomeCounts, b: SomeCounts): Counts {
  const sum: Counts = {};
  for (const [kind, count = 0] of [...Object.entries(a), ...Object.entries(b)]) sum[kind] = (sum[kind] ?? 0) + count;
  return sum;
}

/** The number of all items. Bytes do not count, because they are the size of items. */
export function total({ bytes: _, ...items }: SomeCounts): number {
  return Object.values(items).reduce<number>((sum, count = 0) => sum + count, 0);
}
