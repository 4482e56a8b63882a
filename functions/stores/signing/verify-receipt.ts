import type { Receipt } from '../../deletion/record/receipt.ts';
import { MalformedReceipt, parseReceipt } from './receipt-schema.ts';
import { SignatureRefused, verifyJws } from './verify-jws.ts';

/**
 * The receipt in a compact JWS. The signature is checked first: nothing of a receipt is believed before it is known who
 * wrote it.
 * @param keySet a JWK set
 * @throws {SignatureRefused} when no key of the set has signed it
 * @throws {MalformedReceipt} when it was signed, and is no receipt
 */
export async function verifyReceipt(jws: string, keySet: { keys: Record<string, unknown>[] }): Promise<Receipt> {
  return parseReceipt(await verifyJws(jws, keySet));
}

/** True for an error that says why a receipt is refused; false for one that says nothing about the receipt. */
export function isRefusal(error: unknown): error is SignatureRefused | MalformedReceipt {
  return error instanceof SignatureRefused || error instanceof MalformedReceipt;
}
