import { compareKeys } from './byte-order.ts';

/** How many entries a chunk has before it is split: few enough to shift them quickly, enough to keep the chunks few. */
const CHUNK_SIZE = 512;

/** True for the keys before a position in the index. Once it is false, it is false for every later key. */
export type IsBefore = (key: string) => boolean;

/**
 * Entries in the byte order of their keys, in chunks. Inserting, deleting and seeking stay fast with a million keys,
 * and a listing can start anywhere without sorting.
 */
export class SortedIndex<Entry extends { key: string }> {
  readonly #chunks: Entry[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): Entry | undefined {
    const { chunk, position } = this.#seek((other) => compareKeys(other, key) < 0);
    const entry = this.#chunks[chunk]?.[position];
    return entry?.key === key ? entry : undefined;
  }

  /** Adds an entry. Its key must not be in the index yet. */
  insert(entry: Entry): void {
    const { chunk, position } = this.#seek((other) => compareKeys(other, entry.key) < 0);
    this.#size += 1;
    // A key beyond the last chunk is added to that chunk, so that keys written in order fill their chunks.
    const target = Math.min(chunk, Math.max(this.#chunks.length - 1, 0));
    const entries = this.#chunks[target];
    if (!entries) {
      this.#chunks.push([entry]);
      return;
    }
    entries.splice(target === chunk ? position : entries.length, 0, entry);
    if (entries.length > CHUNK_SIZE) this.#split(target, entries);
  }

  delete(key: string): void {
    const { chunk, position } = this.#seek((other) => compareKeys(other, key) < 0);
    const entries = this.#chunks[chunk];
    if (entries?.[position]?.key !== key) return;
    entries.splice(position, 1);
    this.#size -= 1;
    if (entries.length === 0) this.#chunks.splice(chunk, 1);
  }

  /**
   * The entries from the first one that is not before the position, in order. The index must not change during the
   * iteration.
   */
  *from(isBefore: IsBefore = () => false): Generator<Entry> {
    const start = this.#seek(isBefore);
    for (let chunk = start.chunk; chunk < this.#chunks.length; chunk += 1) {
      const entries = this.#chunks[chunk] ?? [];
      for (let at = chunk === start.chunk ? start.position : 0; at < entries.length; at += 1)
        yield entries[at] as Entry;
    }
  }

  #split(chunk: number, entries: Entry[]): void {
    // The last chunk is split at its end. Keys often arrive in order, and splitting in the middle would leave half-full
    // chunks.
    const isLast = chunk === this.#chunks.length - 1;
    this.#chunks.splice(chunk + 1, 0, entries.splice(isLast ? CHUNK_SIZE : CHUNK_SIZE / 2));
  }

  #seek(isBefore: IsBefore): { chunk: number; position: number } {
    const chunk = firstNot(this.#chunks, (entries) => isBefore((entries.at(-1) as Entry).key));
    const position = firstNot(this.#chunks[chunk] ?? [], (entry) => isBefore(entry.key));
    return { chunk, position };
  }
}

/** Binary search: the first position whose item does not meet the condition. */
function firstNot<Item>(items: readonly Item[], condition: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (condition(items[middle] as Item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
