import type { ReceiptSigner } from '../../deletion/ports.ts';
import { publicKeyOf } from './receipt-key.ts';

/** The same signer, which also publishes the retired keys: a receipt outlives the use of the key that signed it. */
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
