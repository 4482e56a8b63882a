import type { Counts } from '../deletion/counts.ts';
import { reasonOf, StepFailed } from '../deletion/errors.ts';

/** What one call has removed so far, and why it could not remove the rest. */
export type Removal = {
  /** By kind; kinds of which nothing was removed are not there. */
  removed: Counts;
  /** Codes in the order in which they came up. Never messages: they hold keys and paths. */
  codes: Set<string>;
};

export function startRemoval(): Removal {
  return { removed: {}, codes: new Set() };
}

/** Adds to a count; nothing added leaves no zero behind. */
export function count(counts: Counts, kind: string, added: number): void {
  if (added > 0) counts[kind] = (counts[kind] ?? 0) + added;
}

/** Takes back what was counted and turned out to be there still; nothing left leaves no zero behind. */
export function uncount(counts: Counts, kind: string, taken: number): void {
  const left = (counts[kind] ?? 0) - taken;
  if (left > 0) counts[kind] = left;
  else delete counts[kind];
}

/** @throws {StepFailed} with the first code and what was removed all the same */
export function throwIfFailed({ removed, codes }: Removal): void {
  const [code] = codes;
  if (code !== undefined) throw new StepFailed(code, removed);
}

/** Ends quietly at the first error of a store, which is recorded: one broken listing does not keep the rest from going. */
export async function* untilFailure<T>({ codes }: Removal, pages: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* pages;
  } catch (error) {
    codes.add(reasonOf(error));
  }
}

/** Asks for the first page now, whenever it is read. For pages that record their failures instead of throwing them. */
export function begun<T>(pages: AsyncGenerator<T>): AsyncGenerator<T> {
  const first = pages.next();
  return (async function* () {
    const { done, value } = await first;
    if (done) return;
    yield value;
    yield* pages;
  })();
}
