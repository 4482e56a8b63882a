import { reasonOf } from '../../functions/deletion/errors.ts';
import {
  type Chain,
  checkReceipt,
  onlyNotShown,
  type ReceiptFinding,
} from '../../functions/deletion/record/check-receipt.ts';
import type { Receipt } from '../../functions/deletion/record/receipt.ts';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import { WrongSettings } from '../../functions/settings/settings.ts';
import { connectTombstones } from '../connect.ts';
import { WrongUsage } from '../exits.ts';
import type { Session } from '../session.ts';

/** What the tombstone's history says about a receipt. `note` says in a sentence whether they were compared. */
export type HistoryCheck = { compared: boolean; note: string; findings: ReceiptFinding[] };

/**
 * Compares a receipt, whose signature was verified before, with the tombstone's history. A receipt stays valid when the
 * history cannot be reached or its retention is over. Then the note says so.
 */
export async function compareHistory(session: Session, receipt: Receipt, jws: string): Promise<HistoryCheck> {
  try {
    const { tombstones } = await connectTombstones(session);
    const found = await tombstones.find(parseVideoId(receipt.sub));
    return historyCheck(receipt, found && { ...found, issued: found.receipts, jws });
  } catch (error) {
    const isMissing = error instanceof WrongUsage || error instanceof WrongSettings;
    return notCompared(
      isMissing ? 'no table of tombstones is named' : `the table does not answer (${reasonOf(error)})`,
    );
  }
}

/** Compares a receipt, whose signature was verified before, with the history that was found. */
export function historyCheck(receipt: Receipt, found: Chain | undefined): HistoryCheck {
  if (!found) return notCompared('there is no tombstone (any more)');
  const findings = checkReceipt(receipt, found);
  const notShown = onlyNotShown(findings);
  if (notShown) return notCompared(notShown.message);
  const verdict = findings.length === 0 ? 'leads to this receipt' : 'does not lead to this receipt';
  return { compared: true, note: `The history of the tombstone ${verdict}.`, findings };
}

function notCompared(why: string): HistoryCheck {
  return { compared: false, note: `The history was not compared: ${why}.`, findings: [] };
}
