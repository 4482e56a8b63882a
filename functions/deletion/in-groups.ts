/** Works on all, so many side by side at most, and keeps the order. @throws what the first group throws that fails */
export async function inGroups<T, R>(all: readonly T[], together: number, work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < all.length; from += together) {
    results.push(...(await Promise.all(all.slice(from, from + together).map(work))));
  }
  return results;
}
