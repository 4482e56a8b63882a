import { brokenAt, cutOffAt, type HistoryEntry, startOf } from './history.ts';
import type { Receipt } from './receipt.ts';
import type { Tombstone } from './tombstone.ts';

// The page also checks receipts with this file, so it uses only what a browser has.

/**
 * The part of a tombstone that a receipt vouches for. What is left out is not compared. `issued`: the receipts that the
 * service has issued; `jws`: the receipt as it was found.
 */
export type Chain = Pick<Tombstone, 'deletionId' | 'history' | 'folded'> &
  Partial<Pick<Tombstone, 'ownerId' | 'requests' | 'requestedAt'>> &
  Issued;

/** Which video a receipt should be of, and what the service has issued for it. */
export type Issued = { videoId: string; issued?: readonly string[]; jws?: string };

/**
 * What differs between a receipt and the history that it vouches for. `changed`, `removed`, `added` and `reordered`
 * name the first entry at which the chain breaks. The entries after that one are not judged. Entries are numbered from
 * 1, and folded entries count. `notShown` means that the receipt's last entry was folded away, so nobody can prove any
 * more that the history leads to the receipt.
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
    | 'memberDiffers'
    | 'otherReceipt'
    | 'notIssued'
    | 'notShown';
  entry?: number;
  message: string;
};

/**
 * Compares a receipt with the tombstone's history: the chain must be whole and must lead to the receipt's head. The
 * caller has verified the signature before. Entries after the head, such as those of a re-deletion, must be whole as
 * well. They do not make an earlier receipt invalid.
 * @returns the differences; empty when there are none
 */
export function checkReceipt(receipt: Receipt, chain: Chain): ReceiptFinding[] {
  const other = ofAnother(receipt, chain);
  if (other) return [other];
  return [
    issuedOtherwise(receipt, chain),
    cutAtStart(chain),
    brokenEntry(receipt, chain),
    endOf(receipt, chain),
    memberOf(receipt, chain),
  ].filter((finding) => finding !== undefined);
}

/**
 * The finding `notShown`, when it is the only one. The history can no longer be compared with the receipt, but that is
 * no evidence against the receipt.
 */
export function onlyNotShown([first, ...others]: readonly ReceiptFinding[]): ReceiptFinding | undefined {
  return first?.kind === 'notShown' && others.length === 0 ? first : undefined;
}

/** The same without a history, for those who may not see it. */
export function checkIssued(receipt: Receipt, issued: Issued): ReceiptFinding[] {
  const other = ofAnotherVideo(receipt, issued);
  if (other) return [other];
  return [issuedOtherwise(receipt, issued)].filter((finding) => finding !== undefined);
}

function ofAnotherVideo({ sub }: Receipt, { videoId }: Issued): ReceiptFinding | undefined {
  if (sub === videoId) return undefined;
  return { kind: 'otherVideo', message: `The receipt is of video ${sub}, the history of ${videoId}` };
}

function ofAnother(receipt: Receipt, chain: Chain): ReceiptFinding | undefined {
  const { deletionId } = receipt;
  const other = ofAnotherVideo(receipt, chain);
  if (other) return other;
  if (deletionId === chain.deletionId) return undefined;
  const message = `The receipt is of deletion ${deletionId}, the history of ${chain.deletionId}`;
  return { kind: 'otherDeletion', message };
}

/** The service keeps every receipt that it has issued, word for word. */
function issuedOtherwise({ jti }: Receipt, { issued, jws }: Issued): ReceiptFinding | undefined {
  if (!issued || jws === undefined || issued.includes(jws)) return undefined;
  const isSame = issued.some((each) => idOf(each) === jti);
  return isSame
    ? { kind: 'otherReceipt', message: 'The service has issued another receipt with the same id (jti)' }
    : {
        kind: 'notIssued',
        message: 'The tombstone keeps no receipt with this id (jti): the service has not issued it',
      };
}

function idOf(jws: string): unknown {
  try {
    const payload = (jws.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    return (JSON.parse(atob(payload)) as { jti?: unknown }).jti;
  } catch {
    return undefined;
  }
}

/** Who and when, as the tombstone says it now. Somebody who rewrites the history would rewrite these as well. */
function memberOf(receipt: Receipt, chain: Chain): ReceiptFinding | undefined {
  if (!isOfLastEnd(chain)) return undefined;
  const { ownerId, requests, requestedAt } = chain;
  const [first] = requests ?? [];
  const pairs: [string, string | undefined, string | undefined][] = [
    ['ownerId', receipt.ownerId, ownerId],
    ['requestedBy', receipt.requestedBy, first?.by],
    ['reason', receipt.reason, first?.reason],
    ['requestedAt', receipt.requestedAt, requestedAt],
  ];
  const differing = pairs.filter(
    ([, stated, found]) => stated !== undefined && found !== undefined && stated !== found,
  );
  if (differing.length === 0) return undefined;
  const message = `The tombstone says otherwise than the receipt: ${differing.map(([name]) => name).join(', ')}`;
  return { kind: 'memberDiffers', message };
}

/** A re-deletion has its own owner and requests. Those on the tombstone are the last receipt's, from its end on. */
function isOfLastEnd({ history, issued, jws }: Chain): boolean {
  if (!issued || jws === undefined) return true;
  return history.at(-1)?.to === 'deleted' && issued.at(-1) === jws;
}

function cutAtStart(chain: Chain): ReceiptFinding | undefined {
  const entry = cutOffAt(chain);
  if (entry === undefined) return undefined;
  const folded = chain.folded?.count ?? 0;
  const length = folded + chain.history.length;
  const message = `Entries ${entry} to ${folded} are missing: of a history of ${length}, ${entry === 1 ? 'none' : entry - 1} would be folded away`;
  return { kind: 'removed', entry, message };
}

function brokenEntry(receipt: Receipt, chain: Chain): ReceiptFinding | undefined {
  const { history, folded } = chain;
  const position = brokenAt(history, startOf(chain));
  if (position === undefined) return undefined;
  const entry = position + 1 + (folded?.count ?? 0);
  const hashes = hashesOf(chain);
  // If an entry follows from any other entry, its content is unchanged. Only its place is wrong.
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

/**
 * True when fewer entries than the receipt counts lead to its head. If the head itself is missing, true when the states
 * on both sides of the break do not match.
 */
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

/** The number of the entry whose hash is the receipt's head; undefined when no entry has it. */
function entryOfHead({ history: { head } }: Receipt, chain: Chain): number | undefined {
  const position = hashesOf(chain).indexOf(head);
  return position < 0 ? undefined : position + (chain.folded?.count ?? 0);
}

/**
 * The hash that the first entry builds on, then the hash of each entry. So an entry builds on the hash at its own
 * position.
 */
function hashesOf(chain: Chain): string[] {
  return [startOf(chain), ...chain.history.map(({ hash }) => hash)];
}

function follows(entry: HistoryEntry | undefined, before: string | undefined): boolean {
  return entry !== undefined && brokenAt([entry], before) === undefined;
}

function entriesOf(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`;
}
