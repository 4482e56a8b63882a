/**
 * Regroups pages into batches and keeps the order. Only the last batch may be smaller than `size`, and none is empty.
 * `size` is called again for each batch.
 */
export async function* inBatches<T>(pages: AsyncIterable<readonly T[]>, size: () => number): AsyncGenerator<T[]> {
  let open: T[] = [];
  for await (const page of pages) {
    open = open.concat(page);
    while (open.length >= size()) yield open.splice(0, size());
  }
  if (open.length > 0) yield open;
}
