import type { Receipt } from '../../functions/deletion/record/receipt.ts';
import { keyIdOf } from '../../functions/stores/signing/verify-jws.ts';
import { isRefusal, verifyReceipt } from '../../functions/stores/signing/verify-receipt.ts';
import type { HistoryCheck } from './compare-history.ts';
import type { KeySet } from './find-keys.ts';

/**
 * Whether a receipt holds. `reason` says why not; `receipt` is there once the signature and the content are found good.
 */
export type Verdict = {
  isValid: boolean;
  reason?: string;
  receipt?: Receipt;
  /** The thumbprint of the key that has signed it. */
  key?: string;
  history?: HistoryCheck;
};

/** Verifies a receipt and, if `compare` is given, compares it with the history that it vouches for. */
export async function judgeReceipt(
  jws: string,
  keys: KeySet,
  compare?: (receipt: Receipt) => HistoryCheck | Promise<HistoryCheck>,
): Promise<Verdict> {
  try {
    const receipt = await verifyReceipt(jws, keys);
    const history = await compare?.(receipt);
    const [finding] = history?.findings ?? [];
    const key = keyIdOf(jws);
    return {
      isValid: !finding,
      receipt,
      key,
      ...(finding && { reason: finding.message }),
      ...(history && { history }),
    };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { isValid: false, reason: error.message };
  }
}
