import { reasonOf } from '../../functions/deletion/errors.ts';
import type { Tombstone } from '../../functions/deletion/record/tombstone.ts';
import type { Session } from '../session.ts';
import { historyCheck } from './compare-history.ts';
import { findKeys, type KeySet } from './find-keys.ts';
import { judgeReceipt, type Verdict } from './judge-receipt.ts';

/** What the receipts on a tombstone say of it. `note`: why they were not checked. */
export type StoredReceipts = { verdicts: Verdict[]; note?: string };

/**
 * Holds a tombstone against the receipts that it keeps: whoever rewrites the tombstone cannot sign. Without the keys,
 * nothing can be said.
 */
export async function judgeStored(session: Session, tombstone: Tombstone): Promise<StoredReceipts> {
  const { receipts } = tombstone;
  if (receipts.length === 0) return { verdicts: [] };
  const keys = await keysOf(session);
  if (typeof keys === 'string') return { verdicts: [], note: `The receipts were not checked: ${keys}.` };
  const judged = receipts.map((jws) =>
    judgeReceipt(jws, keys, (receipt) => historyCheck(receipt, { ...tombstone, issued: receipts, jws })),
  );
  return { verdicts: await Promise.all(judged) };
}

async function keysOf(session: Session): Promise<KeySet | string> {
  try {
    return await findKeys(session, undefined);
  } catch (error) {
    return `the keys are not at hand (${reasonOf(error)})`;
  }
}

/** True when a receipt on the tombstone contradicts it, or is no receipt of the service. */
export function isContradicted({ verdicts }: StoredReceipts): boolean {
  return verdicts.some(({ isValid }) => !isValid);
}

/** A sentence for each receipt that contradicts the tombstone, or one for all. */
export function sentencesOf({ verdicts, note }: StoredReceipts): string[] {
  if (note) return [note];
  const wrong = verdicts.flatMap(({ isValid, reason }, position) =>
    isValid ? [] : [`Receipt ${position + 1} does not vouch for this tombstone: ${reason}.`],
  );
  if (wrong.length > 0) return wrong;
  return verdicts.length > 0 ? ['Every receipt vouches for this tombstone.'] : [];
}
