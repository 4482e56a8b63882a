import type { ReceiptSigner } from '../../deletion/ports.ts';
import { publicKeyOf } from './receipt-key.ts';

/** The same signer, which publishes beside its own key those that signed before it: a receipt outlives the key's time. */
export function publishAlso(signer: ReceiptSigner, retired: readonly { n: string; e: string }[]): ReceiptSigner {
  return {
    ...signer,
    async publicKeys() {
      const { keys } = await signer.publicKeys();
      const before = retired.map(publicKeyOf).filter((key) => !keys.some(({ kid }) => kid === key.kid));
      return { keys: [...keys, ...before] };
    },
  };
}
