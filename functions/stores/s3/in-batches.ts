/** Regroups pages into batches of `size`, asked for anew each time; only the last may be smaller, and none is empty. Keeps the order. */
export async function* inBatches<T>(pages: AsyncIterable<readonly T[]>, size: () => number): AsyncGenerator<T[]> {
  let open: T[] = [];
  for await (const page of pages) {
    open = open.concat(page);
    while (open.length >= size()) yield open.splice(0, size());
  }
  if (open.length > 0) yield open;
}
