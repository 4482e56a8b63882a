/** How many calls are made at the same moment: a browser allows itself about as many to one server. */
const AT_ONCE = 5;

/** Does it for each, a few at a time. @returns the results in their order @throws what `act` throws first */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let next = 0; next < items.length; next += AT_ONCE)
    results.push(...(await Promise.all(items.slice(next, next + AT_ONCE).map(act))));
  return results;
}
