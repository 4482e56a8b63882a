import type { Counts } from '../deletion/counts.ts';
import { type FailureCode, reasonOf, StepFailed } from '../deletion/errors.ts';

/** What one call has deleted or found so far, and what went wrong. */
export type Tally = {
  /** By kind. A kind of which there was nothing is left out. */
  counts: Counts;
  /** Error codes, the first one first. Never messages: they contain keys and paths. */
  codes: Set<FailureCode>;
  /** True when more may have been deleted than was counted, because an answer was lost. */
  atLeast?: boolean;
};

export function startTally(): Tally {
  return { counts: {}, codes: new Set() };
}

/** Adds to a count. Adding nothing leaves no zero behind. */
export function count(counts: Counts, kind: string, added: number): void {
  if (added > 0) counts[kind] = (counts[kind] ?? 0) + added;
}

/** Subtracts what was counted as deleted but is still there. A count that becomes zero is left out. */
export function uncount(counts: Counts, kind: string, taken: number): void {
  const left = (counts[kind] ?? 0) - taken;
  if (left > 0) counts[kind] = left;
  else delete counts[kind];
}

/** @throws {StepFailed} with the first code, and with what was deleted despite the failure */
export function throwIfFailed({ counts, codes, atLeast = false }: Tally): void {
  const [code] = codes;
  if (code !== undefined) throw new StepFailed(code, counts, { atLeast });
}

/** Records the first error of a store and ends. A listing that breaks does not prevent the rest from being deleted. */
export async function* untilFailure<T>({ codes }: Tally, pages: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* pages;
  } catch (error) {
    codes.add(reasonOf(error));
  }
}

/**
 * Requests the first page now, even if it is read later. The pages must record their failures, not throw them: nobody
 * may be waiting for the first one yet.
 */
export function prefetched<T>(pages: AsyncGenerator<T>): AsyncGenerator<T> {
  const first = pages.next();
  return (async function* () {
    const { done, value } = await first;
    if (done) return;
    yield value;
    yield* pages;
  })();
}
