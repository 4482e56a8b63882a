/** Cuts a list into chunks of `size` and keeps the order. Only the last may be smaller. An empty list has no chunk. */
export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, n) => items.slice(n * size, (n + 1) * size));
}
