/** How many calls run at the same time. Browsers open about as many connections to one server. */
const AT_ONCE = 5;

/** Calls `act` for each item, a few at a time. @returns the results in order @throws the first error of `act` */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let next = 0; next < items.length; next += AT_ONCE)
    results.push(...(await Promise.all(items.slice(next, next + AT_ONCE).map(act))));
  return results;
}
