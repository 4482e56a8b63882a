import { chunksOf } from './chunks-of.ts';

/**
 * Works on all items, at most `together` at the same time, and keeps their order.
 * @throws the error of the first group in which an item fails; later groups are not started
 */
export async function inGroups<T, R>(
  items: readonly T[],
  together: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (const group of chunksOf(items, together)) results.push(...(await Promise.all(group.map(work))));
  return results;
}
