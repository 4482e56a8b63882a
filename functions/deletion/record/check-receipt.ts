import { brokenAt, foldedOf, GENESIS, type HistoryEntry } from './history.ts';
import type { Receipt } from './receipt.ts';
import type { Tombstone } from './tombstone.ts';

/** The part of a tombstone that a receipt vouches for. */
export type Chain = Pick<Tombstone, 'videoId' | 'deletionId' | 'history' | 'folded'>;

/**
 * What is wrong between a receipt and the history that it vouches for. `changed`, `removed`, `added` and `reordered` name the
 * first entry (from 1, folded ones counted) at which the chain does not hold; what stands after it is not judged.
 * `notShown`: the receipt's last entry was folded away, so that nobody can show the rest to lead there.
 */
export type ReceiptFinding = {
  kind:
    | 'otherVideo'
    | 'otherDeletion'
    | 'changed'
    | 'removed'
    | 'added'
    | 'reordered'
    | 'headDiffers'
    | 'lengthDiffers'
    | 'notShown';
  entry?: number;
  message: string;
};

/**
 * Compares a receipt, whose signature was verified, with the tombstone's history: is the chain whole, and does it lead to the
 * receipt's head? Entries after the head, such as those of a re-deletion, must be whole too, and take nothing from an earlier receipt.
 * @returns what is wrong; nothing is, when the list is empty
 */
export function checkReceipt(receipt: Receipt, chain: Chain): ReceiptFinding[] {
  const other = ofAnother(receipt, chain);
  if (other) return [other];
  return [cutAtStart(chain), brokenEntry(receipt, chain), endOf(receipt, chain)].filter(
    (finding) => finding !== undefined,
  );
}

function ofAnother({ sub, deletionId }: Receipt, chain: Chain): ReceiptFinding | undefined {
  if (sub !== chain.videoId)
    return { kind: 'otherVideo', message: `The receipt is of video ${sub}, the history of ${chain.videoId}` };
  if (deletionId === chain.deletionId) return undefined;
  const message = `The receipt is of deletion ${deletionId}, the history of ${chain.deletionId}`;
  return { kind: 'otherDeletion', message };
}

/** Entries that are said to be folded away, and would not be: whoever cuts off the beginning has to say so. */
function cutAtStart({ history, folded }: Chain): ReceiptFinding | undefined {
  const count = folded?.count ?? 0;
  const right = foldedOf(count + history.length);
  if (count <= right) return undefined;
  const message = `Entries ${right + 1} to ${count} are missing: of a history of ${count + history.length}, ${right === 0 ? 'none' : right} would be folded away`;
  return { kind: 'removed', entry: right + 1, message };
}

function brokenEntry(receipt: Receipt, chain: Chain): ReceiptFinding | undefined {
  const { history, folded } = chain;
  const position = brokenAt(history, startOf(chain));
  if (position === undefined) return undefined;
  const entry = position + 1 + (folded?.count ?? 0);
  const hashes = hashesOf(chain);
  // One that follows from some other entry is as it was written: only its place is wrong.
  const isGenuine = hashes.some((hash) => follows(history[position], hash));
  if (!isGenuine) {
    return isCutBefore(receipt, chain, position)
      ? { kind: 'removed', entry, message: `An entry is missing before entry ${entry}` }
      : { kind: 'changed', entry, message: `Entry ${entry} is not as it was written, or one before it is missing` };
  }
  const isLater = history.slice(position + 1).some((later) => follows(later, hashes[position]));
  return isLater
    ? { kind: 'reordered', entry, message: `Entry ${entry} stands in the place of another` }
    : { kind: 'added', entry, message: `An entry that does not belong there stands before entry ${entry}` };
}

/** Fewer entries than the receipt counts lead to its head; or, where the head itself is gone, the states do not join. */
function isCutBefore(receipt: Receipt, chain: Chain, position: number): boolean {
  const found = entryOfHead(receipt, chain);
  if (found !== undefined) return found < receipt.history.length;
  const previous = chain.history[position - 1];
  return previous !== undefined && previous.to !== chain.history[position]?.from;
}

function endOf(receipt: Receipt, chain: Chain): ReceiptFinding | undefined {
  const { length } = receipt.history;
  const first = chain.folded?.count ?? 0;
  const last = first + chain.history.length;
  const found = entryOfHead(receipt, chain);
  if (found === length) return undefined;
  if (found !== undefined)
    return lengthDiffers(`The receipt covers ${entriesOf(length)}, and its head is the hash of entry ${found}`);
  if (length < first) {
    const message = `The receipt's head is the hash of entry ${length}, and those up to ${first} were folded away`;
    return { kind: 'notShown', entry: length, message };
  }
  if (length > last) return lengthDiffers(`The receipt covers ${entriesOf(length)}, and the history has ${last}`);
  return {
    kind: 'headDiffers',
    entry: length,
    message: `The hash of entry ${length} is not the head that the receipt states`,
  };
}

function lengthDiffers(message: string): ReceiptFinding {
  return { kind: 'lengthDiffers', message };
}

/** The number of the entry whose hash is the receipt's head; undefined when there is none. */
function entryOfHead({ history: { head } }: Receipt, chain: Chain): number | undefined {
  const position = hashesOf(chain).indexOf(head);
  return position < 0 ? undefined : position + (chain.folded?.count ?? 0);
}

/** The hash that the first entry builds on, then those of the entries: each builds on the one at its own position. */
function hashesOf(chain: Chain): string[] {
  return [startOf(chain), ...chain.history.map(({ hash }) => hash)];
}

function startOf({ folded }: Chain): string {
  return folded?.hash ?? GENESIS;
}

function follows(entry: HistoryEntry | undefined, before: string | undefined): boolean {
  return entry !== undefined && brokenAt([entry], before) === undefined;
}

function entriesOf(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`;
}
