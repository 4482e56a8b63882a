import type { ReceiptSigner } from '../deletion/ports.ts';
import { publicKeyOf } from './receipt-key.ts';

/** The same signer, which publishes beside its own key those that signed before it: a receipt outlives the key's time. */
export function publishAlso(signer: ReceiptSigner, retired: readonly { n: string; e: string }[]): ReceiptSigner {
  return {
    ...signer,
    async publicKeys() {
      const [{ keys }, before] = await Promise.all([signer.publicKeys(), Promise.all(retired.map(publicKeyOf))]);
      const ids = new Set(keys.map(({ kid }) => kid));
      return { keys: [...keys, ...before.filter(({ kid }) => !ids.has(kid))] };
    },
  };
}
