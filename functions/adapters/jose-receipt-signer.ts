import { CompactSign, exportJWK, generateKeyPair, importJWK, type JWK_EC_Private } from 'jose';
import type { ReceiptSigner } from '../deletion/ports.ts';
import { ALGORITHM, CURVE, headerOf, publicKeyOf } from './receipt-key.ts';
import { readOrCreateSecret } from './secret-file.ts';

/**
 * Signs with a private key in a file (ES256, as JWK), which is made at the first use when it is not there.
 */
export function createReceiptSigner({ keyFile }: { keyFile: string }): ReceiptSigner {
  let loading: ReturnType<typeof loadKey> | undefined;
  const key = () => {
    loading ??= loadKey(keyFile).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };

  return {
    async sign(payload) {
      const { privateKey, publicJwk } = await key();
      return await new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
        .setProtectedHeader(headerOf(publicJwk))
        .sign(privateKey);
    },
    async publicKeys() {
      return { keys: [(await key()).publicJwk] };
    },
  };
}

async function loadKey(keyFile: string) {
  const { kty, crv, x, y, d } = JSON.parse(await readOrCreateSecret(keyFile, newPrivateKey)) as JWK_EC_Private;
  if (kty !== 'EC' || crv !== CURVE || !d) throw new Error(`${keyFile} holds no private key for ${ALGORITHM}`);
  const publicJwk = await publicKeyOf({ kty: 'EC', crv, x, y });
  return { privateKey: await importJWK({ kty, crv, x, y, d }, ALGORITHM), publicJwk };
}

async function newPrivateKey(): Promise<string> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  return JSON.stringify(await exportJWK(privateKey));
}
