import type { Chain, Issued, ReceiptFinding } from '../../../functions/deletion/record/check-receipt.ts';
import type { Receipt } from '../../../functions/deletion/record/receipt.ts';

export type JudgedReceipt = {
  /** `ok`, or why the receipt cannot be relied on. */
  verdict: 'ok' | 'unknownKey' | 'badSignature' | 'notAReceipt' | 'otherHistory';
  /** There once the signature and the content are found good. */
  receipt?: Receipt;
  /** What is wrong between the receipt and the history: for `otherHistory`. */
  finding?: ReceiptFinding;
  /** The key that has signed it. `kid` is the key's thumbprint: RFC 7638. */
  signedBy?: { kid: string; alg: string };
  /** What the receipt was compared with and fits: the deletion's history, or the receipts that were issued. */
  compared?: 'history' | 'issued';
};

/** What the service keeps of a deletion, as far as the user may see it. */
export type Kept = Issued & Partial<Chain>;

const VERDICTS = {
  notAJws: 'notAReceipt',
  notAKeySet: 'badSignature',
  unknownKey: 'unknownKey',
  wrongSignature: 'badSignature',
} as const;

/**
 * Checks a receipt in the browser, with the same code as the operator's command. What this proves rests on the keys:
 * somebody who does not trust this site keeps a copy of them.
 * @param jws compact
 * @param keys a JWK set
 * @param kept reads what the service keeps of the receipt's video. Without it, the signature and the content alone are
 * checked
 */
export async function judgeReceipt(
  jws: string,
  keys: { keys: Record<string, unknown>[] },
  kept?: (receipt: Receipt) => Kept | undefined | Promise<Kept | undefined>,
): Promise<JudgedReceipt> {
  const [{ isRefusal, verifyReceipt }, { checkIssued, checkReceipt, onlyNotShown }] = await Promise.all([
    import('../../../functions/stores/signing/verify-receipt.ts'),
    import('../../../functions/deletion/record/check-receipt.ts'),
  ]);
  try {
    const receipt = await verifyReceipt(jws, keys);
    const found = await kept?.(receipt);
    const chain = hasHistory(found) ? found : undefined;
    const findings = chain ? checkReceipt(receipt, chain) : found ? checkIssued(receipt, found) : [];
    const [finding] = findings;
    const signedBy = signerOf(jws);
    if (finding && !onlyNotShown(findings)) return { verdict: 'otherHistory', receipt, signedBy, finding };
    const compared = chain && !finding ? 'history' : found ? 'issued' : undefined;
    return { verdict: 'ok', receipt, signedBy, ...(compared && { compared }) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { verdict: 'reason' in error ? VERDICTS[error.reason] : 'notAReceipt' };
  }
}

/** From the header of a JWS whose signature was found good. */
function signerOf(jws: string): { kid: string; alg: string } {
  const [header = ''] = jws.split('.');
  const { kid, alg } = JSON.parse(atob(header.replaceAll('-', '+').replaceAll('_', '/')));
  return { kid, alg };
}

function hasHistory(kept: Kept | undefined): kept is Chain {
  return kept?.history !== undefined && kept.deletionId !== undefined;
}
