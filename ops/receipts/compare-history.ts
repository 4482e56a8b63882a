import { reasonOf } from '../../functions/deletion/errors.ts';
import { checkReceipt, type ReceiptFinding } from '../../functions/deletion/record/check-receipt.ts';
import type { Receipt } from '../../functions/deletion/record/receipt.ts';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import { WrongSettings } from '../../functions/settings/settings.ts';
import { connectTombstones } from '../connect.ts';
import { WrongUsage } from '../exits.ts';
import type { Session } from '../session.ts';

/** What the tombstone's history says of a receipt. `note`: whether it could be asked, in a sentence. */
export type HistoryCheck = { compared: boolean; note: string; findings: ReceiptFinding[] };

/**
 * Compares a receipt, whose signature was verified, with the tombstone's history. That the history cannot be reached, or is past
 * its retention, takes nothing from the receipt: it is said, and that is all.
 */
export async function compareHistory(session: Session, receipt: Receipt): Promise<HistoryCheck> {
  try {
    const tombstone = await (await connectTombstones(session)).tombstones.find(parseVideoId(receipt.sub));
    if (!tombstone) return notCompared('there is no tombstone (any more)');
    const findings = checkReceipt(receipt, tombstone);
    const [notShown] = findings.filter(({ kind }) => kind === 'notShown');
    if (notShown && findings.length === 1) return notCompared(notShown.message);
    const verdict = findings.length === 0 ? 'leads to this receipt' : 'does not lead to this receipt';
    return { compared: true, note: `The history of the tombstone ${verdict}.`, findings };
  } catch (error) {
    const isMissing = error instanceof WrongUsage || error instanceof WrongSettings;
    return notCompared(
      isMissing ? 'no table of tombstones is named' : `the table does not answer (${reasonOf(error)})`,
    );
  }
}

function notCompared(why: string): HistoryCheck {
  return { compared: false, note: `The history was not compared: ${why}.`, findings: [] };
}
